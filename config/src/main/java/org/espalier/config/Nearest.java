package org.espalier.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the name that somebody meant, for messages that ask “did you mean …?”. Stateless. */
public final class Nearest {

    private Nearest() {}

    /**
     * The valid name with the fewest typing mistakes from {@code wrong}: characters left out, added, replaced, or
     * swapped with their neighbour. Names with more mistakes than a third of the length of {@code wrong} (but one is
     * always granted, except for a single character) are too far to be a help. Of equally near names the
     * alphabetically first.
     */
    public static Optional<String> name(String wrong, Collection<String> valid) {
        int[] typed = wrong.codePoints().toArray();
        int most = Math.min(Math.max(1, typed.length / 3), Math.max(0, typed.length - 1));
        return valid.stream()
                .map(name ->
                        new Candidate(name, distance(typed, name.codePoints().toArray(), most)))
                .filter(candidate -> candidate.distance <= most)
                .min(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
                .map(Candidate::name);
    }

    private record Candidate(String name, int distance) {}

    /** The number of mistakes (optimal string alignment), or some number above {@code most}. */
    private static int distance(int[] a, int[] b, int most) {
        if (Math.abs(a.length - b.length) > most) {
            return most + 1;
        }
        int[] beforeLast = new int[b.length + 1];
        int[] last = new int[b.length + 1];
        int[] row = new int[b.length + 1];
        for (int j = 0; j <= b.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length; i++) {
            int[] recycled = beforeLast;
            beforeLast = last;
            last = row;
            row = recycled;
            row[0] = i;
            for (int j = 1; j <= b.length; j++) {
                int replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(last[j], row[j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
        }
        return row[b.length];
    }
}
