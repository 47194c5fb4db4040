package org.espalier.kernel.sel4;

/**
 * What came of a step of a system call. Plain numbers, as steps are what the kernel consists of, and none of them may allocate; what
 * else there is to say stands in {@link SyscallError} or {@link Faults}.
 */
final class Status {
    static final int DONE = 0;

    /** The invocation is refused; {@link SyscallError} tells why. */
    static final int ERROR = 1;

    /** An interrupt is due: the system call will be made again, and go on from where it is. */
    static final int PREEMPTED = 2;

    /** A capability was not found; the {@link LookupFailure} tells why. */
    static final int LOOKUP_FAULT = 3;

    private Status() {}
}
