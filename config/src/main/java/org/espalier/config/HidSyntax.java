package org.espalier.config;

/** What both the parser and the writer of HID need to know of its tokens. Stateless. */
final class HidSyntax {

    static final String IDENTIFIER = "a lower-case letter, then lower-case letters, digits, ‘_’ or ‘-’";

    private HidSyntax() {}

    /** Where the identifier that starts at {@code from} ends; {@code from} itself if there is none. */
    static int identifierEnd(char[] chars, int from, int end) {
        int i = from;
        while (i < end && (isLetter(chars[i]) || (i > from && isDigitOrSign(chars[i])))) {
            i++;
        }
        return i;
    }

    static boolean isIdentifier(String text) {
        return !text.isEmpty() && identifierEnd(text.toCharArray(), 0, text.length()) == text.length();
    }

    /** Whether the first attribute can be written as the name: it is called so, and cannot be taken for another attribute. */
    static boolean isNamed(Node node) {
        if (node.attributes().isEmpty()) {
            return false;
        }
        Attribute first = node.attributes().getFirst();
        char[] value = first.value().toCharArray();
        int tagEnd = identifierEnd(value, 0, value.length);
        return first.name().equals("name")
                && value.length > 0
                && !(tagEnd > 0 && tagEnd < value.length && value[tagEnd] == ':');
    }

    static String attribute(Attribute attribute) {
        return attribute.name() + (attribute.value().isEmpty() ? ":" : ": " + attribute.value());
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isDigitOrSign(char c) {
        return (c >= '0' && c <= '9') || c == '_' || c == '-';
    }
}
