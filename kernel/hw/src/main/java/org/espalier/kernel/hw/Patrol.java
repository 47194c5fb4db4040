package org.espalier.kernel.hw;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * A thread that looks after something in rounds for as long as there is anything to look after. It comes with the first, and goes when
 * there was nothing for a second: what comes and goes often finds it there.
 *
 * <p>Thread-safe. It needs no end.
 */
final class Patrol {
    private static final long STAY_NANOS = 1_000_000_000;
    private static final long RETRY_NANOS = 20_000_000;

    private final String name;
    private final LongSupplier round;

    /** Whether something came since the last round began; guarded by this, like all that follows. */
    private boolean wanted;

    private boolean running;

    /**
     * Nobody, at first.
     *
     * @param name name of the thread
     * @param round what the thread does, which returns the nanoseconds until it is to do it again; 0 when there is nothing left to look
     *     after
     */
    Patrol(String name, LongSupplier round) {
        this.name = name;
        this.round = round;
    }

    /** There is something to look after, which a round that begins after this call will find. */
    synchronized void begin() {
        wanted = true;
        if (running) {
            notifyAll();
        } else {
            try {
                Thread.ofPlatform().daemon().name(name).start(this::run);
                running = true;
            } catch (OutOfMemoryError e) {
                // The host has no thread to give. Whoever comes next tries again, and the caller is in the middle of
                // ending something.
            }
        }
    }

    private void run() {
        while (isWanted()) {
            for (long pause = round(); pause > 0; pause = round()) {
                LockSupport.parkNanos(pause);
            }
        }
    }

    private long round() {
        try {
            return round.getAsLong();
        } catch (OutOfMemoryError e) {
            // Somebody has filled the heap. The next round may find some of it.
            return RETRY_NANOS;
        }
    }

    /** Waits for something; false when nothing came, and the thread is to go. */
    private synchronized boolean isWanted() {
        long end = System.nanoTime() + STAY_NANOS;
        while (!wanted) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                running = false;
                return false;
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                // It belongs to no domain that could end, so there is nothing that it should leave for.
            }
        }
        wanted = false;
        return true;
    }
}
