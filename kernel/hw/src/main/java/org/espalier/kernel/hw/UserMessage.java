package org.espalier.kernel.hw;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.espalier.base.Message;

/**
 * Messages in the memory of native components, in the layout of {@code struct espalier_message} (docs/native.md). What stands there can change at any
 * moment: each field is read once, and judged after that. Confined to one thread at a time.
 */
final class UserMessage {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    // Offsets in the structure.
    private static final int WORD = 0;
    private static final int LENGTH = 4;
    private static final int CAPABILITY_COUNT = 12;
    private static final int CAPABILITIES = 20;
    private static final int PAYLOAD = 40;

    private final byte[] bytes = new byte[PAYLOAD + Message.MAX_BYTES];
    private final MemorySegment structure = MemorySegment.ofArray(bytes);
    private final int[] indices = new int[Message.MAX_CAPS];

    /** Takes the message at {@code address} into {@code message}; false if the component could not have read it. A length or a count that is too large is 0. */
    boolean take(NativeHost space, long address, Message message) {
        if (!space.copyIn(address, bytes, 0, PAYLOAD)) {
            return false;
        }
        int length = getInt(LENGTH);
        int accepted = length >= 0 && length <= Message.MAX_BYTES ? length : 0;
        if (!space.copyIn(address + PAYLOAD, bytes, PAYLOAD, accepted)) {
            return false;
        }
        int count = getInt(CAPABILITY_COUNT);
        int capabilities = count >= 0 && count <= Message.MAX_CAPS ? count : 0;
        for (int i = 0; i < capabilities; i++) {
            indices[i] = getInt(CAPABILITIES + i * Integer.BYTES);
        }
        message.load(getInt(WORD), structure, PAYLOAD, accepted);
        message.setCaps(indices, capabilities);
        return true;
    }

    /** Puts {@code message} to {@code address}; false if the component could not have written there. What a reader keeps there stays. */
    boolean put(NativeHost space, long address, Message message) {
        int length = message.store(structure, PAYLOAD);
        int count = Math.clamp(message.capCount(), 0, Message.MAX_CAPS);
        setInt(WORD, message.word());
        setInt(LENGTH, length);
        setInt(CAPABILITY_COUNT, count);
        for (int i = 0; i < count; i++) {
            setInt(CAPABILITIES + i * Integer.BYTES, message.cap(i));
        }
        return space.copyOut(address, bytes, WORD, LENGTH + Integer.BYTES)
                && space.copyOut(address + CAPABILITY_COUNT, bytes, CAPABILITY_COUNT, Integer.BYTES)
                && space.copyOut(address + CAPABILITIES, bytes, CAPABILITIES, count * Integer.BYTES)
                && space.copyOut(address + PAYLOAD, bytes, PAYLOAD, length);
    }

    private int getInt(int offset) {
        return structure.get(INT, offset);
    }

    private void setInt(int offset, int value) {
        structure.set(INT, offset, value);
    }
}
