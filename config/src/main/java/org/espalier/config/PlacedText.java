package org.espalier.config;

/** Text that grows at its end, and knows the line and column of its end. Confined to one thread. */
final class PlacedText {
    private final StringBuilder out = new StringBuilder();
    private int line = 1;
    private int column = 1;
    private int counted;

    /** To be appended to. */
    StringBuilder out() {
        return out;
    }

    /** Brings line and column up to what was written. */
    private void count() {
        while (counted < out.length()) {
            int c = out.codePointAt(counted);
            counted += Character.charCount(c);
            column++;
            if (c == '\n') {
                line++;
                column = 1;
            }
        }
    }

    /** Whether the end is on a line above that of {@code position}. */
    boolean isAbove(Position position) {
        count();
        return line < position.line();
    }

    /** Moves the end there with line ends and blanks; false if it is beyond that place already. */
    boolean advanceTo(Position position) {
        if (isAbove(position)) {
            out.repeat('\n', position.line() - line);
            count();
        }
        if (position.line() == line && position.column() > column) {
            out.repeat(' ', position.column() - column);
            count();
        }
        return position.line() == line && position.column() == column;
    }
}
