package org.espalier.kernel.sel4.proved;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.espalier.machine.PhysicalMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Holds {@link ObjectMemory} to what the prover takes for it: each kind of word is an array of its own, of which a setter changes
 * one element, and each getter answers an element; and what bits of a capability pointer say is within the CNode.
 */
final class ObjectMemoryTest {
    private static final int SLOTS = 128; // The first page and nothing beyond.
    private static final int QUEUES = 64; // In the second page.
    private static final int TCBS = 8;
    private static final int[] OFFSETS = {16, 1024};

    /** The arrays of the assumed class. */
    private static final class Arrays {
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
    void setterChangesOneElementOfItsArrayAndGettersAnswerElements() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Arrays expected = new Arrays();
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

    /** Guards of all lengths and all bits left, with the guard that matches and with one bit of it wrong. */
    @Test
    void guardMatchesExactlyWhenTheNextBitsAreTheGuardAndAreThere() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int guardBits = 0; guardBits <= 63; guardBits++) {
            for (int left = 0; left <= 64; left++) {
                long pointer = random.nextLong();
                long rest = left == 64 ? pointer : pointer & ((1L << left) - 1);
                long next = guardBits == 0 || guardBits > left ? 0 : rest >>> (left - guardBits);
                String where = "seed " + seed + ", guard of " + guardBits + " bits, " + left + " left";
                memory.setCap(3, ObjectMemory.CNODE | (5 << 6) | (guardBits << 12), next);
                assertThat(memory.guardMatches(3, pointer, left)).as(where).isEqualTo(guardBits <= left);
                if (guardBits > 0) {
                    memory.setCap(
                            3,
                            ObjectMemory.CNODE | (5 << 6) | (guardBits << 12),
                            next ^ (1L << random.nextInt(guardBits)));
                    assertThat(memory.guardMatches(3, pointer, left)).as(where).isFalse();
                }
            }
        }
    }

    @Test
    void slotAtIsTheSlotOfTheNodeThatTheBitsBehindTheGuardName() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int first = 1 << 25;
        for (int radix = 1; radix <= 24; radix++) {
            for (int guardBits = 0; guardBits <= 63; guardBits++) {
                memory.setCap(3, ObjectMemory.CNODE | (radix << 6) | (guardBits << 12) | ((first * 2L) << 24), 0);
                for (int left = guardBits + radix; left <= 64; left++) {
                    long pointer = random.nextLong();
                    int slot = memory.slotAt(3, pointer, left);
                    assertThat(slot)
                            .as("seed %d, radix %d, guard of %d bits, %d left", seed, radix, guardBits, left)
                            .isEqualTo(first + (int) ((pointer >>> (left - guardBits - radix)) & ((1L << radix) - 1)))
                            .isBetween(first, first + (1 << radix) - 1);
                }
            }
        }
    }

    private void assertHolds(Arrays expected, String where) {
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
