package org.espalier.config;

/**
 * A comment at the end of a configuration text that names the file it came from, so that the name survives when the text
 * travels as a ROM module. Stateless.
 */
public final class SourceNote {
    private static final String BEGIN = "<!-- source: ";
    private static final String END = " -->";

    private SourceNote() {}

    /** {@code text} with the note; unchanged if {@code file} cannot stand in a comment. */
    public static String append(String text, String file) {
        boolean fits = !file.isEmpty()
                && !file.contains("--")
                && file.codePoints().noneMatch(c -> Character.isISOControl(c) || !Characters.isLiteral(c));
        return fits ? text + (text.endsWith("\n") ? "" : "\n") + BEGIN + file + END + "\n" : text;
    }

    /** The file that the note at the end of {@code text} names, {@code fallback} without one. */
    public static String fileOf(String text, String fallback) {
        String body = text.stripTrailing();
        int begin = body.lastIndexOf(BEGIN);
        boolean last = begin >= 0 && body.indexOf(END, begin) == body.length() - END.length();
        return last ? body.substring(begin + BEGIN.length(), body.length() - END.length()) : fallback;
    }
}
