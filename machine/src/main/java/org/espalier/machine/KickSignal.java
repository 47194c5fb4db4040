package org.espalier.machine;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A signal that interrupts a thread in a system call and is never delivered: the thread keeps it blocked, but for the time of that call,
 * and takes what is pending itself. So no handler runs, and the JVM does not hear of it. It stays blocked in the thread for good: whoever
 * else in this thread relies on it must not find it open, for its default is to end the process.
 *
 * <p>Belongs to the thread that makes it, but for {@link #send}.
 */
final class KickSignal {
    /** A real-time signal that neither the C library nor the JVM uses. */
    private static final int NUMBER = 42;

    private static final long RT_SIGPROCMASK = 14;
    private static final long GETPID = 39;
    private static final long RT_SIGTIMEDWAIT = 128;
    private static final long GETTID = 186;
    private static final long TGKILL = 234;
    private static final int BLOCK = 0;

    static final int SET_BYTES = 8;

    private final Linux linux;
    private final MemorySegment set;
    private final MemorySegment before;
    private final MemorySegment noTime;
    private final long process;
    private final long thread;

    KickSignal(Linux linux, Arena arena) {
        this.linux = linux;
        set = arena.allocate(JAVA_LONG);
        set.set(JAVA_LONG, 0, 1L << (NUMBER - 1));
        before = arena.allocate(JAVA_LONG);
        noTime = arena.allocate(2 * Long.BYTES, Long.BYTES);
        process = linux.call(GETPID, 0, 0, 0, 0);
        thread = linux.call(GETTID, 0, 0, 0, 0);
        linux.require("rt_sigprocmask", RT_SIGPROCMASK, BLOCK, set.address(), before.address(), SET_BYTES);
    }

    /** The signals that the thread keeps blocked, without this one. */
    long maskInside() {
        return before.get(JAVA_LONG, 0) & ~set.get(JAVA_LONG, 0);
    }

    /** Sends it to the thread, which must be alive. Any thread may, with a {@code caller} of its own. */
    void send(Linux caller) {
        caller.require("to signal a thread (tgkill)", TGKILL, process, thread, NUMBER, 0);
    }

    /** Takes all that is pending: such signals queue. */
    void drain() {
        long result;
        do {
            result = linux.call(RT_SIGTIMEDWAIT, set.address(), 0, noTime.address(), SET_BYTES);
        } while (result == NUMBER || result == Linux.EINTR);
    }
}
