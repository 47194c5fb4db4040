package org.espalier.kernel.sel4;

/**
 * The table by which domains take turns (seL4 manual, 6.3): entries of a domain and a number of ticks, one after the other, again and
 * again from the start entry on. An entry of domain 0 without duration ends the table, and so does its last place.
 */
final class DomainSchedule {
    /** The longest duration of an entry in ticks: what 56 bits hold. */
    static final long LONGEST = (1L << 56) - 1;

    private final int count;
    private final int[] domains;
    private final long[] durations;
    private int start;
    private int index;
    private int current;
    private long left;

    /** At first domain 0 has all turns. */
    DomainSchedule(int count, int entries) {
        this.count = count;
        this.domains = new int[entries];
        this.durations = new long[entries];
        durations[0] = LONGEST;
        left = LONGEST;
    }

    /** How many domains there are. */
    int count() {
        return count;
    }

    int current() {
        return current;
    }

    int entries() {
        return domains.length;
    }

    int start() {
        return start;
    }

    boolean isEnd(int entry) {
        return domains[entry] == 0 && durations[entry] == 0;
    }

    void configure(int entry, int domain, long duration) {
        domains[entry] = domain;
        durations[entry] = duration;
    }

    /** Begins anew with {@code entry}, at the next decision. */
    void startAt(int entry) {
        start = entry;
        left = 0;
        index = domains.length - 2;
    }

    /** One tick has passed; true if the current domain's turn is over. */
    boolean tick() {
        if (count == 1 || left == 0) {
            return false;
        }
        left--;
        return left == 0;
    }

    /** Goes on to the next domain if the current one's turn is over. */
    void next() {
        if (left == 0) {
            index++;
            if (index >= domains.length || isEnd(index)) {
                index = start;
            }
            current = domains[index];
            left = durations[index];
        }
    }

    boolean hasTurns(int domain) {
        for (int entry = start; entry < domains.length && !isEnd(entry); entry++) {
            if (domains[entry] == domain) {
                return true;
            }
        }
        return false;
    }
}
