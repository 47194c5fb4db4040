package org.espalier.kernel.ring3;

import java.util.Locale;
import org.espalier.machine.Access;
import org.espalier.machine.Trap;

/** What the fault of a native component reads like, for people; the same whatever kernel tells of it. */
public final class FaultText {
    private FaultText() {}

    /** A page fault; {@code present} where there is a page, but no right to that access. */
    public static String pageFault(Access access, long address, boolean present, long instruction) {
        return "page fault: " + access.name().toLowerCase(Locale.ROOT) + " access to " + hex(address) + ", where "
                + (present ? "it has no right to" : "nothing is mapped")
                + place(instruction);
    }

    /** An exception of the processor. */
    public static String exception(int vector, long instruction) {
        return "exception " + vector + " (" + name(vector) + ")" + place(instruction);
    }

    private static String place(long instruction) {
        return ", by the instruction at " + hex(instruction);
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
