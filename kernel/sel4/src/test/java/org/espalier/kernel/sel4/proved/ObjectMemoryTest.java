package org.espalier.kernel.sel4.proved;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.machine.PhysicalMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ObjectMemoryTest {
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
}
