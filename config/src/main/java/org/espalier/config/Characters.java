package org.espalier.config;

import java.util.Locale;

/** Which characters may stand where, and how one is named in a message. */
final class Characters {

    private Characters() {}

    /** XML 1.0, production 4: NameStartChar. */
    static boolean startsName(int c) {
        if (c < 0x80) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
        }
        return (c >= 0xC0 && c <= 0x2FF && c != 0xD7 && c != 0xF7)
                || (c >= 0x370 && c <= 0x1FFF && c != 0x37E)
                || c == 0x200C
                || c == 0x200D
                || (c >= 0x2070 && c <= 0x218F)
                || (c >= 0x2C00 && c <= 0x2FEF)
                || (c >= 0x3001 && c <= 0xD7FF)
                || (c >= 0xF900 && c <= 0xFDCF)
                || (c >= 0xFDF0 && c <= 0xFFFD)
                || (c >= 0x10000 && c <= 0xEFFFF);
    }

    /** XML 1.0, production 4a: NameChar. */
    static boolean continuesName(int c) {
        return startsName(c)
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == 0xB7
                || (c >= 0x300 && c <= 0x36F)
                || c == 0x203F
                || c == 0x2040;
    }

    // A loop, not a stream: every attribute that is read passes here.
    static boolean isName(String text) {
        if (text.isEmpty() || !startsName(text.codePointAt(0))) {
            return false;
        }
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (!continuesName(c)) {
                return false;
            }
            i += Character.charCount(c);
        }
        return true;
    }

    /** XML 1.0, production 3. */
    static boolean isWhite(char c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }

    static boolean isWhite(String text) {
        return text.chars().allMatch(c -> isWhite((char) c));
    }

    /** Whether a character may be written as itself (XML 1.0, production 2); the others need a reference. */
    static boolean isLiteral(int c) {
        return c >= ' ' ? !isSurrogate(c) && c != 0xFFFE && c != 0xFFFF : isWhite((char) c);
    }

    static boolean isSurrogate(int c) {
        return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    }

    static void requireName(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException(quote(name) + " is not an XML name.");
        }
    }

    static void requireText(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                    throw new IllegalArgumentException(
                            quote(text) + " is not Unicode text: half of a surrogate pair is missing.");
                }
                i++;
            }
        }
    }

    /** One character for a message: itself if it can be seen, otherwise its number. */
    static String describe(int c) {
        return isVisible(c) ? "‘" + Character.toString(c) + "’" : number(c);
    }

    /** Text for a message: on one line, not too long, with every invisible character visible. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("‘");
        int shown = 0;
        int i = 0;
        while (i < text.length() && shown < 40) {
            int c = text.codePointAt(i);
            quoted.append(isVisible(c) ? Character.toString(c) : "<" + number(c) + ">");
            i += Character.charCount(c);
            shown++;
        }
        return quoted.append(i < text.length() ? "…’" : "’").toString();
    }

    private static boolean isVisible(int c) {
        return c == ' '
                || switch (Character.getType(c)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.PRIVATE_USE,
                            Character.UNASSIGNED,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.SPACE_SEPARATOR -> false;
                    default -> true;
                };
    }

    private static String number(int c) {
        String hex = Integer.toHexString(c).toUpperCase(Locale.ROOT);
        return "U+" + "0".repeat(Math.max(0, 4 - hex.length())) + hex;
    }
}
