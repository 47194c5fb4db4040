package org.espalier.kernel.ring3;

import java.util.Comparator;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which of some consecutive units, such as frames or pages, are free. A range is taken from the smallest free one that has room, and what
 * comes back is joined with its neighbours, so what is all given back is one range again. Thread-safe.
 */
public final class Ranges {
    private static final Comparator<Range> BY_SIZE =
            Comparator.comparingLong(Range::count).thenComparingLong(Range::first);

    private final TreeMap<Long, Range> byFirst = new TreeMap<>();
    private final TreeSet<Range> bySize = new TreeSet<>(BY_SIZE);
    private final long first;
    private final long count;
    private long left;

    private record Range(long first, long count) {
        long end() {
            return first + count;
        }
    }

    /** All {@code count} units from {@code first} on are free. */
    public Ranges(long first, long count) {
        if (first < 0 || count <= 0 || first > Long.MAX_VALUE - count) {
            throw new IllegalArgumentException("There are no " + count + " units from " + first + " on.");
        }
        this.first = first;
        this.count = count;
        this.left = count;
        put(new Range(first, count));
    }

    /** Takes {@code wanted} consecutive units, one at least, and returns the first; empty if there are not as many in a row. */
    public synchronized OptionalLong take(long wanted) {
        if (wanted <= 0) {
            throw new IllegalArgumentException("Ranges have one unit at least, and not " + wanted + ".");
        }
        Range range = bySize.ceiling(new Range(0, wanted));
        if (range == null) {
            return OptionalLong.empty();
        }
        remove(range);
        if (range.count() > wanted) {
            put(new Range(range.first() + wanted, range.count() - wanted));
        }
        left -= wanted;
        return OptionalLong.of(range.first());
    }

    /**
     * Takes units back.
     *
     * @throws IllegalArgumentException if one of them is free, or no unit of this
     */
    public synchronized void give(long from, long units) {
        Map.Entry<Long, Range> below = byFirst.floorEntry(from);
        Map.Entry<Long, Range> above = byFirst.higherEntry(from);
        boolean inside = units > 0 && from >= first && units <= count && from - first <= count - units;
        boolean free = (below != null && below.getValue().end() > from)
                || (above != null && above.getKey() < from + Math.max(units, 0));
        if (!inside || free) {
            throw new IllegalArgumentException("The " + units + " units from " + from + " on were not taken.");
        }
        left += units;
        long start = from;
        long end = from + units;
        if (below != null && below.getValue().end() == from) {
            start = below.getKey();
            remove(below.getValue());
        }
        if (above != null && above.getKey() == end) {
            end = above.getValue().end();
            remove(above.getValue());
        }
        put(new Range(start, end - start));
    }

    /** How many units are free. */
    public synchronized long left() {
        return left;
    }

    private void put(Range range) {
        byFirst.put(range.first(), range);
        bySize.add(range);
    }

    private void remove(Range range) {
        byFirst.remove(range.first());
        bySize.remove(range);
    }
}
