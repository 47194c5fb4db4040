package org.espalier.machine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A range of physical memory, read and written in little-endian order at any alignment. Offsets are bytes from the start of the view.
 * A view does not own its memory: each access throws {@link IndexOutOfBoundsException} beyond the view's end, and
 * {@link IllegalStateException} once the {@link PhysicalMemory} is closed.
 *
 * <p>Thread-safe as memory is: accesses are plain and single, nothing orders those of several threads.
 */
public final class MemoryView {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment segment;

    MemoryView(MemorySegment segment) {
        this.segment = segment;
    }

    public long size() {
        return segment.byteSize();
    }

    /** The part of this view that begins at {@code offset}. */
    public MemoryView view(long offset, long bytes) {
        return new MemoryView(segment.asSlice(offset, bytes));
    }

    public byte getByte(long offset) {
        return segment.get(ValueLayout.JAVA_BYTE, offset);
    }

    public short getShort(long offset) {
        return segment.get(SHORT, offset);
    }

    public int getInt(long offset) {
        return segment.get(INT, offset);
    }

    public long getLong(long offset) {
        return segment.get(LONG, offset);
    }

    public void putByte(long offset, byte value) {
        segment.set(ValueLayout.JAVA_BYTE, offset, value);
    }

    public void putShort(long offset, short value) {
        segment.set(SHORT, offset, value);
    }

    public void putInt(long offset, int value) {
        segment.set(INT, offset, value);
    }

    public void putLong(long offset, long value) {
        segment.set(LONG, offset, value);
    }

    /** Copies {@code bytes} bytes from {@code offset} on into {@code target}. */
    public void copyTo(long offset, byte[] target, int index, int bytes) {
        MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, target, index, bytes);
    }

    /** Copies {@code bytes} bytes of {@code source} to {@code offset}. */
    public void copyFrom(long offset, byte[] source, int index, int bytes) {
        MemorySegment.copy(source, index, segment, ValueLayout.JAVA_BYTE, offset, bytes);
    }

    /** Makes all of it zero. */
    public void clear() {
        segment.fill((byte) 0);
    }
}
