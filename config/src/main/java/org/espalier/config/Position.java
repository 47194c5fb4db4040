package org.espalier.config;

/**
 * A place in a source text. Immutable.
 *
 * @param file the name under which the text was read, as a user would recognise it
 * @param line counted from 1
 * @param column counted from 1 in Unicode code points; a tab is one
 */
public record Position(String file, int line, int column) {

    /** The place of everything that a program made and nobody wrote. */
    public static final Position GENERATED = new Position("(generated)", 1, 1);

    /** Refuses lines and columns below 1. */
    public Position {
        if (line < 1 || column < 1) {
            throw new IllegalArgumentException(
                    "Lines and columns count from 1, but the position is " + line + ":" + column + ".");
        }
    }

    /** {@code file:line:column}, as editors and terminals understand it. */
    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
