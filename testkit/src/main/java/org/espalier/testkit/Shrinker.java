package org.espalier.testkit;

import java.util.Arrays;

/**
 * Reduces a failing trial: edits the choices it was drawn from and keeps each edit after which the property still fails.
 * Shorter sequences are better, then smaller numbers; every accepted edit is strictly better, so this ends.
 */
final class Shrinker<T> {

    /** A value that breaks the property, and how the property said so. */
    record Broken<T>(T value, Throwable failure) {}

    /** A bound on the time spent; what was reached by then is reported. */
    private static final int MOST_RUNS = 5_000;

    private final Gen<T> gen;
    private final Property<T> property;
    private Broken<T> best;
    private long[] choices;
    private int runs;
    private boolean improved;

    Shrinker(Gen<T> gen, Property<T> property, Choices drawnFrom, Broken<T> first) {
        this.gen = gen;
        this.property = property;
        this.choices = drawnFrom.drawn();
        this.best = first;
    }

    Broken<T> smallest() {
        do {
            improved = false;
            cutRuns();
            lowerEach();
        } while (improved && runs < MOST_RUNS);
        return best;
    }

    private void cutRuns() {
        for (int length = choices.length; length > 0; length = length > 8 ? length / 2 : length - 1) {
            int step = length > 8 ? length / 2 : 1;
            int from = choices.length - length;
            while (from >= 0) {
                // From the back, because a later element depends on the choices before it, not the other way round.
                from = Math.min(without(from, length) ? from : from - step, choices.length - length);
            }
        }
    }

    private boolean without(int from, int length) {
        long[] old = choices;
        long[] shorter = Arrays.copyOf(old, old.length - length);
        System.arraycopy(old, from + length, shorter, from, old.length - from - length);
        return accept(shorter);
    }

    private void lowerEach() {
        for (int index = 0; index < choices.length; index++) {
            if (choices[index] == 0 || with(index, 0)) {
                continue;
            }
            long holds = 0;
            while (index < choices.length && choices[index] - holds > 1) {
                long middle = holds + (choices[index] - holds) / 2;
                if (!with(index, middle)) {
                    holds = middle;
                }
            }
        }
    }

    private boolean with(int index, long number) {
        long[] lower = choices.clone();
        lower[index] = number;
        return accept(lower);
    }

    private boolean accept(long[] candidate) {
        if (runs++ >= MOST_RUNS) {
            return false;
        }
        Choices replayed = Choices.replay(candidate);
        T value = gen.from(replayed);
        long[] drawn = replayed.drawn();
        if (!better(drawn, choices)) {
            return false;
        }
        Throwable failure = ForAll.failure(property, value);
        if (failure == null) {
            return false;
        }
        best = new Broken<>(value, failure);
        choices = drawn;
        improved = true;
        return true;
    }

    private static boolean better(long[] candidate, long[] than) {
        return candidate.length != than.length ? candidate.length < than.length : Arrays.compare(candidate, than) < 0;
    }
}
