package org.espalier.kernel.linux;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file descriptor of this process, owned by whoever holds this object; not inherited by programs that are started unless it is
 * given to them. Closed once: a number that the host has given away again is never closed by a former owner. Thread-safe.
 */
final class Descriptor implements AutoCloseable {
    private static final int CLOSED = -1;
    private final AtomicInteger number;

    /** Takes over {@code number}, which is open. */
    Descriptor(long number) {
        this.number = new AtomicInteger(Math.toIntExact(number));
    }

    /**
     * The number, valid for as long as nobody closes this.
     *
     * @throws IllegalStateException if it is closed
     */
    int number() {
        int current = number.get();
        if (current == CLOSED) {
            throw new IllegalStateException("A descriptor was used after it had been closed.");
        }
        return current;
    }

    @Override
    public void close() {
        int current = number.getAndSet(CLOSED);
        if (current != CLOSED) {
            // Whatever the host answers, the number is free: Linux says so even for an interrupted close.
            long _ = Host.call(SystemCall.CLOSE, current, 0, 0);
        }
    }
}
