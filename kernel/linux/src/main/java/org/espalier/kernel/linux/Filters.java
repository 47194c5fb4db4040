package org.espalier.kernel.linux;

import static org.espalier.kernel.linux.Seccomp.Argument.is;
import static org.espalier.kernel.linux.Seccomp.Argument.without;

/** The seccomp programs of the sandbox of a native component: one until it begins, and a tighter one that it runs under. */
final class Filters {
    private static final long READ_AND_WRITE = 1 | 2;

    private static final long SHARED = 0x1;

    /** At an address, without reserve, at a free address. Neither private nor anonymous: a component has no pages but those that its quota pays for. */
    private static final long PLAIN_MAPPINGS = SHARED | 0x10 | 0x4000 | 0x100000;

    /** Page tables are not counted as a component's memory: 16 GiB of addresses take 32 MiB of them at most. */
    private static final long ADDRESSES = 1L << 34;

    private static final long FUTEX_WAIT = 0;
    private static final long FUTEX_WAKE = 1;
    private static final long FUTEX_WAIT_BITSET = 9;
    private static final long FUTEX_REALTIME_AND_PRIVATE = 256 | 128;

    private static final long SET_NAME = 15;
    private static final long THREAD = 0x10000;

    /** Those of {@code clone}: mounts, control groups, host names, IPC, users, processes, networks, and time. */
    private static final long NAMESPACES =
            0x20000 | 0x2000000 | 0x4000000 | 0x8000000 | 0x10000000 | 0x20000000 | 0x40000000 | 0x80;

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

    /** What a JVM needs until it waits for a component: it reads its own files, makes its threads, and puts the second program in place. */
    static Seccomp startingJvm() {
        return runningJvm()
                .allow(SystemCall.EXECVE)
                .allow(SystemCall.OPEN)
                .allow(SystemCall.OPENAT)
                .allow(SystemCall.STAT)
                .allow(SystemCall.LSTAT)
                .allow(SystemCall.NEWFSTATAT)
                .allow(SystemCall.STATX)
                .allow(SystemCall.ACCESS)
                .allow(SystemCall.READLINK)
                .allow(SystemCall.READLINKAT)
                .allow(SystemCall.GETDENTS64)
                .allow(SystemCall.GETCWD)
                .allow(SystemCall.RT_SIGACTION)
                .allow(SystemCall.ARCH_PRCTL)
                .allow(SystemCall.SET_TID_ADDRESS)
                .allow(SystemCall.FCNTL)
                .allow(SystemCall.SOCKETPAIR)
                .allow(SystemCall.MEMFD_CREATE)
                .allow(SystemCall.FTRUNCATE)
                .allow(SystemCall.PRLIMIT64, is(0, 0))
                .allow(SystemCall.SECCOMP, is(0, 1), is(1, 1))
                .otherwiseRefuse(Host.EPERM);
    }

    /**
     * What a JVM needs that runs a component: memory, code that it compiles included, threads of its own, waiting, the time, and its
     * channels. It opens nothing, executes nothing and sees nobody. What is not on the list is refused and not killed, for the JDK asks the host for
     * things that it can do without.
     */
    static Seccomp jvm() {
        return runningJvm().otherwiseRefuse(Host.EPERM);
    }

    private static Seccomp.Builder runningJvm() {
        return Seccomp.builder()
                .allow(SystemCall.FUTEX)
                .allow(SystemCall.FUTEX_WAITV)
                .allow(SystemCall.SENDMSG)
                .allow(SystemCall.RECVMSG)
                .allow(SystemCall.CLOCK_GETTIME)
                .allow(SystemCall.CLOCK_NANOSLEEP)
                .allow(SystemCall.MMAP)
                .allow(SystemCall.MUNMAP)
                .allow(SystemCall.MPROTECT)
                .allow(SystemCall.MADVISE)
                .allow(SystemCall.MREMAP)
                .allow(SystemCall.BRK)
                .allow(SystemCall.CLOSE)
                .allow(SystemCall.SHUTDOWN)
                .allow(SystemCall.READ)
                .allow(SystemCall.WRITE)
                .allow(SystemCall.LSEEK)
                .allow(SystemCall.PREAD64)
                .allow(SystemCall.FSTAT)
                .allow(SystemCall.POLL)
                .allow(SystemCall.SCHED_YIELD)
                .allow(SystemCall.SCHED_GETAFFINITY)
                .allow(SystemCall.GETCPU)
                .allow(SystemCall.GETPID)
                .allow(SystemCall.GETTID)
                .allow(SystemCall.GETUID)
                .allow(SystemCall.GETEUID)
                .allow(SystemCall.GETGID)
                .allow(SystemCall.GETEGID)
                .allow(SystemCall.GETRUSAGE)
                .allow(SystemCall.GETRANDOM)
                .allow(SystemCall.SYSINFO)
                .allow(SystemCall.UNAME)
                .allow(SystemCall.CLOCK_GETRES)
                .allow(SystemCall.RT_SIGPROCMASK)
                .allow(SystemCall.RT_SIGRETURN)
                .allow(SystemCall.SIGALTSTACK)
                .allow(SystemCall.RESTART_SYSCALL)
                .allow(SystemCall.RSEQ)
                .allow(SystemCall.SET_ROBUST_LIST)
                .allow(SystemCall.PRCTL, is(0, SET_NAME))
                // A thread of the JVM itself, and no process or namespace. The newer call has its arguments where no
                // program can look, and
                // the C library makes the older one where the host says that it has no other.
                .allow(SystemCall.CLONE, new Seccomp.Argument(0, NAMESPACES | THREAD, THREAD))
                .refuse(SystemCall.CLONE3, Host.ENOSYS)
                .allow(SystemCall.EXIT)
                .allow(SystemCall.EXIT_GROUP);
    }

    private static Seccomp.Builder running(Seccomp.Builder program) {
        for (long operation : new long[] {FUTEX_WAIT, FUTEX_WAKE, FUTEX_WAIT_BITSET}) {
            // Those that take or hand over locks are left out: they have much of the host run for a component.
            program.allow(
                    SystemCall.FUTEX, new Seccomp.Argument(1, 0xffffffffL & ~FUTEX_REALTIME_AND_PRIVATE, operation));
        }
        return program.allow(SystemCall.FUTEX_WAITV, is(2, 0), is(3, 0))
                .allow(SystemCall.SENDMSG)
                .allow(SystemCall.RECVMSG)
                .allow(
                        SystemCall.MMAP,
                        without(0, -ADDRESSES),
                        without(2, ~READ_AND_WRITE),
                        new Seccomp.Argument(3, ~PLAIN_MAPPINGS | SHARED, SHARED))
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
