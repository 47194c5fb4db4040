package org.espalier.packet;

import java.util.Objects;
import org.espalier.base.View;

/**
 * A handle for one packet of a stream: a place in the bulk buffer, and nothing while it is {@linkplain #isEmpty() empty}. Made
 * once by {@link PacketSource#packet} or {@link PacketSink#packet} and used for one packet after the other, so that nothing is
 * allocated on the way. The stream fills it when it hands out a packet and empties it when the packet is passed on, so that
 * nobody writes to what is no longer theirs. Belongs to its stream's side and is confined to its thread.
 *
 * <p>Access outside of the packet throws {@link IndexOutOfBoundsException}, whatever the other side wrote: a mistake of the caller.
 * So does access after the memory is gone, as that to any {@link View}. The content may be changed by the other side at any
 * moment: read what matters once, and check what was read and not what is there.
 *
 * <p>Offsets are in bytes from the start of the packet; numbers are little-endian.
 */
public final class Packet {
    private final Side side;
    private final View memory;
    private final long bulk;
    private int offset;
    private int length;

    Packet(Side side, PacketMemory stream) {
        this.side = side;
        this.memory = stream.view();
        this.bulk = stream.layout().bulk();
    }

    /** Whether this holds no packet. */
    public boolean isEmpty() {
        return length == 0;
    }

    /** Where the packet begins in the bulk buffer, in bytes: what the two sides call it. */
    public int offset() {
        return offset;
    }

    /** Length in bytes; 0 for none. */
    public int length() {
        return length;
    }

    /** Reads one byte. */
    public byte getByte(int at) {
        return memory.getByte(place(at, 1));
    }

    /** Writes one byte. */
    public void putByte(int at, byte value) {
        memory.putByte(place(at, 1), value);
    }

    /** Reads four bytes. */
    public int getInt(int at) {
        return memory.getInt(place(at, 4));
    }

    /** Writes four bytes. */
    public void putInt(int at, int value) {
        memory.putInt(place(at, 4), value);
    }

    /** Reads eight bytes. */
    public long getLong(int at) {
        return memory.getLong(place(at, 8));
    }

    /** Writes eight bytes. */
    public void putLong(int at, long value) {
        memory.putLong(place(at, 8), value);
    }

    /** Copies {@code count} bytes from {@code at} on into {@code target} from {@code start} on. */
    public void read(int at, byte[] target, int start, int count) {
        memory.read(place(at, count), target, start, count);
    }

    /** Copies {@code count} bytes of {@code source} from {@code start} on to {@code at}. */
    public void write(int at, byte[] source, int start, int count) {
        memory.write(place(at, count), source, start, count);
    }

    private long place(int at, int bytes) {
        return bulk + offset + Objects.checkFromIndexSize(at, bytes, length);
    }

    /** Refuses a handle of somebody else, or one that is {@code empty} when it must not be, or is not when it must. */
    void check(Side user, boolean empty) {
        if (side != user) {
            throw new IllegalArgumentException("The packet belongs to another stream.");
        }
        if (isEmpty() != empty) {
            throw new IllegalStateException(
                    empty
                            ? "The handle holds a packet of " + length + " bytes, which would be lost."
                            : "The handle holds no packet.");
        }
    }

    void set(int newOffset, int newLength) {
        offset = newOffset;
        length = newLength;
    }

    void clear() {
        set(0, 0);
    }

    @Override
    public String toString() {
        return isEmpty() ? "no packet" : "packet of " + length + " bytes at offset " + offset;
    }
}
