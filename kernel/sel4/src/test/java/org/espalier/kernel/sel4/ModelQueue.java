package org.espalier.kernel.sel4;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** An endpoint or notification of the reference model. */
final class ModelQueue {
    final Deque<ModelThread> waiting = new ArrayDeque<>();

    /** Of an endpoint at which threads wait: whether they wait to send. */
    boolean sending;

    /** Of a notification: whether it was signalled since a signal was last received, and with what badges. */
    boolean active;

    long badges;

    /** Of a notification: the thread that it is bound to. */
    @Nullable ModelThread bound;

    /** Takes the badges that wait in a notification. */
    long consume() {
        long all = badges;
        active = false;
        badges = 0;
        return all;
    }
}
