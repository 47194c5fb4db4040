package org.espalier.kernel.hw;

/**
 * Holds the threads of a domain up while it has taken more processor time than its limit gives it. What it does not take it can take
 * later, as much as a second brings. Who computes where nobody can hold it up runs into debt, and has run too far at some point.
 *
 * <p>Thread-safe. Times are in nanoseconds.
 */
final class Throttle {
    private static final long SECOND = 1_000_000_000;
    private static final long DEBT = SECOND / 2;

    private final double share;
    private final Runnable holdUp;
    private volatile boolean closed;
    private double credit;
    private long lookedAt;
    private long taken;

    /**
     * Begins with the credit of a second.
     *
     * @param percent of one processor
     * @param holdUp what a thread does in a poll while it is not to go on: {@link #await} where nobody else has to wait for it
     * @param now the time
     */
    Throttle(long percent, Runnable holdUp, long now) {
        this.share = percent / 100.0;
        this.holdUp = holdUp;
        this.credit = share * SECOND;
        this.lookedAt = now;
    }

    /** What each poll of the domain's code does. */
    void poll() {
        if (closed) {
            holdUp.run();
        }
    }

    /** Waits until there is credit. */
    synchronized void await() throws InterruptedException {
        while (closed) {
            wait();
        }
    }

    /**
     * Takes note of what the domain has taken.
     *
     * @return whether it has run too far into debt
     */
    synchronized boolean look(long now, long takenNow) {
        credit = Math.min(credit + share * (now - lookedAt), share * SECOND) - (takenNow - taken);
        lookedAt = now;
        taken = takenNow;
        closed = credit <= 0;
        if (!closed) {
            notifyAll();
        }
        return credit < -DEBT - share * SECOND;
    }
}
