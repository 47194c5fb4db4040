package org.espalier.config;

/**
 * Reads the HID notation of configurations (human-inclined data, which the Genode OS framework writes since release
 * 26.02). Stateless; takes time and memory in proportion to the text, whatever it holds, and never fails with an exception
 * on account of it.
 *
 * <pre>
 * config | verbose: yes
 * .
 * . A comment.
 * .
 * + start osci | caps: 100 | . of which it uses half
 * |               ram: 8M
 * | + route
 * |   + service ROM | + parent
 * x start none
 * + start shell
 *   + arg -c
 *     : echo a | wc
 * -
 * </pre>
 *
 * <ul>
 *   <li>The type of the top-level node opens the text, white space aside, and a line with {@code -} in its first column
 *       closes it. Behind that, only comments and blank lines may follow.
 *   <li>Every line is a series of segments, with {@code |} and a blank on either side between them. A segment counts as a line
 *       of its own that begins in its column, so that {@code |} may also be put into the blanks in front of a line.
 *   <li>{@code + type} is a node in the nearest node before it that begins at least two columns further left; {@code x type}
 *       is a disabled one, which is checked and left out with all that is in it. What stands between the type and the
 *       end of the segment is the value of the attribute {@code name}.
 *   <li>{@code tag: value} is an attribute, {@code : text} a line of quoted text. Both belong to the node before them and stand
 *       further right than its {@code +}. The lines of a text are joined with LF. Text takes the rest of its line, {@code
 *       |} included.
 *   <li>{@code . text} is a comment up to the end of its line.
 *   <li>Types and tags are lower-case letters, digits, {@code _} and {@code -}, a letter first. Blanks around a value are not
 *       part of it. Tabs may stand in text and comments only.
 * </ul>
 *
 * <p>This is the format as Genode documents it for tools: a text that its components would read with lines ignored is
 * refused with the place of the first such line, and so is one that leaves open to which of two nodes something belongs. A
 * node has either nodes or text, each attribute once. Trees of more than {@link Node#MAX_DEPTH} levels are refused.
 */
public final class HidReader {

    private HidReader() {}

    /** Reads bytes in UTF-8, with or without byte order mark. {@code file} is the name that positions carry. */
    public static ReadResult read(String file, byte[] bytes) {
        return Intake.bytes(file, bytes, HidReader::parse, malformed -> malformed);
    }

    /** Reads text. {@code file} is the name that positions carry. */
    public static ReadResult read(String file, String text) {
        return Intake.text(file, text, HidReader::parse, malformed -> malformed);
    }

    private static ReadResult parse(Source source) {
        return new HidParser(source, Remarks.dropped()).read();
    }
}
