package org.espalier.kernel.ring3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is taken is nobody else's, and what is all given back is one range again. */
final class RangesTest {
    private static final int FIRST = 100;
    private static final int COUNT = 500;

    private record Taken(int first, int count) {}

    @Test
    void randomOperationsKeepToAModel() {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        Random random = new Random(seed);
        Ranges ranges = new Ranges(FIRST, COUNT);
        BitSet used = new BitSet();
        List<Taken> taken = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (random.nextBoolean() || taken.isEmpty()) {
                int count = 1 + random.nextInt(40);
                OptionalLong first = ranges.take(count);
                assertThat(first.isPresent()).as("seed %d", seed).isEqualTo(longestFree(used) >= count);
                if (first.isPresent()) {
                    int start = (int) first.getAsLong();
                    assertThat(used.get(start, start + count).isEmpty())
                            .as("seed %d", seed)
                            .isTrue();
                    assertThat(start).isBetween(FIRST, FIRST + COUNT - count);
                    used.set(start, start + count);
                    taken.add(new Taken(start, count));
                }
            } else {
                Taken given = taken.remove(random.nextInt(taken.size()));
                ranges.give(given.first(), given.count());
                used.clear(given.first(), given.first() + given.count());
            }
            assertThat(ranges.left()).as("seed %d", seed).isEqualTo(COUNT - used.cardinality());
        }
        taken.forEach(each -> ranges.give(each.first(), each.count()));
        assertThat(ranges.take(COUNT)).isEqualTo(OptionalLong.of(FIRST));
    }

    private static int longestFree(BitSet used) {
        int longest = 0;
        int start = FIRST;
        while (start < FIRST + COUNT) {
            int begin = used.nextClearBit(start);
            int end = used.nextSetBit(begin);
            int bound = end < 0 ? FIRST + COUNT : end;
            longest = Math.max(longest, Math.min(bound, FIRST + COUNT) - begin);
            start = bound;
        }
        return longest;
    }

    @Test
    void whatWasNotTakenIsNotGivenBack() {
        Ranges ranges = new Ranges(10, 10);
        assertThat(ranges.take(4)).isEqualTo(OptionalLong.of(10));
        long[][] wrong = {
            {10, 5}, {13, 2}, {14, 1}, {9, 2}, {9, 1}, {20, 1}, {10, 0}, {10, -1}, {10, Long.MAX_VALUE}, {-1, 1}
        };
        for (long[] range : wrong) {
            assertThatThrownBy(() -> ranges.give(range[0], range[1]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("The " + range[1] + " units from " + range[0] + " on were not taken.");
        }
        ranges.give(10, 4);
        assertThatThrownBy(() -> ranges.give(10, 4)).isInstanceOf(IllegalArgumentException.class);
    }
}
