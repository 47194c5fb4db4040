package org.espalier.kernel.sel4;

import java.util.ArrayDeque;
import java.util.Deque;

/** An endpoint or notification of the reference model. */
final class ModelQueue {
    final Deque<ModelThread> waiting = new ArrayDeque<>();

    /** Of an endpoint at which threads wait: whether they wait to send. */
    boolean sending;

    /** Of a notification: whether it was signalled since a signal was last received, and with what badges. */
    boolean active;

    long badges;
}
