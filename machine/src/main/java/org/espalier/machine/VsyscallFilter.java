package org.espalier.machine;

/**
 * A filter of system calls in the host's form (seccomp(2), classic BPF): calls from the vsyscall page end in SIGSYS, all others are
 * the tracer's and go on. Each instruction is a {@code struct sock_filter} as one little-endian word.
 */
final class VsyscallFilter {
    /** The page that Linux emulates; nothing else of ring 3 is in the upper half of the addresses. */
    static final long VSYSCALL = 0xffff_ffff_ff60_0000L;

    private static final int LOAD_ABSOLUTE = 0x20;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;
    private static final int TRAP = 0x0003_0000;
    private static final int ALLOW = 0x7fff_0000;

    /** Upper half of instruction_pointer in {@code struct seccomp_data}. */
    private static final int INSTRUCTION_POINTER_HIGH = 12;

    private VsyscallFilter() {}

    static long[] instructions() {
        return new long[] {
            instruction(LOAD_ABSOLUTE, 0, 0, INSTRUCTION_POINTER_HIGH),
            instruction(JUMP_IF_EQUAL, 0, 1, (int) (VSYSCALL >>> 32)),
            instruction(RETURN, 0, 0, TRAP),
            instruction(RETURN, 0, 0, ALLOW)
        };
    }

    private static long instruction(int code, int ifTrue, int ifFalse, int operand) {
        return code | (long) ifTrue << 16 | (long) ifFalse << 24 | (long) operand << 32;
    }
}
