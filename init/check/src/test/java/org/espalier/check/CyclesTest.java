package org.espalier.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Circles are found where there are some, and only there. */
final class CyclesTest {
    @Test
    void aNodeThatLeadsToItselfIsACircle() {
        assertThat(Cycles.of(List.of(List.of(0), List.of(0)))).containsExactly(List.of(0));
    }

    @Test
    void theShortestCircleThroughTheFirstNodeIsTold() {
        assertThat(Cycles.of(List.of(List.of(1), List.of(2, 0), List.of(0)))).containsExactly(List.of(0, 1));
    }

    @Test
    void aLongChainHasNoneAndNeedsNoStack() {
        List<List<Integer>> chain = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            chain.add(i == 0 ? List.of() : List.of(i - 1));
        }
        assertThat(Cycles.of(chain)).isEmpty();
    }

    @Test
    void randomGraphsHaveACircleExactlyWhereANodeReachesItself() {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        for (int round = 0; round < 500; round++) {
            Random random = new Random(seed + round);
            int size = 1 + random.nextInt(8);
            boolean[][] reaches = new boolean[size][size];
            List<List<Integer>> next = new ArrayList<>();
            for (int node = 0; node < size; node++) {
                List<Integer> targets = new ArrayList<>();
                for (int to = 0; to < size; to++) {
                    if (random.nextInt(size + 2) == 0) {
                        targets.add(to);
                        reaches[node][to] = true;
                    }
                }
                next.add(targets);
            }
            for (int via = 0; via < size; via++) {
                for (int from = 0; from < size; from++) {
                    for (int to = 0; to < size; to++) {
                        reaches[from][to] |= reaches[from][via] && reaches[via][to];
                    }
                }
            }
            int circles = 0;
            for (int node = 0; node < size; node++) {
                boolean first = reaches[node][node];
                for (int before = 0; before < node; before++) {
                    first &= !(reaches[node][before] && reaches[before][node]);
                }
                circles += first ? 1 : 0;
            }
            List<List<Integer>> found = Cycles.of(next);
            assertThat(found).as("seed %d", seed + round).hasSize(circles);
            for (List<Integer> circle : found) {
                for (int i = 0; i < circle.size(); i++) {
                    assertThat(next.get(circle.get(i))).contains(circle.get((i + 1) % circle.size()));
                }
            }
        }
    }
}
