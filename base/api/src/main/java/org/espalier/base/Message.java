package org.espalier.base;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.espalier.base.spi.ComponentKernel;

/**
 * The flat message of the kernel contract: one word (operation or status), up to {@value #MAX_BYTES} bytes and up to
 * {@value #MAX_CAPS} capability indices. Used by generated stubs and dispatchers and by kernels, rarely by hand.
 *
 * <p>Each thread and each entrypoint of a component owns one message, as a thread of a microkernel owns one IPC buffer: it
 * carries the request out, the reply back, and at an entrypoint the request in. A dispatcher therefore decodes every
 * argument before it runs the method, because the method may itself call.
 *
 * <p>Wire layout: fields follow one another without padding, little-endian, as the type's documentation in {@link Rpc}
 * says. Writing beyond the end sets {@link #overflowed()}, reading beyond the end or against the layout sets {@link
 * #malformed()} and yields zeroes; neither throws, so that a hostile message costs its reader nothing.
 *
 * <p>Not thread-safe: confined to the thread, or to the holder of the entrypoint, that owns it.
 */
public class Message {
    /** Payload bytes that travel inline; anything larger travels in a dataspace. */
    public static final int MAX_BYTES = 896;
    /** Capabilities that one message carries. */
    public static final int MAX_CAPS = 3;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final ComponentKernel kernel;
    private final byte[] data = new byte[MAX_BYTES];
    private final int[] caps = new int[MAX_CAPS];
    private int word;
    private int length;
    private int capCount;
    private int position;
    private int capPosition;
    private boolean overflowed;
    private boolean malformed;

    /** A message of the component that {@code kernel} is the kernel side of. For kernels, which may keep more beside it. */
    protected Message(ComponentKernel kernel) {
        this.kernel = kernel;
    }

    // ---- the envelope, as kernels see it

    /** Operation number of a request, status of a reply ({@code 0}: success, else {@link Failure#status()}). */
    public final int word() {
        return word;
    }

    /** Bytes written. */
    public final int length() {
        return length;
    }

    /** Capability indices written. */
    public final int capCount() {
        return capCount;
    }

    /** The index at {@code position}, in the capability space of this message's owner. */
    public final int cap(int position) {
        return caps[position];
    }

    /**
     * Says which capabilities the message brings, by the receiver's own indices. A kernel that carries a message keeps the
     * indices to itself until then: what stands in a message can be written by its owner's other threads at any moment.
     */
    public final void setCaps(int[] indices, int count) {
        System.arraycopy(indices, 0, caps, 0, count);
        capCount = count;
        capPosition = 0;
    }

    /**
     * Makes this message a copy of the word and the bytes of {@code from}, ready to be read. It brings no capabilities until
     * {@link #setCaps} says which.
     */
    public final void copyFrom(Message from) {
        // The sender's length is read once: another thread of the sender may be writing it, and must gain nothing.
        int bytes = Math.clamp(from.length, 0, MAX_BYTES);
        System.arraycopy(from.data, 0, data, 0, bytes);
        begin(from.word);
        length = bytes;
    }

    /** Empties the message and sets its word: the start of a request, or of a reply. */
    public final Message begin(int newWord) {
        word = newWord;
        length = 0;
        capCount = 0;
        position = 0;
        capPosition = 0;
        overflowed = false;
        malformed = false;
        return this;
    }

    /** Makes this message the reply that says only {@code failure}. */
    public final void fail(Failure failure) {
        begin(failure.status());
    }

    /** Whether something did not fit since {@link #begin}. */
    public final boolean overflowed() {
        return overflowed;
    }

    /** Whether something read so far broke the layout. */
    public final boolean malformed() {
        return malformed;
    }

    /** Whether the layout was kept and every byte and capability was read. */
    public final boolean readCompletely() {
        return !malformed && position == length && capPosition == capCount;
    }

    /** Notes that a value that was read lies outside of what the layout admits. */
    public final void markMalformed() {
        malformed = true;
    }

    // ---- writing

    private int grow(int bytes) {
        int at = length;
        if (bytes > MAX_BYTES - at) {
            overflowed = true;
            return -1;
        }
        length = at + bytes;
        return at;
    }

    /** Writes one byte: 0 or 1. */
    public final void putBoolean(boolean value) {
        putByte((byte) (value ? 1 : 0));
    }

    /** Writes one byte. */
    public final void putByte(byte value) {
        int at = grow(1);
        if (at >= 0) {
            data[at] = value;
        }
    }

    /** Writes two bytes. */
    public final void putShort(short value) {
        int at = grow(2);
        if (at >= 0) {
            SHORT.set(data, at, value);
        }
    }

    /** Writes two bytes. */
    public final void putChar(char value) {
        putShort((short) value);
    }

    /** Writes four bytes. */
    public final void putInt(int value) {
        int at = grow(4);
        if (at >= 0) {
            INT.set(data, at, value);
        }
    }

    /** Writes eight bytes. */
    public final void putLong(long value) {
        int at = grow(8);
        if (at >= 0) {
            LONG.set(data, at, value);
        }
    }

    /** Writes four bytes: the IEEE 754 bits. */
    public final void putFloat(float value) {
        putInt(Float.floatToRawIntBits(value));
    }

    /** Writes eight bytes: the IEEE 754 bits. */
    public final void putDouble(double value) {
        putLong(Double.doubleToRawLongBits(value));
    }

    /** Writes the length in four bytes, then the bytes. */
    public final void putBytes(byte[] value) {
        if (value.length > MAX_BYTES - 4) {
            overflowed = true;
            return;
        }
        putInt(value.length);
        int at = grow(value.length);
        if (at >= 0) {
            System.arraycopy(value, 0, data, at, value.length);
        }
    }

    /** Writes the string's UTF-8 form as {@link #putBytes} does; an unpaired surrogate becomes {@code ?}. */
    public final void putString(String value) {
        if (value.length() > MAX_BYTES) {
            overflowed = true;
            return;
        }
        putBytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a capability; one byte of payload says whether it is there, the index travels beside the payload. */
    public final void putCapability(Capability<?> capability) {
        int index = capability.indexFor(kernel);
        if (index == 0) {
            putByte((byte) 0);
            return;
        }
        if (capCount == MAX_CAPS) {
            overflowed = true;
            return;
        }
        putByte((byte) 1);
        caps[capCount++] = index;
    }

    // ---- reading

    private int advance(int bytes) {
        int at = position;
        if (malformed || bytes < 0 || bytes > length - at) {
            malformed = true;
            return -1;
        }
        position = at + bytes;
        return at;
    }

    /** Reads one byte; anything but 0 and 1 is malformed. */
    public final boolean getBoolean() {
        byte value = getByte();
        if (value != 0 && value != 1) {
            malformed = true;
        }
        return value == 1;
    }

    /** Reads one byte. */
    public final byte getByte() {
        int at = advance(1);
        return at >= 0 ? data[at] : 0;
    }

    /** Reads two bytes. */
    public final short getShort() {
        int at = advance(2);
        return at >= 0 ? (short) SHORT.get(data, at) : 0;
    }

    /** Reads two bytes. */
    public final char getChar() {
        return (char) getShort();
    }

    /** Reads four bytes. */
    public final int getInt() {
        int at = advance(4);
        return at >= 0 ? (int) INT.get(data, at) : 0;
    }

    /** Reads eight bytes. */
    public final long getLong() {
        int at = advance(8);
        return at >= 0 ? (long) LONG.get(data, at) : 0;
    }

    /** Reads four bytes. */
    public final float getFloat() {
        return Float.intBitsToFloat(getInt());
    }

    /** Reads eight bytes. */
    public final double getDouble() {
        return Double.longBitsToDouble(getLong());
    }

    /** Reads what {@link #putBytes} wrote, as a copy. */
    public final byte[] getBytes() {
        int bytes = getInt();
        int at = advance(bytes);
        byte[] value = new byte[at >= 0 ? bytes : 0];
        System.arraycopy(data, Math.max(at, 0), value, 0, value.length);
        return value;
    }

    /** Reads what {@link #putString} wrote; bytes that are not UTF-8 are malformed. */
    public final String getString() {
        int bytes = getInt();
        int at = advance(bytes);
        if (at < 0) {
            return "";
        }
        for (int i = at; i < at + bytes; i++) {
            if (data[i] < 0) {
                return decode(at, bytes);
            }
        }
        return new String(data, at, bytes, StandardCharsets.ISO_8859_1);
    }

    private String decode(int at, int bytes) {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data, at, bytes));
            return text.toString();
        } catch (CharacterCodingException e) {
            malformed = true;
            return "";
        }
    }

    /** Reads the number of an enum constant or of a case of a sealed result, {@code 0} when it is not below {@code count}. */
    public final int getOrdinal(int count) {
        int value = getInt();
        if (value < 0 || value >= count) {
            malformed = true;
            return 0;
        }
        return value;
    }

    /** Reads a capability, which then belongs to the reader; see {@link Capability#release()}. */
    public final <T> Capability<T> getCapability() {
        if (!getBoolean()) {
            return Capability.none();
        }
        if (capPosition >= capCount) {
            malformed = true;
            return Capability.none();
        }
        return Capability.at(kernel, caps[capPosition++]);
    }

    /** Gives up the capabilities that this message brought, when nobody will take them over. Called by dispatchers. */
    public final void releaseCapabilities() {
        for (int i = 0; i < capCount; i++) {
            if (caps[i] != 0) {
                kernel.release(caps[i]);
            }
        }
        capCount = 0;
        capPosition = 0;
    }
}
