package org.espalier.check;

import java.util.List;

/**
 * As much of JSON as has to be written, without blanks between tokens. Strings are good for Graphviz, too, unless they hold
 * control characters. Stateless.
 */
public final class Json {
    private Json() {}

    /** {@code text} as a string. Halves of surrogate pairs are escaped, so it can be written in any encoding of Unicode. */
    public static String string(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                out.append('\\').appendCodePoint(c);
            } else if (c < 0x20 || Character.getType(c) == Character.SURROGATE) {
                out.append(String.format("\\u%04x", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.append('"').toString();
    }

    /** An array of {@code texts}. */
    public static String strings(List<String> texts) {
        return array(texts.stream().map(Json::string).toList());
    }

    /** An array of what is JSON already. */
    public static String array(List<String> values) {
        return "[" + String.join(",", values) + "]";
    }
}
