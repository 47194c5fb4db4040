package org.espalier.base;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.espalier.base.spi.Pager;
import org.espalier.base.spi.Window;
import org.jspecify.annotations.Nullable;

/**
 * Attached memory as a component sees it. Offsets are in bytes from the start of the view; numbers are little-endian.
 * Access outside of the view, or to memory that is gone, throws {@link IndexOutOfBoundsException} or {@link
 * IllegalStateException}, a write to a read-only view throws {@link IllegalArgumentException}: each a fault of this component
 * alone. Access to a hole of a managed dataspace blocks the thread until its owner fills it.
 *
 * <p>Several threads may use a view; plain accesses are then as unordered as the memory they go to, the {@code Volatile}
 * ones and {@link #compareAndSetInt} order them. They need naturally aligned offsets.
 */
public final class View {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle ATOMIC_INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    private static final VarHandle ATOMIC_LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

    private final int region;
    private final Window window;
    private final long size;
    private final boolean writable;
    private final @Nullable Pager pager;

    View(int region, Window window, boolean writable) {
        this.region = region;
        this.window = window;
        this.size = window.size();
        this.writable = writable;
        this.pager = window.pager();
    }

    /** The number by which the kernel knows the attachment. */
    int region() {
        return region;
    }

    /** Size in bytes. */
    public long size() {
        return size;
    }

    /** Whether this view may be written through. */
    public boolean isWritable() {
        return writable;
    }

    private Window.Piece at(long offset, int bytes, boolean write) {
        Window.Piece known = window.piece();
        Pager source = pager;
        if (source == null) {
            // Checked here although the memory checks, too: what it says would name addresses of the host.
            if (offset < 0 || offset > known.memory().byteSize() - bytes) {
                throw window.isRevoked() ? revoked() : outside(offset, bytes);
            }
            return known;
        }
        if (known.epoch() == source.epoch()
                && offset >= known.start()
                && offset - known.start() <= known.memory().byteSize() - bytes
                && !(write && known.memory().isReadOnly())) {
            return known;
        }
        if (offset < 0 || offset > size - bytes) {
            throw outside(offset, bytes);
        }
        // Asked before it waits for a piece, and again for what happened meanwhile.
        if (window.isRevoked()) {
            throw revoked();
        }
        Window.Piece found = source.resolve(offset, write);
        if (!window.show(found)) {
            throw revoked();
        }
        return found;
    }

    private IndexOutOfBoundsException outside(long offset, int bytes) {
        return new IndexOutOfBoundsException(
                "Access to " + bytes + " bytes at offset " + offset + " of a view of " + size + " bytes.");
    }

    private static IndexOutOfBoundsException revoked() {
        return new IndexOutOfBoundsException("Access to a view that was detached.");
    }

    /** Reads one byte. */
    public byte getByte(long offset) {
        Window.Piece p = at(offset, 1, false);
        return p.memory().get(ValueLayout.JAVA_BYTE, offset - p.start());
    }

    /** Writes one byte. */
    public void putByte(long offset, byte value) {
        Window.Piece p = at(offset, 1, true);
        p.memory().set(ValueLayout.JAVA_BYTE, offset - p.start(), value);
    }

    /** Reads two bytes. */
    public short getShort(long offset) {
        Window.Piece p = at(offset, 2, false);
        return p.memory().get(SHORT, offset - p.start());
    }

    /** Writes two bytes. */
    public void putShort(long offset, short value) {
        Window.Piece p = at(offset, 2, true);
        p.memory().set(SHORT, offset - p.start(), value);
    }

    /** Reads four bytes. */
    public int getInt(long offset) {
        Window.Piece p = at(offset, 4, false);
        return p.memory().get(INT, offset - p.start());
    }

    /** Writes four bytes. */
    public void putInt(long offset, int value) {
        Window.Piece p = at(offset, 4, true);
        p.memory().set(INT, offset - p.start(), value);
    }

    /** Reads eight bytes. */
    public long getLong(long offset) {
        Window.Piece p = at(offset, 8, false);
        return p.memory().get(LONG, offset - p.start());
    }

    /** Writes eight bytes. */
    public void putLong(long offset, long value) {
        Window.Piece p = at(offset, 8, true);
        p.memory().set(LONG, offset - p.start(), value);
    }

    /** Reads an aligned int; later accesses of this thread are not ordered before it. */
    public int getIntVolatile(long offset) {
        Window.Piece p = at(offset, 4, false);
        return (int) ATOMIC_INT.getVolatile(p.memory(), offset - p.start());
    }

    /** Writes an aligned int; earlier accesses of this thread are not ordered after it. */
    public void putIntVolatile(long offset, int value) {
        Window.Piece p = at(offset, 4, true);
        ATOMIC_INT.setVolatile(p.memory(), offset - p.start(), value);
    }

    /** Reads an aligned long; later accesses of this thread are not ordered before it. */
    public long getLongVolatile(long offset) {
        Window.Piece p = at(offset, 8, false);
        return (long) ATOMIC_LONG.getVolatile(p.memory(), offset - p.start());
    }

    /** Writes an aligned long; earlier accesses of this thread are not ordered after it. */
    public void putLongVolatile(long offset, long value) {
        Window.Piece p = at(offset, 8, true);
        ATOMIC_LONG.setVolatile(p.memory(), offset - p.start(), value);
    }

    /** Replaces an aligned int by {@code value} if it is {@code expected}, and says whether it was. */
    public boolean compareAndSetInt(long offset, int expected, int value) {
        Window.Piece p = at(offset, 4, true);
        return ATOMIC_INT.compareAndSet(p.memory(), offset - p.start(), expected, value);
    }

    /** Copies {@code target.length} bytes from {@code offset} on into {@code target}. */
    public void read(long offset, byte[] target) {
        read(offset, target, 0, target.length);
    }

    /** Copies {@code length} bytes from {@code offset} on into {@code target} from {@code start} on. */
    public void read(long offset, byte[] target, int start, int length) {
        int done = 0;
        while (done < length) {
            long from = offset + done;
            Window.Piece p = at(from, 1, false);
            int part = span(p, from, length - done);
            MemorySegment.copy(p.memory(), ValueLayout.JAVA_BYTE, from - p.start(), target, start + done, part);
            done += part;
        }
    }

    /** Copies all of {@code source} to {@code offset}. */
    public void write(long offset, byte[] source) {
        write(offset, source, 0, source.length);
    }

    /** Copies {@code length} bytes of {@code source} from {@code start} on to {@code offset}. */
    public void write(long offset, byte[] source, int start, int length) {
        int done = 0;
        while (done < length) {
            long to = offset + done;
            Window.Piece p = at(to, 1, true);
            int part = span(p, to, length - done);
            MemorySegment.copy(source, start + done, p.memory(), ValueLayout.JAVA_BYTE, to - p.start(), part);
            done += part;
        }
    }

    /** How many of {@code wanted} bytes the piece holds; all of them without a pager, so that the copy checks the bound. */
    private int span(Window.Piece p, long offset, int wanted) {
        return pager == null
                ? wanted
                : (int) Math.min(wanted, p.start() + p.memory().byteSize() - offset);
    }

    /** The content up to the first zero byte, or all of it, as UTF-8 text; bytes that are none become U+FFFD. */
    public String text() {
        byte[] bytes = new byte[Math.toIntExact(size)];
        read(0, bytes);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
