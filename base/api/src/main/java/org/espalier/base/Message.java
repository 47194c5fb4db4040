package org.espalier.base;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

    /** Messages up to here are short. */
    private static final int SHORT_BYTES = 32;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** No place; it stays negative when an offset within a message is added. */
    private static final int NOWHERE = Integer.MIN_VALUE;

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
        copy(from.data, data, bytes);
        begin(from.word);
        length = bytes;
    }

    /**
     * Copies the first bytes. Most messages are short, and a short one is read right after it was written, so it goes by the
     * words in which it was written: what a block copy of the JVM reads and writes is too wide to be forwarded between store
     * and load, and costs a fifth of a call.
     */
    private static void copy(byte[] from, byte[] to, int bytes) {
        if (bytes > SHORT_BYTES) {
            System.arraycopy(from, 0, to, 0, bytes);
        } else if (bytes >= Long.BYTES) {
            for (int at = 0; at < bytes - Long.BYTES; at += Long.BYTES) {
                LONG.set(to, at, (long) LONG.get(from, at));
            }
            // The last word may overlap the one before it.
            int last = bytes - Long.BYTES;
            LONG.set(to, last, (long) LONG.get(from, last));
        } else {
            for (int at = 0; at < bytes; at++) {
                to[at] = from[at];
            }
        }
    }

    /**
     * Makes this message one of {@code bytes} bytes that stand in {@code from} at {@code at}, ready to be read; without capabilities, as
     * {@link #copyFrom} leaves it. For kernels that carry messages between processes.
     *
     * @throws IndexOutOfBoundsException if a message, or {@code from}, is shorter
     */
    public final void load(int newWord, MemorySegment from, long at, int bytes) {
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, at, data, 0, bytes);
        begin(newWord);
        length = bytes;
    }

    /**
     * Copies the bytes that were written into {@code to} at {@code at}; returns how many.
     *
     * @throws IndexOutOfBoundsException if {@code to} is shorter
     */
    public final int store(MemorySegment to, long at) {
        int bytes = Math.clamp(length, 0, MAX_BYTES);
        MemorySegment.copy(data, 0, to, ValueLayout.JAVA_BYTE, at, bytes);
        return bytes;
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

    /**
     * Makes room for fields of {@code bytes} bytes together, at most {@value #MAX_BYTES}, and returns the place of the first,
     * which is negative when they do not fit; what is written there then goes nowhere.
     */
    public final int reserve(int bytes) {
        int at = length;
        if (bytes > MAX_BYTES - at) {
            overflowed = true;
            return NOWHERE;
        }
        length = at + bytes;
        return at;
    }

    /** Writes one byte: 0 or 1. */
    public final void putBoolean(boolean value) {
        setBoolean(reserve(1), value);
    }

    /** Writes one byte: 0 or 1, at a place that was reserved. */
    public final void setBoolean(int at, boolean value) {
        setByte(at, (byte) (value ? 1 : 0));
    }

    /** Writes one byte. */
    public final void putByte(byte value) {
        setByte(reserve(1), value);
    }

    /** Writes one byte, at a place that was reserved. */
    public final void setByte(int at, byte value) {
        if (at >= 0) {
            data[at] = value;
        }
    }

    /** Writes two bytes. */
    public final void putShort(short value) {
        setShort(reserve(2), value);
    }

    /** Writes two bytes, at a place that was reserved. */
    public final void setShort(int at, short value) {
        if (at >= 0) {
            SHORT.set(data, at, value);
        }
    }

    /** Writes two bytes. */
    public final void putChar(char value) {
        setChar(reserve(2), value);
    }

    /** Writes two bytes, at a place that was reserved. */
    public final void setChar(int at, char value) {
        setShort(at, (short) value);
    }

    /** Writes four bytes. */
    public final void putInt(int value) {
        setInt(reserve(4), value);
    }

    /** Writes four bytes, at a place that was reserved. */
    public final void setInt(int at, int value) {
        if (at >= 0) {
            INT.set(data, at, value);
        }
    }

    /** Writes eight bytes. */
    public final void putLong(long value) {
        setLong(reserve(8), value);
    }

    /** Writes eight bytes, at a place that was reserved. */
    public final void setLong(int at, long value) {
        if (at >= 0) {
            LONG.set(data, at, value);
        }
    }

    /** Writes four bytes: the IEEE 754 bits. */
    public final void putFloat(float value) {
        setFloat(reserve(4), value);
    }

    /** Writes four bytes: the IEEE 754 bits, at a place that was reserved. */
    public final void setFloat(int at, float value) {
        setInt(at, Float.floatToRawIntBits(value));
    }

    /** Writes eight bytes: the IEEE 754 bits. */
    public final void putDouble(double value) {
        setDouble(reserve(8), value);
    }

    /** Writes eight bytes: the IEEE 754 bits, at a place that was reserved. */
    public final void setDouble(int at, double value) {
        setLong(at, Double.doubleToRawLongBits(value));
    }

    /** Writes the length in four bytes, then the bytes. */
    public final void putBytes(byte[] value) {
        if (value.length > MAX_BYTES - 4) {
            overflowed = true;
            return;
        }
        int at = reserve(4 + value.length);
        if (at >= 0) {
            setInt(at, value.length);
            System.arraycopy(value, 0, data, at + 4, value.length);
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

    /**
     * Passes over fields of {@code bytes} bytes together, at most {@value #MAX_BYTES}, and returns the place of the first,
     * which is negative when there are not as many; what is read there is then zero.
     */
    public final int take(int bytes) {
        int at = position;
        if (malformed || bytes < 0 || bytes > length - at) {
            malformed = true;
            return NOWHERE;
        }
        position = at + bytes;
        return at;
    }

    /** Reads one byte; anything but 0 and 1 is malformed. */
    public final boolean getBoolean() {
        return booleanAt(take(1));
    }

    /** Reads one byte, at a place that was taken. */
    public final boolean booleanAt(int at) {
        byte value = byteAt(at);
        if (value != 0 && value != 1) {
            malformed = true;
        }
        return value == 1;
    }

    /** Reads one byte. */
    public final byte getByte() {
        return byteAt(take(1));
    }

    /** Reads one byte, at a place that was taken. */
    public final byte byteAt(int at) {
        return at >= 0 ? data[at] : 0;
    }

    /** Reads two bytes. */
    public final short getShort() {
        return shortAt(take(2));
    }

    /** Reads two bytes, at a place that was taken. */
    public final short shortAt(int at) {
        return at >= 0 ? (short) SHORT.get(data, at) : 0;
    }

    /** Reads two bytes. */
    public final char getChar() {
        return charAt(take(2));
    }

    /** Reads two bytes, at a place that was taken. */
    public final char charAt(int at) {
        return (char) shortAt(at);
    }

    /** Reads four bytes. */
    public final int getInt() {
        return intAt(take(4));
    }

    /** Reads four bytes, at a place that was taken. */
    public final int intAt(int at) {
        return at >= 0 ? (int) INT.get(data, at) : 0;
    }

    /** Reads eight bytes. */
    public final long getLong() {
        return longAt(take(8));
    }

    /** Reads eight bytes, at a place that was taken. */
    public final long longAt(int at) {
        return at >= 0 ? (long) LONG.get(data, at) : 0;
    }

    /** Reads four bytes. */
    public final float getFloat() {
        return floatAt(take(4));
    }

    /** Reads four bytes, at a place that was taken. */
    public final float floatAt(int at) {
        return Float.intBitsToFloat(intAt(at));
    }

    /** Reads eight bytes. */
    public final double getDouble() {
        return doubleAt(take(8));
    }

    /** Reads eight bytes, at a place that was taken. */
    public final double doubleAt(int at) {
        return Double.longBitsToDouble(longAt(at));
    }

    /** Reads what {@link #putBytes} wrote, as a copy. */
    public final byte[] getBytes() {
        int bytes = getInt();
        int at = take(bytes);
        return at >= 0 ? Arrays.copyOfRange(data, at, at + bytes) : new byte[0];
    }

    /** Reads what {@link #putString} wrote; bytes that are not UTF-8 are malformed. */
    public final String getString() {
        int bytes = getInt();
        int at = take(bytes);
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
