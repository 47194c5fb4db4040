package org.espalier.config;

/**
 * Reads the XML notation of configurations. Stateless; takes time and memory in proportion to the text, whatever it
 * holds, and never fails with an exception on account of it.
 *
 * <p>The dialect is XML 1.0 in UTF-8 with an optional XML declaration, elements, attributes, comments, character data,
 * CDATA sections, the five named entities and character references. It differs from the standard as follows.
 *
 * <ul>
 *   <li>Document types and processing instructions are refused, and so are trees of more than {@link Node#MAX_DEPTH}
 *       levels.
 *   <li>Comments may hold {@code --}, and character data may hold {@code ]]>}.
 *   <li>A character reference may denote any Unicode character, also those that XML 1.0 cannot express.
 *   <li>If all character data directly inside an element is literal white space, it is layout and the node has no
 *       text. White space that is meant is written as a character reference or in a CDATA section. Otherwise every
 *       character of it counts, white space included.
 * </ul>
 *
 * <p>As in the standard, every line end (CR LF, CR, LF) is read as LF, and a literal tab or line end within an attribute
 * value as a space.
 */
public final class XmlReader {

    private XmlReader() {}

    /** Reads bytes in UTF-8, with or without byte order mark. {@code file} is the name that positions carry. */
    public static ReadResult read(String file, byte[] bytes) {
        return Intake.bytes(file, bytes, XmlReader::parse, malformed -> malformed);
    }

    /** Reads text. {@code file} is the name that positions carry. */
    public static ReadResult read(String file, String text) {
        return Intake.text(file, text, XmlReader::parse, malformed -> malformed);
    }

    private static ReadResult parse(Source source) {
        return new XmlParser(source, Remarks.dropped()).read();
    }
}
