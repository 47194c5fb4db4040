package org.espalier.kernel.linux;

import static org.espalier.kernel.linux.Seccomp.Argument.is;
import static org.espalier.kernel.linux.Seccomp.Argument.without;

/** The seccomp programs of the sandbox of a native component: one until it begins, and a tighter one that it runs under. */
final class Filters {
    private static final long PROT_EXEC = 4;
    private static final long MAP_HUGETLB = 0x40000;
    private static final long MAP_LOCKED = 0x2000;

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
                // No new code, no memory that the host cannot take back, and none in larger pieces than are counted.
                .allow(SystemCall.MMAP, without(2, PROT_EXEC), without(3, MAP_HUGETLB | MAP_LOCKED))
                .allow(SystemCall.MUNMAP)
                .allow(SystemCall.CLOSE)
                .allow(SystemCall.CLOCK_GETTIME)
                .allow(SystemCall.SCHED_YIELD)
                .allow(SystemCall.EXIT)
                .allow(SystemCall.EXIT_GROUP);
    }
}
