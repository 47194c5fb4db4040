package org.espalier.kernel.sel4.proved;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.machine.PhysicalMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CapLookupTest {
    private static final int ROOT = 128;
    private static final int UPPER = 1024; // A CNode of 2^4 slots.
    private static final int LOWER = 2048; // A CNode of 2^8 slots.
    private static final long ENDPOINT = 2;

    private final PhysicalMemory physical = PhysicalMemory.allocate(64 * 4096);
    private final ObjectMemory memory = new ObjectMemory(physical.all());
    private final CapLookup lookup = new CapLookup(memory);

    @AfterEach
    void close() {
        physical.close();
    }

    private void cnode(int slot, int firstSlot, int radix, int guardBits, long guard) {
        memory.setCap(slot, 5 | radix << 6 | guardBits << 12 | (firstSlot * 2L) << 24, guard);
    }

    @Test
    void oneLevelWithAGuardOfTheRest() {
        cnode(ROOT, UPPER, 4, 60, 0);
        for (int i = 0; i < 16; i++) {
            assertThat(lookup.resolve(ROOT, i, 64)).isEqualTo(CapLookup.FOUND);
            assertThat(lookup.slot()).isEqualTo(UPPER + i);
            assertThat(lookup.bitsLeft()).isZero();
        }
        assertThat(lookup.resolve(ROOT, 16, 64)).isEqualTo(CapLookup.GUARD_MISMATCH);
        assertThat(lookup.bitsLeft()).isEqualTo(64);
        assertThat(lookup.guard()).isEqualTo(0);
        assertThat(lookup.guardBits()).isEqualTo(60);
        assertThat(lookup.slot()).isZero();
    }

    @Test
    void levelsAreFollowedAndBitsBeyondASlotWithoutACNodeAreLeft() {
        cnode(ROOT, UPPER, 4, 3, 0b101);
        cnode(UPPER + 9, LOWER, 8, 0, 0);
        memory.setCap(UPPER + 2, ENDPOINT, 0);
        assertThat(lookup.resolve(ROOT, 0b101_1001_11110000L, 15)).isEqualTo(CapLookup.FOUND);
        assertThat(lookup.slot()).isEqualTo(LOWER + 0xf0);
        assertThat(lookup.bitsLeft()).isZero();
        assertThat(lookup.resolve(ROOT, 0b101_0010_11110000L, 15)).isEqualTo(CapLookup.FOUND);
        assertThat(lookup.slot()).isEqualTo(UPPER + 2);
        assertThat(lookup.bitsLeft()).isEqualTo(8);
        assertThat(lookup.resolve(ROOT, 0b101_0011_11110000L, 15)).isEqualTo(CapLookup.FOUND);
        assertThat(lookup.slot()).isEqualTo(UPPER + 3);
        assertThat(lookup.bitsLeft()).isEqualTo(8);
    }

    @Test
    void guardIsComparedBeforeTheDepth() {
        cnode(ROOT, UPPER, 4, 6, 0b1);
        assertThat(lookup.resolve(ROOT, 0, 5)).isEqualTo(CapLookup.GUARD_MISMATCH);
        assertThat(lookup.bitsLeft()).isEqualTo(5);
        assertThat(lookup.resolve(ROOT, 0b10, 7)).isEqualTo(CapLookup.DEPTH_MISMATCH);
        assertThat(lookup.bitsLeft()).isEqualTo(7);
        assertThat(lookup.bitsFound()).isEqualTo(10);
        assertThat(lookup.resolve(ROOT, 0b100, 7)).isEqualTo(CapLookup.GUARD_MISMATCH);
        assertThat(lookup.guard()).isEqualTo(1);
        assertThat(lookup.guardBits()).isEqualTo(6);
        assertThat(lookup.bitsLeft()).isEqualTo(7);
    }

    @Test
    void failureOfALowerLevelTellsTheBitsThatWereLeftThere() {
        cnode(ROOT, UPPER, 4, 0, 0);
        cnode(UPPER + 1, LOWER, 8, 2, 0b10);
        assertThat(lookup.resolve(ROOT, 0b0001_11_00000000L, 14)).isEqualTo(CapLookup.GUARD_MISMATCH);
        assertThat(lookup.bitsLeft()).isEqualTo(10);
        assertThat(lookup.resolve(ROOT, 0b0001_10_0000000L, 13)).isEqualTo(CapLookup.DEPTH_MISMATCH);
        assertThat(lookup.bitsLeft()).isEqualTo(9);
        assertThat(lookup.bitsFound()).isEqualTo(10);
    }

    @Test
    void rootWithoutACNodeIsInvalid() {
        memory.setCap(ROOT, ENDPOINT, 0);
        assertThat(lookup.resolve(ROOT, 0, 64)).isEqualTo(CapLookup.INVALID_ROOT);
        assertThat(lookup.resolve(ROOT + 1, 0, 64)).isEqualTo(CapLookup.INVALID_ROOT);
    }
}
