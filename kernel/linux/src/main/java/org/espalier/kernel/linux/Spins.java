package org.espalier.kernel.linux;

/**
 * How often to look before going to sleep, learned from whether looking has helped: where the other side runs on another processor an answer
 * mostly comes while one looks, and where it waits for this one each look is lost. Used by one thread.
 */
final class Spins {
    /** Of so many sleeps in a row, one is preceded by looks. */
    private static final int PROBE = 64;

    private final int largest;
    private final int least;
    private int most;
    private int sleeps;

    /**
     * For looks of one kind.
     *
     * @param largest so many take some 20 µs, which is what two wake-ups take
     * @param least fewer help nobody
     */
    private Spins(int largest, int least) {
        this.largest = largest;
        this.least = least;
        this.most = least;
    }

    /** For looking at a word of memory. */
    static Spins atMemory() {
        return new Spins(400, 20);
    }

    /** For asking the host each time. */
    static Spins atHost() {
        return new Spins(32, 4);
    }

    int most() {
        return most >= least || sleeps % PROBE == PROBE - 1 ? Math.max(most, least) : 0;
    }

    /** What was waited for came in time. */
    void met() {
        most = Math.min(largest, Math.max(least, most) * 2);
        sleeps = 0;
    }

    /** It did not, or was not waited for. */
    void missed() {
        most /= 2;
        sleeps++;
    }
}
