package org.espalier.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Physical memory is bytes within bounds, and gone when closed. */
final class PhysicalMemoryTest {
    @Test
    void valuesAreLittleEndianAtAnyAlignment() {
        try (PhysicalMemory memory = PhysicalMemory.allocate(Frame.BYTES)) {
            MemoryView view = memory.all();
            view.putLong(1, 0x0807_0605_0403_0201L);
            for (int i = 1; i <= 8; i++) {
                assertThat(view.getByte(i)).isEqualTo((byte) i);
            }
            assertThat(view.getInt(3)).isEqualTo(0x0605_0403);
            assertThat(view.getShort(2)).isEqualTo((short) 0x0302);
            view.putInt(100, 0x1122_3344);
            view.putShort(102, (short) 0x5566);
            view.putByte(100, (byte) 0x77);
            assertThat(view.getInt(100)).isEqualTo(0x5566_3377);
        }
    }

    @Test
    void accessOutsideOfAViewIsRefused() {
        try (PhysicalMemory memory = PhysicalMemory.allocate(2L * Frame.BYTES)) {
            MemoryView view = memory.view(new Frame(0));
            List<Runnable> accesses = List.of(
                    () -> view.getLong(Frame.BYTES - 7),
                    () -> view.getByte(-1),
                    () -> view.putLong(Long.MAX_VALUE, 1),
                    () -> view.putInt(Frame.BYTES - 3, 1),
                    () -> view.view(1, Frame.BYTES),
                    () -> view.copyTo(Frame.BYTES - 1, new byte[2], 0, 2),
                    () -> view.copyFrom(0, new byte[2], 1, 2),
                    () -> memory.view(new Frame(2L * Frame.BYTES)),
                    () -> memory.discard(new Frame(Frame.BYTES), 2),
                    () -> memory.discard(new Frame(0), Long.MAX_VALUE),
                    () -> new FramePool(memory, new Frame(0), 3));
            for (Runnable access : accesses) {
                assertThatThrownBy(access::run).isInstanceOf(IndexOutOfBoundsException.class);
            }
        }
    }

    @Test
    void aSegmentOfFramesEndsWithItsOwnerAndTheFramesStay() {
        try (PhysicalMemory memory = PhysicalMemory.allocate(3L * Frame.BYTES)) {
            Frame second = new Frame(Frame.BYTES);
            MemorySegment segment;
            try (Arena owner = Arena.ofShared()) {
                segment = memory.segment(second, 2, owner);
                assertThat(segment.byteSize()).isEqualTo(2L * Frame.BYTES);
                segment.set(ValueLayout.JAVA_BYTE, Frame.BYTES, (byte) 7);
                memory.view(second).putByte(0, (byte) 8);
                assertThat(segment.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 8);
                assertThatThrownBy(() -> memory.segment(second, 3, owner))
                        .isInstanceOf(IndexOutOfBoundsException.class)
                        .hasMessage("There are no 3 frames from Frame[address=4096] on.");
            }
            assertThatThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
            assertThat(memory.all().getByte(2L * Frame.BYTES)).isEqualTo((byte) 7);
        }
    }

    @Test
    void sizeAndFramesAreWhole() {
        assertThatThrownBy(() -> PhysicalMemory.allocate(4097))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Physical memory has whole frames, not 4097 bytes.");
        assertThatThrownBy(() -> PhysicalMemory.allocate(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Frame(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("No frame begins at physical address 0x1.");
    }

    @Test
    void memoryTakesOfTheHostWhatIsWritten() {
        try (PhysicalMemory memory = PhysicalMemory.allocate(1L << 40)) {
            memory.all().putLong((1L << 40) - 8, 42);
            assertThat(memory.all().getLong((1L << 40) - 8)).isEqualTo(42);
        }
    }

    @Test
    void discardedFramesAreZeroAndTheirNeighboursAreNot() {
        try (PhysicalMemory memory = PhysicalMemory.allocate(8L * Frame.BYTES)) {
            for (int i = 0; i < 8; i++) {
                memory.all().putLong((long) i * Frame.BYTES, i + 1);
            }
            memory.discard(new Frame(2L * Frame.BYTES), 3);
            for (int i = 0; i < 8; i++) {
                assertThat(memory.all().getLong((long) i * Frame.BYTES)).isEqualTo(i >= 2 && i < 5 ? 0 : i + 1);
            }
        }
    }

    @Test
    void closedMemoryIsRefusedEverywhere() {
        PhysicalMemory memory = PhysicalMemory.allocate(Frame.BYTES);
        MemoryView view = memory.view(new Frame(0));
        memory.close();
        memory.close();
        assertThatThrownBy(() -> view.getByte(0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> memory.discard(new Frame(0), 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void poolGivesEachFrameOnceAndZeroed() {
        try (PhysicalMemory memory = PhysicalMemory.allocate(4L * Frame.BYTES)) {
            FramePool pool = new FramePool(memory, new Frame(Frame.BYTES), 3);
            List<Frame> frames = java.util.stream.Stream.generate(
                            () -> pool.take().orElseThrow())
                    .limit(3)
                    .toList();
            assertThat(frames).containsExactly(new Frame(4096), new Frame(8192), new Frame(12288));
            assertThat(pool.take()).isEmpty();
            memory.view(frames.get(1)).putLong(8, -1);
            pool.give(frames.get(1));
            assertThat(pool.left()).isEqualTo(1);
            assertThat(pool.take()).contains(frames.get(1));
            assertThat(memory.view(frames.get(1)).getLong(8)).isZero();
        }
    }
}
