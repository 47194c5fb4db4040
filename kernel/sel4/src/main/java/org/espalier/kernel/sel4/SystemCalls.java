package org.espalier.kernel.sel4;

import org.espalier.kernel.sel4.proved.ObjectMemory;
import org.espalier.machine.Register;

/**
 * What a thread wants by {@code syscall} (seL4 manual, 2.2): RDX has the number, RDI the address of a capability, RSI the description
 * of the message. Each is carried out to its end, or to a point from where the thread will make it again.
 */
final class SystemCalls {
    /** What libsel4's {@code seL4_DebugCapIdentify} tells of a capability, by {@link CapType}. */
    private static final int[] CAP_TAGS = {0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 1, 3, 5, 7, 9, 11, 13, 31, 19};

    private final ObjectMemory memory;
    private final Threads threads;
    private final Scheduler scheduler;
    private final Messages messages;
    private final CapSpaces spaces;
    private final Ipc ipc;
    private final Faults faults;
    private final LookupFailure failure;
    private final SyscallError error;
    private final Request request;
    private final Invocations invocations;
    private final AbiChoice abi;
    private final Console console;
    private final KernelLog log;
    private boolean halted;
    private boolean debugging = true;

    SystemCalls(
            ObjectMemory memory,
            Threads threads,
            Scheduler scheduler,
            Messages messages,
            CapSpaces spaces,
            Ipc ipc,
            Faults faults,
            LookupFailure failure,
            SyscallError error,
            Request request,
            Invocations invocations,
            AbiChoice abi,
            Console console,
            KernelLog log) {
        this.memory = memory;
        this.threads = threads;
        this.scheduler = scheduler;
        this.messages = messages;
        this.spaces = spaces;
        this.ipc = ipc;
        this.faults = faults;
        this.failure = failure;
        this.error = error;
        this.request = request;
        this.invocations = invocations;
        this.abi = abi;
        this.console = console;
        this.log = log;
    }

    /** Whether a program has asked for the machine to stop. */
    boolean halted() {
        return halted;
    }

    /** Knows none of the calls for debugging any more. */
    void refuseDebugging() {
        debugging = false;
    }

    /** Carries out a system call of {@code current}, which runs here or at the host. */
    int handle(int current, long number) {
        return switch (Math.clamp(number, Integer.MIN_VALUE, 0)) {
            case SyscallNumber.CALL -> invoke(current, true, true);
            case SyscallNumber.SEND -> invoke(current, false, true);
            case SyscallNumber.NB_SEND -> invoke(current, false, false);
            case SyscallNumber.RECV -> receive(current, true);
            case SyscallNumber.NB_RECV -> receive(current, false);
            case SyscallNumber.REPLY -> {
                ipc.replyToCaller(current);
                yield Status.DONE;
            }
            case SyscallNumber.REPLY_RECV -> {
                ipc.replyToCaller(current);
                yield receive(current, true);
            }
            case SyscallNumber.YIELD -> {
                if (!scheduler.isHosted(current)) {
                    scheduler.yieldTurn();
                }
                yield Status.DONE;
            }
            default -> other(current, number);
        };
    }

    // ---- invocations

    private int invoke(int thread, boolean call, boolean blocking) {
        long address = threads.register(thread, Messages.CAP_OR_BADGE);
        long info = messages.info(thread);
        if (spaces.find(thread, address) != Status.DONE) {
            faults.capFault(address, false);
            return blocking ? fault(thread) : Status.DONE;
        }
        int slot = spaces.slot();
        long buffer = messages.buffer(thread, false);
        if (ipc.findExtra(thread, buffer, info) != Status.DONE) {
            return blocking ? fault(thread) : Status.DONE;
        }
        int length = MessageInfo.length(info);
        if (buffer == 0) {
            length = Math.min(length, Messages.IN_REGISTERS);
        }
        long label = MessageInfo.label(info);
        Invocation operation = abi.decide(label, Caps.type(memory.w0(slot)), length, ipc.extra(0) != 0);
        request.set(thread, slot, operation, length, buffer, call);
        int status = invocations.invoke(request, blocking);
        switch (status) {
            case Status.PREEMPTED -> {
                return status;
            }
            case Status.ERROR -> {
                if (call) {
                    answerError(thread);
                }
            }
            default -> {
                if (threads.state(thread) == ThreadState.RESTART) {
                    if (call) {
                        messages.received(thread, 0, 0);
                    }
                    scheduler.setState(thread, ThreadState.RUNNING);
                }
            }
        }
        return Status.DONE;
    }

    private void answerError(int thread) {
        long buffer = messages.buffer(thread, true);
        int length = 0;
        switch (error.type()) {
            case SyscallError.INVALID_ARGUMENT, SyscallError.INVALID_CAPABILITY, SyscallError.NOT_ENOUGH_MEMORY ->
                length = messages.put(thread, buffer, 0, error.first());
            case SyscallError.RANGE_ERROR -> {
                messages.put(thread, buffer, 0, error.first());
                length = messages.put(thread, buffer, 1, error.second());
            }
            case SyscallError.FAILED_LOOKUP -> {
                messages.put(thread, buffer, 0, error.first());
                length = faults.writeLookupFailure(
                        thread, buffer, 1, failure.type(), failure.bitsLeft(), failure.found(), failure.guardBits());
            }
            default -> {
                // The number says it all.
            }
        }
        messages.received(thread, MessageInfo.of(error.type(), 0, 0, length), 0);
    }

    // ---- receiving

    private int receive(int thread, boolean blocking) {
        long address = threads.register(thread, Messages.CAP_OR_BADGE);
        if (spaces.find(thread, address) != Status.DONE) {
            faults.capFault(address, true);
            return fault(thread);
        }
        int slot = spaces.slot();
        long w0 = memory.w0(slot);
        switch (Caps.type(w0)) {
            case CapType.ENDPOINT -> {
                if (Caps.has(w0, Caps.RECEIVE)) {
                    ipc.forgetCaller(thread);
                    ipc.receive(thread, w0, blocking);
                    return Status.DONE;
                }
            }
            case CapType.NOTIFICATION -> {
                if (Caps.has(w0, Caps.RECEIVE) && ipc.mayReceiveSignal(thread, Caps.object(w0))) {
                    ipc.receiveSignal(thread, Caps.object(w0), blocking);
                    return Status.DONE;
                }
            }
            default -> {
                // Nothing else can be received from.
            }
        }
        failure.missingCapability(0);
        faults.capFault(address, true);
        return fault(thread);
    }

    private int fault(int thread) {
        if (scheduler.isHosted(thread)) {
            // Whoever makes its system calls is told, and knows what to do about it.
            return Status.LOOKUP_FAULT;
        }
        ipc.fault(thread);
        return Status.DONE;
    }

    // ---- everything else

    private int other(int thread, long number) {
        long argument = threads.register(thread, Messages.CAP_OR_BADGE);
        int known = Math.clamp(number, Integer.MIN_VALUE, 0);
        if (known == SyscallNumber.SET_TLS_BASE) {
            threads.register(thread, Register.FS_BASE, argument);
        } else if (debugging) {
            debug(thread, number, argument);
        } else {
            unknown(thread, number);
        }
        return Status.DONE;
    }

    private void unknown(int thread, long number) {
        faults.unknownSyscall(number);
        ipc.fault(thread);
    }

    private void debug(int thread, long number, long argument) {
        switch (Math.clamp(number, Integer.MIN_VALUE, 0)) {
            case SyscallNumber.DEBUG_PUT_CHAR -> console.put((byte) argument);
            case SyscallNumber.DEBUG_DUMP_SCHEDULER -> {
                log.line("Threads that can run, the one that asks first:");
                describe(thread);
                scheduler.forEachReady(this::describe);
            }
            case SyscallNumber.DEBUG_SNAPSHOT ->
                log.line(
                        "Thread %s wants a snapshot, which this kernel does not make; --trace shows what objects are made."
                                .formatted(threads.describe(thread)));
            case SyscallNumber.DEBUG_HALT -> halted = true;
            case SyscallNumber.DEBUG_CAP_IDENTIFY -> {
                boolean found = spaces.find(thread, argument) == Status.DONE;
                int type = found ? Caps.type(memory.w0(spaces.slot())) : CapType.NULL;
                threads.register(thread, Messages.CAP_OR_BADGE, CAP_TAGS[type]);
            }
            case SyscallNumber.DEBUG_NAME_THREAD -> nameThread(thread, argument);
            default -> unknown(thread, number);
        }
    }

    private void describe(int thread) {
        log.line("  %s: %s at 0x%x, priority %d, domain %d"
                .formatted(
                        threads.describe(thread),
                        ThreadState.name(threads.state(thread)),
                        threads.register(thread, Register.RIP),
                        threads.priority(thread),
                        threads.domain(thread)));
    }

    /** The name is in the message, as bytes that end with a zero. */
    private void nameThread(int thread, long address) {
        long buffer = messages.buffer(thread, true);
        boolean found =
                spaces.find(thread, address) == Status.DONE && Caps.type(memory.w0(spaces.slot())) == CapType.THREAD;
        if (!found || buffer == 0) {
            log.line("Thread %s wanted to name what is no thread that it has.".formatted(threads.describe(thread)));
            halted = true;
            return;
        }
        int named = Caps.tcb(memory.w0(spaces.slot()));
        for (int word = 0; word < TcbLayout.NAME_BYTES / Long.BYTES; word++) {
            long value = messages.bufferWord(buffer, IpcBufferLayout.MESSAGE + word);
            threads.set(named, TcbLayout.NAME + word * Long.BYTES, value);
        }
    }
}
