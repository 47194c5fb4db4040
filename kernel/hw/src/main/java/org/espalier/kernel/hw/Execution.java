package org.espalier.kernel.hw;

import org.espalier.base.Message;
import org.jspecify.annotations.Nullable;

/**
 * What one host thread executes at this moment, told by the message that it works with: each message belongs to one domain. A
 * migrating call changes it for its duration. Confined to its thread, but for what is said to be for others.
 */
final class Execution {
    /** Calls within calls on one thread; beyond it a chain counts as one that does not end. */
    static final int MAX_DEPTH = 64;

    private final Thread thread = Thread.currentThread();

    @Nullable HwMessage message;

    int depth;

    /** How much of the thread's processor time some {@link CpuMeter} has been told of; guarded by the one it runs for. */
    long accounted;

    /** The same for the heap that it has allocated. */
    long accountedBytes;

    /** Indices of the capabilities of the message that is carried at this moment, out of everybody's reach. */
    final int[] carried = new int[Message.MAX_CAPS];

    long threadId() {
        return thread.threadId();
    }

    boolean isOfCurrentThread() {
        return thread == Thread.currentThread();
    }

    /** Whether the thread waits for another one or for time to pass. May be called by other threads, as may {@link #interrupt}. */
    boolean isWaiting() {
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING -> true;
            default -> false;
        };
    }

    void interrupt() {
        thread.interrupt();
    }

    /**
     * The domain whose code runs; {@code null} for a thread that is nobody's. For another thread the answer is that of a moment ago,
     * except about one that {@link #isWaiting waits}, which changed nothing since it began to.
     */
    @Nullable Domain domain() {
        return message == null ? null : message.domain;
    }

    /** Whether {@code other} is on the chain of calls that this thread is in, so that entering it again would wait for itself. */
    boolean isInside(HwMessage other) {
        for (HwMessage link = message; link != null; link = link.caller) {
            if (link == other) {
                return true;
            }
        }
        return false;
    }

    /** Makes the thread execute the domain of {@code next}. */
    void become(@Nullable HwMessage next) {
        message = next;
        // A store of a reference costs a barrier of the collector, and mostly the same thread comes again.
        if (next != null && next.execution != this) {
            next.execution = this;
        }
    }
}
