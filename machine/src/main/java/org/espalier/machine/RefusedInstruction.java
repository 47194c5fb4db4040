package org.espalier.machine;

/**
 * Makes equal how processors and hosts refuse what this machine has no way in for: {@code int n} without a gate of ring 3 is a {@code #GP}
 * with the gate's index in its error code (Intel SDM vol. 3, 6.13), and {@code sysenter} and {@code sysexit} are a {@code #GP} with zero,
 * as without a segment to enter. Hosts that are virtual machines themselves, and AMD's processors, have {@code #UD}, or other error
 * codes, for some of them.
 */
final class RefusedInstruction {
    /** Bytes of the instruction that are looked at. */
    static final int OPCODE_BYTES = 2;

    private static final int INT_OPCODE = 0xcd;
    private static final int SYSENTER_OPCODE = 0x340f;
    private static final int SYSEXIT_OPCODE = 0x350f;

    private RefusedInstruction() {}

    /** Whether an exception of that vector may be such a refusal, so that the instruction has to be looked at. */
    static boolean isPossible(int vector) {
        return vector == Trap.CpuException.INVALID_OPCODE || vector == Trap.CpuException.GENERAL_PROTECTION;
    }

    /** Whether the two bytes are {@code int n}. */
    static boolean isInt(int opcode) {
        return opcode >= 0 && (opcode & 0xff) == INT_OPCODE;
    }

    /**
     * The exception of an instruction that begins with the two bytes of {@code opcode}, the first of them the lower one; it is negative
     * if they could not be read.
     */
    static Trap exception(int vector, long errorCode, int opcode) {
        if (opcode >= 0 && isPossible(vector)) {
            if (isInt(opcode)) {
                return noGate(opcode >>> 8);
            }
            if (opcode == SYSENTER_OPCODE || opcode == SYSEXIT_OPCODE) {
                return new Trap.CpuException(Trap.CpuException.GENERAL_PROTECTION, 0);
            }
        }
        return new Trap.CpuException(vector, errorCode);
    }

    /** The exception of {@code int number}: the index, and the bit for the table of gates. */
    static Trap noGate(int number) {
        return new Trap.CpuException(Trap.CpuException.GENERAL_PROTECTION, (long) number << 3 | 2);
    }
}
