package org.espalier.kernel.sel4;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A thread of the reference model. */
final class ModelThread {
    /** What it does. */
    enum State {
        INACTIVE,
        RUNNING,
        RESTART,
        RECEIVING,
        SENDING,
        AWAITING_REPLY,
        AWAITING_SIGNAL
    }

    /** Words of a message that need no buffer. */
    static final int IN_REGISTERS = 4;

    private static final int MOST_WORDS = 16;

    final long object;
    State state = State.INACTIVE;

    /** What the thread waits at: an endpoint or notification. */
    @Nullable ModelQueue waitsAt;

    /** The notification that is bound to it: a signal reaches it also where it waits for a message. */
    @Nullable ModelQueue bound;

    /** What it sends while it waits to. */
    long sentBadge;

    boolean calls;
    boolean grants;
    boolean grantsReply;

    // Its registers: a badge or the address of a capability, the description of a message, and the message.
    long badge;
    long info;
    final long[] words = new long[MOST_WORDS];
    final boolean hasBuffer;

    ModelThread(long object, boolean hasBuffer) {
        this.object = object;
        this.hasBuffer = hasBuffer;
    }

    boolean canRun() {
        return state == State.RUNNING || state == State.RESTART;
    }

    void received(long newInfo, long newBadge) {
        info = newInfo;
        badge = newBadge;
    }

    /** Writes a message, as far as there is room, and tells how long it is. */
    int write(long... message) {
        int length = hasBuffer ? message.length : Math.min(message.length, IN_REGISTERS);
        System.arraycopy(message, 0, words, 0, length);
        return length;
    }

    long[] message(int length) {
        return Arrays.copyOf(words, hasBuffer ? length : Math.min(length, IN_REGISTERS));
    }
}
