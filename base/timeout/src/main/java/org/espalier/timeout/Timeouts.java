package org.espalier.timeout;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Who is to be told when: at most one timeout for each owner, in order of deadlines, and of equal ones in the order in which
 * they were set. All operations take logarithmic time. It has no clock: times are numbers that the caller counts in one unit,
 * never negative, up to {@code latest}; a deadline after that cannot be set. Not thread-safe.
 *
 * @param <K> owners, told apart by {@code equals}
 */
public final class Timeouts<K> {
    private static final long ONCE = 0;

    private final long latest;
    private final TreeSet<Timeout<K>> queue = new TreeSet<>(
            Comparator.<Timeout<K>>comparingLong(Timeout::deadline).thenComparingLong(Timeout::number));
    private final Map<K, Timeout<K>> byOwner = new HashMap<>();
    private long lastNumber;

    /**
     * One timeout.
     *
     * @param number tells equal deadlines apart
     * @param period until the next deadline, {@link #ONCE} if there is none
     */
    private record Timeout<K>(K owner, long deadline, long number, long period) {}

    /** No timeouts; none can be set for later than {@code latest}. */
    public Timeouts(long latest) {
        this.latest = latest;
    }

    /** One timeout in {@code delay}, in place of what the owner had; false, and nothing changes, if that cannot be. */
    public boolean once(K owner, long now, long delay) {
        return set(owner, now, delay, ONCE);
    }

    /** A timeout every {@code period}, in place of what the owner had; false, and nothing changes, if that cannot be. */
    public boolean periodic(K owner, long now, long period) {
        return period > 0 && set(owner, now, period, period);
    }

    private boolean set(K owner, long now, long delay, long period) {
        if (delay < 0 || delay > latest - now) {
            return false;
        }
        cancel(owner);
        add(owner, now + delay, period);
        return true;
    }

    private void add(K owner, long deadline, long period) {
        Timeout<K> timeout = new Timeout<>(owner, deadline, ++lastNumber, period);
        queue.add(timeout);
        byOwner.put(owner, timeout);
    }

    /** The owner has no timeout any more. */
    public void cancel(K owner) {
        Timeout<K> timeout = byOwner.remove(owner);
        if (timeout != null) {
            queue.remove(timeout);
        }
    }

    /** The first deadline. */
    public OptionalLong earliest() {
        return queue.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(queue.first().deadline());
    }

    /**
     * Tells {@code due} of each owner whose deadline is not after {@code now}, once each, in order. A periodic timeout goes on
     * at the first multiple of its period that is still to come. {@code due} must not change the timeouts.
     */
    public void expire(long now, Consumer<? super K> due) {
        while (!queue.isEmpty() && queue.first().deadline() <= now) {
            Timeout<K> timeout = queue.removeFirst();
            byOwner.remove(timeout.owner());
            if (timeout.period() != ONCE) {
                long sinceLast = (now - timeout.deadline()) % timeout.period();
                long untilNext = timeout.period() - sinceLast;
                if (untilNext <= latest - now) {
                    add(timeout.owner(), now + untilNext, timeout.period());
                }
            }
            due.accept(timeout.owner());
        }
    }
}
