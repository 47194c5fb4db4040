package org.espalier.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.espalier.config.Schema;

/**
 * What a native program carries of what a JAR has as entries: notes of the owner {@code Espalier} in its segments of type PT_NOTE (ELF-64
 * object file format, and gABI chapter 5 for notes). The file may be anybody's: what is damaged has no notes from there on. Stateless.
 */
final class NativeNotes {
    private static final byte[] MAGIC = {0x7f, 'E', 'L', 'F', 2, 1};
    private static final String OWNER = "Espalier\0";

    /** The types of notes, and the entries that they stand for. */
    private static final Map<Integer, String> ENTRIES = Map.of(1, Manifest.ENTRY, 2, Schema.ENTRY);

    private static final int HEADER_BYTES = 64;
    private static final int SEGMENTS_AT = 32;
    private static final int SEGMENT_COUNT_AT = 56;

    private static final int SEGMENT_BYTES = 56;
    private static final int SEGMENT_NOTE = 4;
    private static final int OFFSET_AT = 8;
    private static final int SIZE_AT = 32;

    private static final int NOTE_HEADER_BYTES = 12;

    private NativeNotes() {}

    /** Whether the file begins as a 64-bit, little-endian ELF file does. */
    static boolean isNative(byte[] file) {
        return file.length >= HEADER_BYTES && Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /** The notes by the name that their content has in a JAR. Only for a file that {@linkplain #isNative is native}. */
    static Map<String, byte[]> read(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        Map<String, byte[]> found = new HashMap<>();
        long table = bytes.getLong(SEGMENTS_AT);
        int count = Short.toUnsignedInt(bytes.getShort(SEGMENT_COUNT_AT));
        for (int i = 0; i < count && table >= 0 && table <= file.length - SEGMENT_BYTES; i++, table += SEGMENT_BYTES) {
            int segment = (int) table;
            long offset = bytes.getLong(segment + OFFSET_AT);
            long size = bytes.getLong(segment + SIZE_AT);
            if (bytes.getInt(segment) == SEGMENT_NOTE
                    && offset >= 0
                    && size >= 0
                    && offset <= file.length
                    && size <= file.length - offset) {
                notes(bytes.slice((int) offset, (int) size).order(ByteOrder.LITTLE_ENDIAN), found);
            }
        }
        return found;
    }

    private static void notes(ByteBuffer notes, Map<String, byte[]> found) {
        while (notes.remaining() >= NOTE_HEADER_BYTES) {
            long name = Integer.toUnsignedLong(notes.getInt());
            long content = Integer.toUnsignedLong(notes.getInt());
            String entry = ENTRIES.get(notes.getInt());
            if (padded(name) + padded(content) > notes.remaining()) {
                return;
            }
            byte[] owner = new byte[(int) name];
            notes.get(owner).position(notes.position() + (int) (padded(name) - name));
            byte[] bytes = new byte[(int) content];
            notes.get(bytes).position(notes.position() + (int) (padded(content) - content));
            if (entry != null && new String(owner, StandardCharsets.ISO_8859_1).equals(OWNER)) {
                found.putIfAbsent(entry, bytes);
            }
        }
    }

    private static long padded(long size) {
        return (size + 3) & -4;
    }
}
