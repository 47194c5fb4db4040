package org.espalier.kernel.sel4;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A message as a {@link HostThread} sends and receives it: a label and up to {@value #MOST_WORDS} words, and the badge that it came
 * with. Confined to whoever uses the thread.
 */
public final class HostMessage {
    /** Words in a message at most. */
    public static final int MOST_WORDS = MessageInfo.MOST_WORDS;

    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes = new byte[MOST_WORDS * Long.BYTES];
    private final MemorySegment segment = MemorySegment.ofArray(bytes);
    private long label;
    private int length;
    private long badge;

    /** Empty, with words that are 0. */
    public HostMessage() {}

    /** Makes it one of {@code words} words, whose values stay what they are. */
    public HostMessage begin(long newLabel, int words) {
        if (words < 0 || words > MOST_WORDS) {
            throw new IllegalArgumentException(
                    "A message has at most " + MOST_WORDS + " words, and not " + words + ".");
        }
        label = newLabel;
        length = words;
        return this;
    }

    public long label() {
        return label;
    }

    /** Words in it. */
    public int length() {
        return length;
    }

    /** The badge of the capability that it was sent by. */
    public long badge() {
        return badge;
    }

    public long word(int index) {
        return segment.get(WORD, (long) index * Long.BYTES);
    }

    /** Sets a word, whether it counts or not. */
    public HostMessage word(int index, long value) {
        segment.set(WORD, (long) index * Long.BYTES, value);
        return this;
    }

    /** All of its words as bytes, the first ones {@link #length} of them. */
    public MemorySegment bytes() {
        return segment;
    }

    byte[] array() {
        return bytes;
    }

    void received(long newLabel, int words, long newBadge) {
        label = newLabel;
        length = words;
        badge = newBadge;
    }
}
