package org.espalier.kernel.sel4;

import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.espalier.kernel.sel4.proved.CapLookup;
import org.espalier.machine.Register;
import org.espalier.machine.Trap;

/**
 * Tells in a line each what threads do: system calls with the capability that they name, the operation, its words and capabilities, and
 * what came of it; faults and exceptions.
 */
final class SyscallTrace implements Observer {
    private final Kernel kernel;
    private final CapLookup lookup;
    private final Consumer<String> lines;

    /** What the thread wants, for the line that also says what came of it. */
    private String wanted = "";

    private boolean answered;

    SyscallTrace(Kernel kernel, Consumer<String> lines) {
        this.kernel = kernel;
        this.lookup = new CapLookup(kernel.memory());
        this.lines = lines;
    }

    @Override
    public void before(int tcb, Trap trap) {
        answered = false;
        wanted = kernel.threads().describe(tcb)
                + ' '
                + switch (trap) {
                    case Trap.SystemCall _ -> systemCall(tcb);
                    case Trap.PageFault fault ->
                        "page fault: %s of 0x%x at 0x%x"
                                .formatted(
                                        fault.access().name().toLowerCase(Locale.ROOT),
                                        fault.address(),
                                        register(tcb, Register.RIP));
                    case Trap.CpuException exception ->
                        "exception %d, code 0x%x, at 0x%x"
                                .formatted(exception.vector(), exception.errorCode(), register(tcb, Register.RIP));
                    case Trap.Preempted _ -> "";
                };
    }

    @Override
    public void after(int tcb, Trap trap, int next) {
        if (trap instanceof Trap.Preempted) {
            return;
        }
        String outcome = answered ? " = " + answer(tcb) : "";
        String goesOn = next == tcb
                ? ""
                : next == Threads.NONE
                        ? "; nobody goes on"
                        : "; " + kernel.threads().describe(next) + " goes on";
        lines.accept(wanted + outcome + goesOn);
    }

    private String systemCall(int tcb) {
        int number = (int) register(tcb, Register.RDX);
        long argument = register(tcb, Messages.CAP_OR_BADGE);
        String name = SyscallNumber.name(number);
        return switch (number) {
            case SyscallNumber.CALL, SyscallNumber.SEND, SyscallNumber.NB_SEND ->
                name + ' ' + invocation(tcb, argument, number == SyscallNumber.CALL);
            case SyscallNumber.RECV, SyscallNumber.NB_RECV, SyscallNumber.REPLY_RECV ->
                name + ' ' + capability(tcb, argument);
            case SyscallNumber.REPLY -> name + ' ' + words(tcb, register(tcb, Messages.INFO));
            case SyscallNumber.YIELD -> name;
            case SyscallNumber.DEBUG_PUT_CHAR -> name + " 0x%02x".formatted(argument & 0xff);
            default -> name + " 0x%x".formatted(argument);
        };
    }

    private String invocation(int tcb, long address, boolean call) {
        long info = register(tcb, Messages.INFO);
        int slot = find(tcb, address);
        int type = slot == 0 ? CapType.NULL : kernel.memory().type(slot);
        String operation = switch (type) {
            case CapType.NULL -> "";
            case CapType.ENDPOINT, CapType.NOTIFICATION, CapType.REPLY, CapType.ZOMBIE ->
                " label " + MessageInfo.label(info);
            default -> {
                answered = call;
                yield ' ' + operation(tcb, info, type);
            }
        };
        return capability(tcb, address) + operation + words(tcb, info) + capabilities(tcb, info);
    }

    private String operation(int tcb, long info, int type) {
        boolean brings = MessageInfo.caps(info) > 0 && kernel.messages().buffer(tcb, false) != 0;
        return kernel.operation(MessageInfo.label(info), type, MessageInfo.length(info), brings)
                .name();
    }

    private String capability(int tcb, long address) {
        int slot = find(tcb, address);
        return slot == 0
                ? "0x%x: nothing".formatted(address)
                : "0x%x: %s".formatted(address, CapType.name(kernel.memory().type(slot)));
    }

    private String words(int tcb, long info) {
        long buffer = kernel.messages().buffer(tcb, false);
        StringJoiner words = new StringJoiner(", ", " (", ")");
        IntStream.range(0, MessageInfo.length(info))
                .forEach(
                        i -> words.add("0x" + Long.toHexString(kernel.messages().word(tcb, buffer, i))));
        return words.toString();
    }

    private String capabilities(int tcb, long info) {
        long buffer = kernel.messages().buffer(tcb, false);
        if (MessageInfo.caps(info) == 0 || buffer == 0) {
            return "";
        }
        StringJoiner caps = new StringJoiner(", ", " with ", "");
        IntStream.range(0, MessageInfo.caps(info))
                .forEach(i -> caps.add(
                        capability(tcb, kernel.messages().bufferWord(buffer, IpcBufferLayout.CAPS_OR_BADGES + i))));
        return caps.toString();
    }

    private String answer(int tcb) {
        if (kernel.threads().state(tcb) == ThreadState.RESTART) {
            return "to be made again";
        }
        if (kernel.threads().state(tcb) != ThreadState.RUNNING) {
            return ThreadState.name(kernel.threads().state(tcb));
        }
        long info = register(tcb, Messages.INFO);
        return SyscallError.name(MessageInfo.label(info)) + (MessageInfo.length(info) == 0 ? "" : words(tcb, info));
    }

    private int find(int tcb, long address) {
        int root = TcbLayout.slot(tcb, TcbLayout.CSPACE);
        return lookup.resolve(root, address, Long.SIZE) == CapLookup.FOUND ? lookup.slot() : 0;
    }

    private long register(int tcb, Register register) {
        return kernel.threads().register(tcb, register);
    }
}
