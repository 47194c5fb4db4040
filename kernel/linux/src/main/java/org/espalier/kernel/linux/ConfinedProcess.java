package org.espalier.kernel.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * A process in a sandbox, known by a descriptor of it and not by its number, which the host gives away again. Owned by whoever started
 * it: {@link #close} ends it. Thread-safe.
 *
 * <p>What is known here is the sandbox's monitor, a process of bubblewrap outside of it; it lives as long as the component does, and the
 * host kills the component when the monitor dies.
 */
final class ConfinedProcess implements AutoCloseable {
    private static final int SIGKILL = 9;
    private static final int P_PIDFD = 3;
    private static final int WEXITED = 4;
    private static final int SIGNAL_INFO_BYTES = 128;
    private static final int CODE = 8;
    private static final int STATUS = 24;
    private static final int CLD_EXITED = 1;

    private final Descriptor process;
    private final Channel channel;
    private @Nullable Ended ended;

    /** Whether {@link #process} may be another one's descriptor by now; guarded by it. */
    private boolean closed;

    ConfinedProcess(Descriptor process, Channel channel) {
        this.process = process;
        this.channel = channel;
    }

    /** The kernel's end of the component's channel. It says {@link Channel.Received.Closed} when the process has ended. */
    Channel channel() {
        return channel;
    }

    /**
     * How it ended, as its monitor tells: the component's exit code, or 128 and the number of the signal that ended it. A component can
     * choose to exit with any code, so this is for messages, not for decisions.
     *
     * @param code 0 to 255
     */
    record Ended(int code) {
        private static final int SIGNALS = 128;

        /** The code of a process that was ended by {@code signal}. */
        static Ended by(int signal) {
            return new Ended(SIGNALS + signal);
        }
    }

    /** Ends it at once, if it has not ended. Does not wait. */
    void kill() {
        synchronized (process) {
            if (!closed) {
                // Refused only for a process that has ended, or was waited for, which is what is wanted.
                long _ = Host.call(SystemCall.PIDFD_SEND_SIGNAL, process.number(), SIGKILL, 0);
            }
        }
    }

    /** Waits until it has ended, and leaves nothing of it at the host. */
    synchronized Ended await() throws HostException {
        if (ended == null) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment information = arena.allocate(SIGNAL_INFO_BYTES, Long.BYTES);
                Host.demand(SystemCall.WAITID, P_PIDFD, process.number(), information.address(), WEXITED, 0, 0);
                int status = information.get(ValueLayout.JAVA_INT, STATUS);
                ended = information.get(ValueLayout.JAVA_INT, CODE) == CLD_EXITED
                        ? new Ended(status)
                        : Ended.by(status);
            }
        }
        return ended;
    }

    /** Ends it, waits for that, and closes the channel. */
    @Override
    public void close() {
        kill();
        try {
            await();
        } catch (HostException e) {
            throw new IllegalStateException("A process that this one has started cannot be waited for.", e);
        }
        synchronized (process) {
            closed = true;
            process.close();
        }
        channel.close();
    }
}
