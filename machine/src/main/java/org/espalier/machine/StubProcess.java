package org.espalier.machine;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A process of the host that an engine has started, and that nobody else waits for. It inherits one descriptor of the JVM's, the
 * one that is named, and whatever others were not to be closed. Belongs to the thread that started it, but for {@link #kick}.
 */
final class StubProcess {
    /** Stops that no program can block or ignore; the tracer keeps it from its receiver. */
    static final int SIGSTOP = 19;

    private static final int SIGKILL = 9;
    private static final long WAIT4 = 61;
    private static final long CLOSE = 3;
    private static final long KILL = 62;
    private static final long PIDFD_SEND_SIGNAL = 424;
    private static final long PIDFD_OPEN = 434;

    /** Also tracees that are no children that end with a SIGCHLD. */
    private static final long WAIT_ALL = 0x4000_0000L;

    private static final MemorySegment SPAWN = Linux.function("posix_spawn");
    private static final MemorySegment ACTIONS_INIT = Linux.function("posix_spawn_file_actions_init");
    private static final MemorySegment ACTIONS_DUP2 = Linux.function("posix_spawn_file_actions_adddup2");
    private static final MemorySegment ACTIONS_DESTROY = Linux.function("posix_spawn_file_actions_destroy");

    /** More than any C library's posix_spawn_file_actions_t. */
    private static final long ACTIONS_BYTES = 256;

    private final Linux linux;
    private final MemorySegment status;
    private final int id;

    /** Names the process also after others may have got its number, so that no signal goes astray. */
    private final int handle;

    /** See {@link #processor()}. */
    private int processor = Placement.ANY;

    private boolean alive = true;
    private boolean closed;

    private StubProcess(Linux linux, MemorySegment status, int id, int handle) {
        this.linux = linux;
        this.status = status;
        this.id = id;
        this.handle = handle;
    }

    /** Starts {@code path} with {@code descriptor} open and without arguments or environment. {@code status} holds an {@code int} of wait4(2), for any number of processes. */
    static StubProcess start(Linux linux, MemorySegment status, String path, int descriptor) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment actions = scratch.allocate(ACTIONS_BYTES, Long.BYTES);
            MemorySegment id = scratch.allocate(JAVA_INT);
            MemorySegment none = scratch.allocate(JAVA_LONG);
            check(linux.invoke(ACTIONS_INIT, actions.address(), 0, 0, 0, 0, 0, 0));
            try {
                // Onto itself: it stays open in the child and closed in every other program that the JVM starts.
                check(linux.invoke(ACTIONS_DUP2, actions.address(), descriptor, descriptor, 0, 0, 0, 0));
                check(linux.invoke(
                        SPAWN,
                        id.address(),
                        scratch.allocateFrom(path).address(),
                        actions.address(),
                        0,
                        none.address(),
                        none.address(),
                        0));
            } finally {
                linux.invoke(ACTIONS_DESTROY, actions.address(), 0, 0, 0, 0, 0, 0);
            }
            return of(linux, status, id.get(JAVA_INT, 0));
        }
    }

    private static StubProcess of(Linux linux, MemorySegment status, int id) {
        long handle = linux.call(PIDFD_OPEN, id, 0, 0, 0);
        if (Linux.isError(handle)) {
            // It is not waited for yet, so its number is still its own.
            linux.call(KILL, id, SIGKILL, 0, 0);
            linux.call(WAIT4, id, status.address(), WAIT_ALL, 0);
            throw HostFailure.of("a descriptor of process " + id + " (pidfd_open)", handle);
        }
        return new StubProcess(linux, status, id, (int) handle);
    }

    /** These functions return the error number, as an {@code int} in a register whose upper half is left to chance. */
    private static void check(long result) {
        if ((int) result != 0) {
            throw HostFailure.of("to start a process (posix_spawn)", -(int) result);
        }
    }

    int id() {
        return id;
    }

    /** The host's processor that it was bound to, or {@link Placement#ANY}. */
    int processor() {
        return processor;
    }

    void processor(int number) {
        processor = number;
    }

    /** Waits until the tracee stops and returns bits 8 and up of its status: the signal, and the event above it (ptrace(2)). */
    int awaitStop() {
        int stopped = await();
        if ((stopped & 0xff) != 0x7f) {
            alive = false;
            throw new HostFailure("Process " + id + " of an engine was ended from outside, with wait status 0x"
                    + Integer.toHexString(stopped) + ".");
        }
        return stopped >>> 8;
    }

    private int await() {
        long result;
        do {
            result = linux.call(WAIT4, id, status.address(), WAIT_ALL, 0);
        } while (result == Linux.EINTR);
        if (Linux.isError(result)) {
            throw HostFailure.of("to wait for process " + id, result);
        }
        return status.get(JAVA_INT, 0);
    }

    /** Makes it stop. Any thread may, with a {@code caller} of its own, unless {@link #end} may run meanwhile. */
    void kick(Linux caller) {
        caller.call(PIDFD_SEND_SIGNAL, handle, SIGSTOP, 0, 0);
    }

    /** Kills it, waits until nothing is left of it, and gives its descriptor back. Ending twice does nothing. */
    void end() {
        if (closed) {
            return;
        }
        if (alive) {
            linux.require("to end process " + id, PIDFD_SEND_SIGNAL, handle, SIGKILL, 0, 0);
            while ((await() & 0xff) == 0x7f) {
                // A stop that was reported before the signal took effect.
            }
        }
        linux.require("close", CLOSE, handle, 0, 0, 0);
        alive = false;
        closed = true;
    }

    boolean isAlive() {
        return alive;
    }
}
