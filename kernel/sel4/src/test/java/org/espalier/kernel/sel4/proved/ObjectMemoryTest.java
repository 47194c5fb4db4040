package org.espalier.kernel.sel4.proved;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.espalier.machine.PhysicalMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Holds {@link ObjectMemory} to the contract that the prover assumes: each kind of word is a sequence of its own, of which a setter
 * changes one element, and each getter answers an element.
 */
final class ObjectMemoryTest {
    private static final int SLOTS = 128; // The first page and nothing beyond.
    private static final int QUEUES = 64; // In the second page.
    private static final int TCBS = 8;
    private static final int[] OFFSETS = {16, 1024};

    /** The sequences of the assumed contract. */
    private static final class Sequences {
        final int[] next = new int[SLOTS];
        final int[] prev = new int[SLOTS];
        final boolean[] revocable = new boolean[SLOTS];
        final boolean[] firstBadged = new boolean[SLOTS];
        final long[] w0 = new long[SLOTS];
        final long[] w1 = new long[SLOTS];
        final int[] head = new int[QUEUES];
        final int[] tail = new int[QUEUES];
        final int[][] linkNext = new int[2][TCBS];
        final int[][] linkPrev = new int[2][TCBS];
    }

    private final PhysicalMemory physical = PhysicalMemory.allocate(64 * 4096);
    private final ObjectMemory memory = new ObjectMemory(physical.all());

    @AfterEach
    void close() {
        physical.close();
    }

    @Test
    void slotHasTheLayoutThatTheKernelReads() {
        memory.setNext(128, 0x7fff_ffff);
        memory.setPrev(128, 77);
        memory.setFlags(128, true, false);
        assertThat(memory.word(4096 + 16)).isEqualTo(0x1_7fff_ffffL);
        assertThat(memory.word(4096 + 24)).isEqualTo(77);
        memory.setFlags(128, false, true);
        assertThat(memory.word(4096 + 16)).isEqualTo(0x2_7fff_ffffL);
        memory.setNext(128, 1);
        assertThat(memory.word(4096 + 16)).isEqualTo(0x2_0000_0001L);
        memory.setCap(128, 5 | 63 << 6 | 62 << 12 | 61L << 18 | 0xffff_fffeL << 24, -1);
        assertThat(memory.type(128)).isEqualTo(5);
        assertThat(memory.isCNode(128)).isTrue();
        assertThat(memory.radix(128)).isEqualTo(63);
        assertThat(memory.guardBits(128)).isEqualTo(62);
        assertThat(memory.firstSlot(128)).isEqualTo(0x7fff_ffff);
        assertThat(memory.guard(128)).isEqualTo(-1);
    }

    @Test
    void queueAndTcbHaveTheLayoutThatTheKernelReads() {
        memory.setHead(257, 5);
        memory.setTail(257, 6);
        assertThat(memory.word(257 * 16)).isEqualTo(0x6_0000_0005L);
        assertThat(memory.word(257 * 16 + 8)).isZero();
        memory.setLinkNext(9, 24, 7);
        memory.setLinkPrev(9, 24, 8);
        assertThat(memory.word(9 * 2048 + 24)).isEqualTo(0x8_0000_0007L);
    }

    @Test
    void setterChangesOneElementOfItsSequenceAndGettersAnswerElements() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Sequences expected = new Sequences();
        for (int step = 0; step < 20_000; step++) {
            int slot = random.nextInt(SLOTS);
            int queue = random.nextInt(QUEUES);
            int tcb = random.nextInt(TCBS);
            int link = random.nextInt(2);
            int value = random.nextInt() & Integer.MAX_VALUE;
            switch (random.nextInt(8)) {
                case 0 -> {
                    expected.next[slot] = value;
                    memory.setNext(slot, value);
                }
                case 1 -> {
                    expected.prev[slot] = value;
                    memory.setPrev(slot, value);
                }
                case 2 -> {
                    expected.revocable[slot] = random.nextBoolean();
                    expected.firstBadged[slot] = random.nextBoolean();
                    memory.setFlags(slot, expected.revocable[slot], expected.firstBadged[slot]);
                }
                case 3 -> {
                    expected.w0[slot] = random.nextLong();
                    expected.w1[slot] = random.nextLong();
                    memory.setCap(slot, expected.w0[slot], expected.w1[slot]);
                }
                case 4 -> {
                    expected.head[queue] = value;
                    memory.setHead(256 + queue, value);
                }
                case 5 -> {
                    expected.tail[queue] = value;
                    memory.setTail(256 + queue, value);
                }
                case 6 -> {
                    expected.linkNext[link][tcb] = value;
                    memory.setLinkNext(4 + tcb, OFFSETS[link], value);
                }
                default -> {
                    expected.linkPrev[link][tcb] = value;
                    memory.setLinkPrev(4 + tcb, OFFSETS[link], value);
                }
            }
            assertHolds(expected, "seed " + seed + ", step " + step);
        }
    }

    private void assertHolds(Sequences expected, String where) {
        for (int slot = 0; slot < SLOTS; slot++) {
            boolean holds = memory.next(slot) == expected.next[slot]
                    && memory.prev(slot) == expected.prev[slot]
                    && memory.revocable(slot) == expected.revocable[slot]
                    && memory.firstBadged(slot) == expected.firstBadged[slot]
                    && memory.w0(slot) == expected.w0[slot]
                    && memory.w1(slot) == expected.w1[slot];
            assertThat(holds).as("%s, slot %d", where, slot).isTrue();
        }
        for (int queue = 0; queue < QUEUES; queue++) {
            boolean holds = memory.head(256 + queue) == expected.head[queue]
                    && memory.tail(256 + queue) == expected.tail[queue];
            assertThat(holds).as("%s, queue %d", where, queue).isTrue();
        }
        for (int link = 0; link < 2; link++) {
            for (int tcb = 0; tcb < TCBS; tcb++) {
                boolean holds = memory.linkNext(4 + tcb, OFFSETS[link]) == expected.linkNext[link][tcb]
                        && memory.linkPrev(4 + tcb, OFFSETS[link]) == expected.linkPrev[link][tcb];
                assertThat(holds).as("%s, TCB %d", where, tcb).isTrue();
            }
        }
    }
}
