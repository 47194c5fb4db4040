package org.espalier.config;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;
import org.espalier.config.ReadResult.Malformed;

/**
 * What every notation asks of a text before it is parsed: UTF-8, with or without byte order mark, without control
 * characters but tab, LF and CR. A text of that kind goes to a parser, for any other a refusal is made. Stateless.
 */
final class Intake {

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private Intake() {}

    static <R> R bytes(String file, byte[] bytes, Function<Source, R> parser, Function<Malformed, R> refusal) {
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
            return refusal.apply(new Malformed(
                    source.position(source.end()),
                    "found the byte 0x" + Integer.toHexString(wrong)
                            + ", which is not UTF-8 here, expected UTF-8 text"));
        }
        return parse(source, parser, refusal);
    }

    static <R> R text(String file, String text, Function<Source, R> parser, Function<Malformed, R> refusal) {
        return parse(source(file, text.toCharArray(), text.length()), parser, refusal);
    }

    private static Source source(String file, char[] chars, int length) {
        boolean marked = length > 0 && chars[0] == BYTE_ORDER_MARK;
        return new Source(file, marked ? Arrays.copyOfRange(chars, 1, length) : chars, marked ? length - 1 : length);
    }

    private static <R> R parse(Source source, Function<Source, R> parser, Function<Malformed, R> refusal) {
        int wrong = source.firstNotLiteral();
        if (wrong < source.end()) {
            return refusal.apply(new Malformed(
                    source.position(wrong),
                    "found " + Characters.describe(source.codePoint(wrong))
                            + ", which is no character of a text, expected UTF-8 text without control characters"));
        }
        return parser.apply(source);
    }
}
