package org.espalier.kernel.linux;

/**
 * How often to look before going to sleep, learned from whether looking has helped: where the other side runs on another processor an answer
 * mostly comes while one looks, and where it waits for this one each look is lost. Used by one thread.
 */
final class Spins {
    /** Some 20 µs, which is what two wake-ups take. */
    private static final int MOST = 400;

    private static final int LEAST = 20;

    /** Of so many sleeps in a row, one is preceded by looks. */
    private static final int PROBE = 64;

    private int most = LEAST;
    private int sleeps;

    int most() {
        return most >= LEAST || sleeps % PROBE == PROBE - 1 ? Math.max(most, LEAST) : 0;
    }

    /** What was waited for came in time. */
    void met() {
        most = Math.min(MOST, Math.max(LEAST, most) * 2);
        sleeps = 0;
    }

    /** It did not, or was not waited for. */
    void missed() {
        most /= 2;
        sleeps++;
    }
}
