package org.espalier.machine;

/** Why a program in ring 3 stopped and the kernel has the processor. All else is in the program's {@link CpuContext}. */
public sealed interface Trap {
    /** The instruction {@code syscall}: RIP is after it, RCX equals RIP and R11 equals RFLAGS, as the processor leaves them. */
    record SystemCall() implements Trap {}

    /**
     * A page fault: RIP is at the instruction, which has done nothing.
     *
     * @param address what it wanted to use
     * @param access what it wanted to do
     * @param present whether there is a page, and not the right; in the upper half always true, as the kernel is said to be there
     */
    record PageFault(long address, Access access, boolean present) implements Trap {}

    /**
     * Any other exception (Intel SDM vol. 3, chapter 6).
     *
     * @param vector 0 to 31, never 14
     * @param errorCode zero for vectors without one
     */
    record CpuException(int vector, long errorCode) implements Trap {
        public static final int DIVIDE_ERROR = 0;
        public static final int DEBUG = 1;
        public static final int BREAKPOINT = 3;
        public static final int OVERFLOW = 4;
        public static final int INVALID_OPCODE = 6;
        public static final int DEVICE_NOT_AVAILABLE = 7;
        public static final int STACK_FAULT = 12;
        public static final int GENERAL_PROTECTION = 13;
        public static final int X87_ERROR = 16;
        public static final int ALIGNMENT_CHECK = 17;
        public static final int SIMD_ERROR = 19;
    }

    /** {@link Engine#preempt} was called. RIP is at the instruction that comes next. */
    record Preempted() implements Trap {}
}
