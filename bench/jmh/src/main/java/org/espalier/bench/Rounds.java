package org.espalier.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/**
 * Runs a floor and a subject in turn, many times over: what else the machine does changes from moment to moment, and meets both of
 * a round. Batches are short, so that most of them run between two interruptions. A figure is the median over the rounds, and so is
 * the ratio.
 *
 * @param figure nanoseconds of one operation of the subject
 * @param floor nanoseconds of one operation of the floor
 * @param ratio of both in the same round
 */
record Rounds(double figure, double floor, double ratio) {
    /** Something to measure, on a thread of its own. */
    interface Batch {
        void run(int operations) throws Exception;
    }

    /** How long rounds do not count as a rule: the compiler works beside them, and has all of a start or a session to learn. */
    private static final long WARM_UP_NANOS = 10_000_000_000L;

    /** Measures what takes {@link #WARM_UP_NANOS} to warm up. */
    static Rounds of(ThreadFactory threads, int rounds, int operations, Batch floor, Batch subject)
            throws InterruptedException {
        return of(threads, WARM_UP_NANOS, rounds, operations, floor, subject);
    }

    /**
     * Measures.
     *
     * @param warmUpNanos for how long rounds do not count
     * @param rounds rounds that count
     * @param operations in one batch
     */
    static Rounds of(ThreadFactory threads, long warmUpNanos, int rounds, int operations, Batch floor, Batch subject)
            throws InterruptedException {
        List<Double> figures = new ArrayList<>();
        List<Double> floors = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        long begin = System.nanoTime();
        while (figures.size() < rounds) {
            double below = nanos(threads, operations, floor);
            double above = nanos(threads, operations, subject);
            if (System.nanoTime() - begin > warmUpNanos) {
                figures.add(above);
                floors.add(below);
                ratios.add(above / below);
            }
        }
        return new Rounds(median(figures), median(floors), median(ratios));
    }

    private static double nanos(ThreadFactory threads, int operations, Batch batch) throws InterruptedException {
        List<Throwable> failures = new ArrayList<>();
        long[] took = new long[1];
        Thread thread = threads.newThread(() -> {
            try {
                long begin = System.nanoTime();
                batch.run(operations);
                took[0] = System.nanoTime() - begin;
            } catch (Throwable e) {
                failures.add(e);
            }
        });
        thread.start();
        thread.join();
        if (!failures.isEmpty()) {
            throw new IllegalStateException("A batch of the benchmark failed.", failures.getFirst());
        }
        return (double) took[0] / operations;
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
