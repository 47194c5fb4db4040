package org.espalier.config;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the XML notation of configurations. Stateless; takes time and memory in proportion to the text, whatever it
 * holds, and never fails with an exception on account of it.
 *
 * <p>The dialect is XML 1.0 in UTF-8 with an optional XML declaration, elements, attributes, comments, character data,
 * CDATA sections, the five named entities and character references. It differs from the standard as follows.
 *
 * <ul>
 *   <li>Document types and processing instructions are refused, and so are trees of more than {@link Node#MAX_DEPTH}
 *       levels.
 *   <li>Comments may hold {@code --}, and character data may hold {@code ]]>}.
 *   <li>A character reference may denote any Unicode character, also those that XML 1.0 cannot express.
 *   <li>If all character data directly inside an element is literal white space, it is layout and the node has no
 *       text. White space that is meant is written as a character reference or in a CDATA section. Otherwise every
 *       character of it counts, white space included.
 * </ul>
 *
 * <p>As in the standard, every line end (CR LF, CR, LF) is read as LF, and a literal tab or line end within an attribute
 * value as a space.
 */
public final class XmlReader {

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private XmlReader() {}

    /** Reads bytes in UTF-8, with or without byte order mark. {@code file} is the name that positions carry. */
    public static ReadResult read(String file, byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        // UTF-8 never takes fewer bytes than UTF-16 takes chars.
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        Source source = source(file, out.array(), out.position());
        if (result.isError()) {
            int wrong = bytes[in.position()] & 0xFF;
            return new ReadResult.Malformed(
                    source.position(source.end()),
                    "found the byte 0x" + Integer.toHexString(wrong)
                            + ", which is not UTF-8 here, expected UTF-8 text");
        }
        return read(source);
    }

    /** Reads text. {@code file} is the name that positions carry. */
    public static ReadResult read(String file, String text) {
        return read(source(file, text.toCharArray(), text.length()));
    }

    private static Source source(String file, char[] chars, int length) {
        boolean marked = length > 0 && chars[0] == BYTE_ORDER_MARK;
        return new Source(file, marked ? Arrays.copyOfRange(chars, 1, length) : chars, marked ? length - 1 : length);
    }

    private static ReadResult read(Source source) {
        int wrong = source.firstNotLiteral();
        if (wrong < source.end()) {
            return new ReadResult.Malformed(
                    source.position(wrong),
                    "found " + Characters.describe(source.codePoint(wrong))
                            + ", which is no character of a text, expected UTF-8 text without control characters");
        }
        return new XmlParser(source).read();
    }
}
