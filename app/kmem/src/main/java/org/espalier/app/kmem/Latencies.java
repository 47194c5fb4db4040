package org.espalier.app.kmem;

import java.util.Arrays;

/** How long calls have taken, in microseconds: of so many, from when it is {@linkplain #restart begun}. Thread-safe. */
final class Latencies {
    private static final int PERCENT = 100;

    private final long[] micros;
    private int count;

    /** @param calls how many are looked at; 0 for none */
    Latencies(int calls) {
        this.micros = new long[calls];
        this.count = calls;
    }

    /** Forgets what there is, and looks at the next calls. */
    synchronized void restart() {
        count = 0;
    }

    /** Takes a call in, unless there were enough. */
    synchronized void add(long took) {
        if (count < micros.length) {
            micros[count++] = took;
        }
    }

    /** Whether there were enough. */
    synchronized boolean isFull() {
        return count == micros.length;
    }

    /** For people, and for the benchmark {@code kmem}. */
    @Override
    public synchronized String toString() {
        long[] sorted = Arrays.copyOf(micros, count);
        Arrays.sort(sorted);
        return count == 0
                ? "no calls"
                : count + " calls took " + sorted[count / 2] + " µs in the middle, and 99 of 100 at most "
                        + sorted[(count - 1) * (PERCENT - 1) / PERCENT] + " µs";
    }
}
