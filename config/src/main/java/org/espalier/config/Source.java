package org.espalier.config;

/**
 * A text and the positions of its characters. Positions are cheap if they are asked for in ascending order, which a
 * parser does until it fails: the line count goes on from where it was last time.
 */
final class Source {

    private final String file;
    private final char[] chars;
    private final int end;

    private int marked;
    private int line = 1;
    private int column = 1;

    Source(String file, char[] chars, int end) {
        this.file = file;
        this.chars = chars;
        this.end = end;
    }

    /** Not copied; nobody writes to it. The text ends at {@link #end()}, the array maybe later. */
    char[] chars() {
        return chars;
    }

    int end() {
        return end;
    }

    int codePoint(int index) {
        return Character.codePointAt(chars, index, end);
    }

    boolean startsWith(String prefix, int at) {
        if (end - at < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            if (chars[at + i] != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Where {@code text} occurs at or after {@code from}, or -1. */
    int find(String text, int from) {
        char first = text.charAt(0);
        for (int i = from; i <= end - text.length(); i++) {
            if (chars[i] == first && startsWith(text, i)) {
                return i;
            }
        }
        return -1;
    }

    /** The first character that is not white space, or the end. */
    int firstNotWhite() {
        int i = 0;
        while (i < end && Characters.isWhite(chars[i])) {
            i++;
        }
        return i;
    }

    /** The first character that may not stand for itself, or the end. */
    int firstNotLiteral() {
        int i = 0;
        while (i < end) {
            char c = chars[i];
            if (c >= ' ' && c < Character.MIN_SURROGATE) {
                i++;
            } else {
                int codePoint = codePoint(i);
                if (!Characters.isLiteral(codePoint)) {
                    return i;
                }
                i += Character.charCount(codePoint);
            }
        }
        return end;
    }

    Position position(int index) {
        if (index < marked) {
            marked = 0;
            line = 1;
            column = 1;
        }
        while (marked < index) {
            char c = chars[marked];
            marked++;
            if (c == '\n' || (c == '\r' && (marked == end || chars[marked] != '\n'))) {
                line++;
                column = 1;
            } else if (!Character.isLowSurrogate(c)) {
                column++;
            }
        }
        return new Position(file, line, column);
    }
}
