package org.espalier.kernel.linux;

import static org.espalier.kernel.linux.Seccomp.Argument.is;
import static org.espalier.kernel.linux.Seccomp.Argument.without;

/** The seccomp programs of the sandbox of a native component: one until it begins, and a tighter one that it runs under. */
final class Filters {
    private static final long READ_AND_WRITE = 1 | 2;

    /** Shared, private, at an address, anonymous, without reserve, at a free address. */
    private static final long PLAIN_MAPPINGS = 0x1 | 0x2 | 0x10 | 0x20 | 0x4000 | 0x100000;

    /** Page tables are not counted as a component's memory: 16 GiB of addresses take 32 MiB of them at most. */
    private static final long ADDRESSES = 1L << 34;

    private static final long FUTEX_WAIT = 0;
    private static final long FUTEX_WAKE = 1;
    private static final long FUTEX_WAIT_BITSET = 9;
    private static final long FUTEX_REALTIME_AND_PRIVATE = 256 | 128;

    private Filters() {}

    /**
     * What the starter needs beside what the component may: it is executed, reads and maps the component's file, sets limits and puts
     * the second program in place. Only the starter runs under this one alone.
     */
    static Seccomp starter() {
        return running(Seccomp.builder())
                .allow(SystemCall.EXECVE)
                .allow(SystemCall.PREAD64)
                .allow(SystemCall.MMAP)
                .allow(SystemCall.CLOSE_RANGE)
                .allow(SystemCall.PRLIMIT64, is(0, 0))
                .allow(SystemCall.SECCOMP, is(0, 1), is(1, 0))
                .otherwiseKill();
    }

    /** What a native component may do: wait and wake, talk on its channel, map what it was given, tell the time, and end. */
    static Seccomp component() {
        return running(Seccomp.builder()).otherwiseKill();
    }

    private static Seccomp.Builder running(Seccomp.Builder program) {
        for (long operation : new long[] {FUTEX_WAIT, FUTEX_WAKE, FUTEX_WAIT_BITSET}) {
            // Those that take or hand over locks are left out: they have much of the host run for a component.
            program.allow(
                    SystemCall.FUTEX, new Seccomp.Argument(1, 0xffffffffL & ~FUTEX_REALTIME_AND_PRIVATE, operation));
        }
        return program.allow(SystemCall.SENDMSG)
                .allow(SystemCall.RECVMSG)
                .allow(
                        SystemCall.MMAP,
                        without(0, -ADDRESSES),
                        without(2, ~READ_AND_WRITE),
                        without(3, ~PLAIN_MAPPINGS))
                .allow(SystemCall.MUNMAP)
                .allow(SystemCall.CLOSE)
                // The time of day and that since the host began to count; not for how long it was up.
                .allow(SystemCall.CLOCK_GETTIME, is(0, 0))
                .allow(SystemCall.CLOCK_GETTIME, is(0, 1))
                .allow(SystemCall.SCHED_YIELD)
                .allow(SystemCall.EXIT)
                .allow(SystemCall.EXIT_GROUP);
    }
}
