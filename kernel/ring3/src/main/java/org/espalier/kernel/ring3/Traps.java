package org.espalier.kernel.ring3;

import java.util.Locale;
import org.espalier.machine.CpuContext;
import org.espalier.machine.Register;
import org.espalier.machine.Trap;
import org.jspecify.annotations.Nullable;

/** What a trap means to a kernel of native components. */
final class Traps {
    private Traps() {}

    /** The outcome for a kernel; {@code null} if the thread is to go on when it is its turn again. */
    static @Nullable Outcome outcome(Trap trap, CpuContext context) {
        return switch (trap) {
            case Trap.Preempted _ -> null;
            case Trap.SystemCall _ ->
                new Outcome.Asked(
                        context.get(Register.RAX),
                        context.get(Register.RDI),
                        context.get(Register.RSI),
                        context.get(Register.RDX),
                        context.get(Register.R10),
                        context.get(Register.R8));
            case Trap.PageFault fault ->
                new Outcome.Faulted("page fault: " + fault.access().name().toLowerCase(Locale.ROOT) + " access to "
                        + hex(fault.address()) + ", where "
                        + (fault.present() ? "it has no right to" : "nothing is mapped")
                        + place(context));
            case Trap.CpuException exception ->
                new Outcome.Faulted(
                        "exception " + exception.vector() + " (" + name(exception.vector()) + ")" + place(context));
        };
    }

    private static String place(CpuContext context) {
        return ", by the instruction at " + hex(context.get(Register.RIP));
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    private static String name(int vector) {
        return switch (vector) {
            case Trap.CpuException.DIVIDE_ERROR -> "divide error";
            case Trap.CpuException.DEBUG -> "debug";
            case Trap.CpuException.BREAKPOINT -> "breakpoint";
            case Trap.CpuException.OVERFLOW -> "overflow";
            case Trap.CpuException.INVALID_OPCODE -> "invalid opcode";
            case Trap.CpuException.DEVICE_NOT_AVAILABLE -> "device not available";
            case Trap.CpuException.STACK_FAULT -> "stack fault";
            case Trap.CpuException.GENERAL_PROTECTION -> "general protection";
            case Trap.CpuException.X87_ERROR -> "x87 error";
            case Trap.CpuException.ALIGNMENT_CHECK -> "alignment check";
            case Trap.CpuException.SIMD_ERROR -> "SIMD error";
            default -> "of the processor";
        };
    }
}
