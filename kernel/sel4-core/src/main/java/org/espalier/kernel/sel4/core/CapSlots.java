package org.espalier.kernel.sel4.core;

import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which slots of core's own capability space are empty. Slots are in leaves of {@code 1 << leafBits}; a range is never in two of them.
 * Guarded by the {@link RootTask}.
 */
final class CapSlots {
    private final int leafBits;

    /** Lengths of the ranges that are empty, by their first slots. */
    private final TreeMap<Long, Long> empty = new TreeMap<>();

    private long left;

    CapSlots(int leafBits) {
        this.leafBits = leafBits;
    }

    /** Adds the slots of a leaf, which is empty; but for the first one, whose address is that of the leaf itself. */
    void addLeaf(long leaf) {
        put((leaf << leafBits) + 1, (1L << leafBits) - 1);
    }

    /** Takes {@code count} slots in a row, at most as many as a leaf has; -1 if there are none. */
    long take(long count) {
        for (Iterator<Map.Entry<Long, Long>> ranges = empty.entrySet().iterator(); ranges.hasNext(); ) {
            Map.Entry<Long, Long> range = ranges.next();
            if (range.getValue() >= count) {
                long first = range.getKey();
                long rest = range.getValue() - count;
                ranges.remove();
                left -= count;
                if (rest > 0) {
                    empty.put(first + count, rest);
                }
                return first;
            }
        }
        return -1;
    }

    /** Gives slots back, which are empty. */
    void giveBack(long first, long count) {
        put(first, count);
    }

    /** How many are empty. */
    long left() {
        return left;
    }

    private void put(long first, long count) {
        left += count;
        long start = first;
        long end = first + count;
        Map.Entry<Long, Long> below = empty.floorEntry(first);
        if (below != null && below.getKey() + below.getValue() == first && isSameLeaf(below.getKey(), first)) {
            start = below.getKey();
        }
        Long above = empty.get(end);
        if (above != null && isSameLeaf(first, end)) {
            empty.remove(end);
            end += above;
        }
        empty.put(start, end - start);
    }

    private boolean isSameLeaf(long a, long b) {
        return a >>> leafBits == b >>> leafBits;
    }
}
