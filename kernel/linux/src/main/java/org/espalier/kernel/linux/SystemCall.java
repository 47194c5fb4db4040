package org.espalier.kernel.linux;

/** The host's system calls that the kernel makes or lets somebody make, with their numbers on x86-64. */
enum SystemCall {
    OPEN(2),
    CLOSE(3),
    POLL(7),
    MMAP(9),
    MUNMAP(11),
    PREAD64(17),
    SCHED_YIELD(24),
    SENDMSG(46),
    RECVMSG(47),
    SHUTDOWN(48),
    SOCKETPAIR(53),
    EXECVE(59),
    EXIT(60),
    KILL(62),
    FCNTL(72),
    FTRUNCATE(77),
    FUTEX(202),
    CLOCK_GETTIME(228),
    EXIT_GROUP(231),
    WAITID(247),
    FALLOCATE(285),
    PRLIMIT64(302),
    SECCOMP(317),
    MEMFD_CREATE(319),
    PIDFD_SEND_SIGNAL(424),
    PIDFD_OPEN(434),
    CLOSE_RANGE(436);

    final int number;

    SystemCall(int number) {
        this.number = number;
    }
}
