package org.espalier.config;

/**
 * Reads a configuration in whichever notation it is written: one whose first character is {@code <} is XML, any other is
 * HID. White space in front does not count. This is the way in for everybody who reads what a person wrote or what another
 * component sent.
 *
 * <p>Stateless; takes time and memory in proportion to the text, and never fails with an exception on account of it.
 */
public final class ConfigReader {

    private ConfigReader() {}

    /** Reads bytes in UTF-8, with or without byte order mark. {@code file} is the name that positions carry. */
    public static ReadResult read(String file, byte[] bytes) {
        return Intake.bytes(file, bytes, ConfigReader::parse, malformed -> malformed);
    }

    /** Reads text. {@code file} is the name that positions carry. */
    public static ReadResult read(String file, String text) {
        return Intake.text(file, text, ConfigReader::parse, malformed -> malformed);
    }

    private static ReadResult parse(Source source) {
        return Notation.of(source).parse(source, Remarks.dropped());
    }
}
