package org.espalier.config;

/**
 * A comment at the end of a configuration text that names the file it came from, so that the name survives when the text
 * travels as a ROM module. Stateless.
 */
public final class SourceNote {
    private static final String WORD = "source: ";
    private static final String XML_BEGIN = "<!-- " + WORD;
    private static final String XML_END = " -->";
    private static final String HID_BEGIN = "\n. " + WORD;

    private SourceNote() {}

    /** {@code text} with the note; unchanged if {@code file} cannot stand in a comment. */
    static String append(String text, String file, Notation notation) {
        boolean fits = !file.isEmpty()
                && !file.contains("--")
                && file.codePoints().noneMatch(c -> Character.isISOControl(c) || !Characters.isLiteral(c));
        if (!fits) {
            return text;
        }
        String note = switch (notation) {
            case XML -> XML_BEGIN + file + XML_END;
            case HID -> HID_BEGIN.substring(1) + file;
        };
        return text + (text.endsWith("\n") ? "" : "\n") + note + "\n";
    }

    /** The file that the note at the end of {@code text} names, {@code fallback} without one. */
    public static String fileOf(String text, String fallback) {
        String body = text.stripTrailing();
        int xml = body.lastIndexOf(XML_BEGIN);
        if (xml >= 0 && body.indexOf(XML_END, xml) == body.length() - XML_END.length()) {
            return body.substring(xml + XML_BEGIN.length(), body.length() - XML_END.length());
        }
        int hid = body.lastIndexOf(HID_BEGIN);
        return hid >= 0 && body.indexOf('\n', hid + 1) < 0 ? body.substring(hid + HID_BEGIN.length()) : fallback;
    }
}
