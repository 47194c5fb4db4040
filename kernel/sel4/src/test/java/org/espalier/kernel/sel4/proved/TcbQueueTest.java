package org.espalier.kernel.sel4.proved;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.espalier.machine.PhysicalMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Queues are what {@link java.util.ArrayDeque}s with the same operations are, in both directions. */
final class TcbQueueTest {
    private static final int TCBS = 12;
    private static final int[] QUEUES = {1, 2, 3};
    private static final int OFFSET = 40;

    private final PhysicalMemory physical = PhysicalMemory.allocate(16 * 4096);
    private final ObjectMemory memory = new ObjectMemory(physical.all());
    private final TcbQueue queues = new TcbQueue(memory, OFFSET);

    @AfterEach
    void close() {
        physical.close();
    }

    @Test
    void randomOperationsDoWhatTheyDoToDeques() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Deque<Integer>> model = List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());
        for (int step = 0; step < 50_000; step++) {
            int tcb = 1 + random.nextInt(TCBS);
            int in = queueOf(model, tcb);
            int q = random.nextInt(3);
            if (in >= 0) {
                queues.remove(QUEUES[in], tcb);
                model.get(in).remove(tcb);
            } else if (random.nextBoolean()) {
                queues.append(QUEUES[q], tcb);
                model.get(q).addLast(tcb);
            } else {
                queues.prepend(QUEUES[q], tcb);
                model.get(q).addFirst(tcb);
            }
            for (int i = 0; i < 3; i++) {
                List<Integer> expected = new ArrayList<>(model.get(i));
                assertThat(forward(QUEUES[i]))
                        .as("seed %d, step %d", seed, step)
                        .isEqualTo(expected);
                assertThat(backward(QUEUES[i]))
                        .as("seed %d, step %d", seed, step)
                        .isEqualTo(expected.reversed());
                assertThat(queues.isEmpty(QUEUES[i])).isEqualTo(expected.isEmpty());
                assertThat(queues.first(QUEUES[i])).isEqualTo(expected.isEmpty() ? 0 : expected.getFirst());
            }
        }
    }

    @Test
    void linksOfATcbThatLeftAreZero() {
        queues.append(1, 4);
        queues.append(1, 5);
        queues.append(1, 6);
        queues.remove(1, 5);
        assertThat(memory.word(5 * 2048L + OFFSET)).isZero();
        queues.remove(1, 4);
        queues.remove(1, 6);
        assertThat(memory.word(16)).isZero();
        assertThat(memory.word(4 * 2048L + OFFSET)).isZero();
        assertThat(memory.word(6 * 2048L + OFFSET)).isZero();
    }

    private static int queueOf(List<Deque<Integer>> model, int tcb) {
        for (int i = 0; i < 3; i++) {
            if (model.get(i).contains(tcb)) {
                return i;
            }
        }
        return -1;
    }

    private List<Integer> forward(int queue) {
        List<Integer> tcbs = new ArrayList<>();
        for (int tcb = memory.head(queue); tcb != 0; tcb = memory.linkNext(tcb, OFFSET)) {
            tcbs.add(tcb);
        }
        return tcbs;
    }

    private List<Integer> backward(int queue) {
        List<Integer> tcbs = new ArrayList<>();
        for (int tcb = memory.tail(queue); tcb != 0; tcb = memory.linkPrev(tcb, OFFSET)) {
            tcbs.add(tcb);
        }
        return tcbs;
    }
}
