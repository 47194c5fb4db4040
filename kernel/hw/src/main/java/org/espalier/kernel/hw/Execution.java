package org.espalier.kernel.hw;

import org.jspecify.annotations.Nullable;

/**
 * What one host thread executes at this moment: the domain whose code runs and the message that belongs to it. A migrating call
 * changes both for its duration. Confined to its thread.
 */
final class Execution {
    /** Calls within calls on one thread; beyond it a chain counts as one that does not end. */
    static final int MAX_DEPTH = 64;

    private final Thread thread = Thread.currentThread();

    @Nullable Domain domain;

    @Nullable HwMessage message;

    int depth;

    boolean isOfCurrentThread() {
        return thread == Thread.currentThread();
    }

    /** Makes the thread execute {@code newDomain} with {@code newMessage}, or nobody with none. */
    void become(@Nullable Domain newDomain, @Nullable HwMessage newMessage) {
        domain = newDomain;
        message = newMessage;
        if (newMessage != null) {
            newMessage.execution = this;
        }
    }
}
