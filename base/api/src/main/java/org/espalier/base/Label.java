package org.espalier.base;

/**
 * The path of who asked: names joined by {@value #SEPARATOR}. Every parent on the way puts the name of its child in front,
 * so that no child can forge a prefix.
 *
 * @param text the whole path; empty for none
 */
public record Label(String text) {
    /** Between two parts of a label. */
    public static final String SEPARATOR = " -> ";
    /** Longest label in characters. */
    public static final int MAX_LENGTH = 320;

    public static final Label NONE = new Label("");

    /** Whether {@code text} may travel as a label: not too long, no control characters. */
    public static boolean isValid(String text) {
        return text.length() <= MAX_LENGTH && text.codePoints().noneMatch(Character::isISOControl);
    }

    /** The label that the parent of {@code name} passes on: {@code name -> this}. */
    public Label under(String name) {
        return new Label(text.isEmpty() ? name : name + SEPARATOR + text);
    }

    /** The part behind the last separator. */
    public String last() {
        int at = text.lastIndexOf(SEPARATOR);
        return at < 0 ? text : text.substring(at + SEPARATOR.length());
    }

    /** The parts before the last separator, {@link #NONE} if there is none. */
    public Label prefix() {
        int at = text.lastIndexOf(SEPARATOR);
        return at < 0 ? NONE : new Label(text.substring(0, at));
    }

    @Override
    public String toString() {
        return text;
    }
}
