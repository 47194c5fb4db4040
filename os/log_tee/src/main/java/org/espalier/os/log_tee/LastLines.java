package org.espalier.os.log_tee;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/** The last lines of a log, as many as fit into a number of bytes. Not thread-safe. */
final class LastLines {
    private static final byte[] CUT = "…".getBytes(StandardCharsets.UTF_8);

    private final int capacity;
    private final ArrayDeque<byte[]> lines = new ArrayDeque<>();
    private int size;

    /** Keeps at most {@code capacity} bytes of UTF-8, line breaks included. */
    LastLines(int capacity) {
        if (capacity <= CUT.length) {
            throw new IllegalArgumentException(
                    "Lines are kept in more than " + CUT.length + " bytes, not in " + capacity + ".");
        }
        this.capacity = capacity;
    }

    /** Adds a line and drops the oldest ones that no longer fit. One that is too long by itself loses its end. */
    void add(String line) {
        byte[] bytes = fitting((line + "\n").getBytes(StandardCharsets.UTF_8));
        while (size + bytes.length > capacity) {
            size -= lines.removeFirst().length;
        }
        lines.add(bytes);
        size += bytes.length;
    }

    private byte[] fitting(byte[] line) {
        if (line.length <= capacity) {
            return line;
        }
        int end = capacity - CUT.length - 1;
        while (end > 0 && (line[end] & 0xC0) == 0x80) {
            end--; // never within a character
        }
        // ByteBuffer, because System.arraycopy is not for components.
        return ByteBuffer.allocate(end + CUT.length + 1)
                .put(line, 0, end)
                .put(CUT)
                .put((byte) '\n')
                .array();
    }

    /** The lines, each with its line break, in UTF-8. */
    byte[] content() {
        ByteBuffer content = ByteBuffer.allocate(size);
        lines.forEach(content::put);
        return content.array();
    }
}
