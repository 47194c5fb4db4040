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

    /**
     * Links of a chain that are looked at. Where a carrier says for whom a call is made, what a component pretends decides where a
     * link leads, and a chain could have no end.
     */
    private static final int LONGEST_CHAIN = 4 * MAX_DEPTH;

    /**
     * What has to be left of a stack for an operation of the kernel. The JVM keeps some 95 KiB of it for itself, and what an operation
     * takes is the more the less of it is compiled.
     */
    private static final long OPERATION_STACK = 160 << 10;

    /**
     * What has to be left when a server's method is entered: 128 KiB for what it does, and then for the kernel's operations that it
     * uses. A call that it makes itself with less left is refused as any other, and so its state is never that of half a method.
     */
    private static final long CALL_STACK = OPERATION_STACK + (128 << 10);

    private final Thread thread = Thread.currentThread();
    private final StackGauge gauge;
    private StackGauge.Stack stack = StackGauge.Stack.NONE;

    /** For the calling thread, whose stack is located while there is room for that. */
    Execution(StackGauge gauge) {
        this.gauge = gauge;
        hasStackForCall();
    }

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

    /** Whether this thread, the calling one, has stack left for a server's method. */
    boolean hasStackForCall() {
        return hasStack(CALL_STACK);
    }

    /** Whether this thread, the calling one, has stack left for an operation of the kernel. */
    boolean hasStackForOperation() {
        return hasStack(OPERATION_STACK);
    }

    private boolean hasStack(long bytes) {
        if (!StackGauge.works()) {
            return true;
        }
        long pointer = StackGauge.stackPointer();
        if (!stack.contains(pointer)) {
            stack = gauge.at(pointer);
        }
        return pointer - stack.low() >= bytes;
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
        int steps = 0;
        for (HwMessage link = message; link != null && steps < LONGEST_CHAIN; link = link.caller) {
            if (link == other || link.beside == other) {
                return true;
            }
            steps++;
        }
        return false;
    }

    /** The entrypoints on the chain of calls that this thread, the calling one, is in, without the one that it is in now. */
    long callers() {
        long bits = 0;
        int steps = 0;
        for (HwMessage link = message == null ? null : message.caller;
                link != null && steps < LONGEST_CHAIN;
                link = link.caller) {
            HwMessage place = link.beside == null ? link : link.beside;
            bits |= place.entry == null ? 0 : place.entry.bit;
            steps++;
        }
        return bits;
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
