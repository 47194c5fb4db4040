package org.espalier.os.rom_logger;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;
import org.espalier.base.View;

/** How a content is shown. Reads it piece by piece, because a module may be larger than what this component can hold. */
enum Format {
    /** Lines of text up to the first zero byte, each after two spaces; a longer line than {@link #LONGEST_LINE} goes on in the next. */
    TEXT {
        @Override
        void show(View content, Consumer<String> log) {
            byte[] line = new byte[LONGEST_LINE];
            int length = 0;
            for (long i = 0; i < content.size() && content.getByte(i) != 0; i++) {
                byte b = content.getByte(i);
                boolean ends = b == '\n';
                if (!ends) {
                    line[length++] = b;
                }
                if (ends || isFull(length, isContinued(content, i + 1))) {
                    log.accept(text(line, length));
                    length = 0;
                }
            }
            if (length > 0) {
                log.accept(text(line, length));
            }
        }
    },

    /** All of the dataspace, eight words of 16 bits in a line, after the number of the first of them; all hexadecimal. */
    HEXDUMP {
        @Override
        void show(View content, Consumer<String> log) {
            long words = (content.size() + 1) / 2;
            for (long first = 0; first < words; first += WORDS_IN_LINE) {
                StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%08x", first));
                for (long word = first; word < first + WORDS_IN_LINE; word++) {
                    line.append(' ').append(String.format(Locale.ROOT, "%04x", wordAt(content, 2 * word)));
                }
                log.accept(line.toString());
            }
        }
    };

    private static final int LONGEST_LINE = 200;
    private static final int UTF_8_BYTES = 4;
    private static final int WORDS_IN_LINE = 8;
    private static final String INDENT = "  ";

    /** Shows {@code content} in lines. */
    abstract void show(View content, Consumer<String> log);

    /** The format of that name in a configuration. */
    static Format named(String name) {
        return name.equals("hexdump") ? HEXDUMP : TEXT;
    }

    private static String text(byte[] line, int length) {
        return INDENT + new String(line, 0, length, StandardCharsets.UTF_8);
    }

    /** Whether a line ends here so that no character of UTF-8 is taken apart, as far as there are any. */
    private static boolean isFull(int length, boolean isContinued) {
        return length == LONGEST_LINE || (length > LONGEST_LINE - UTF_8_BYTES && !isContinued);
    }

    private static boolean isContinued(View content, long at) {
        return at < content.size() && (content.getByte(at) & 0xC0) == 0x80;
    }

    /** Little-endian; bytes behind the end are zero. */
    private static int wordAt(View content, long offset) {
        return byteAt(content, offset) | byteAt(content, offset + 1) << 8;
    }

    private static int byteAt(View content, long offset) {
        return offset < content.size() ? content.getByte(offset) & 0xFF : 0;
    }
}
