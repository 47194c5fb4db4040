package org.espalier.config;

import java.util.function.UnaryOperator;
import org.espalier.config.ReadResult.Malformed;
import org.espalier.config.ReadResult.Parsed;

/**
 * Rewrites a configuration in another notation, or anew in its own. The tree stays what it is, attributes in order, and what
 * the other notation cannot express is refused. Stateless.
 *
 * <p>Comments stay, in order and with the node in which they stand or which they precede; only their layout changes. In XML a
 * disabled node of HID becomes a comment that holds it as it was written, and two minus signs in a row in a comment get a blank
 * between them. In HID, comments in front of the top-level node move below its line, because HID has no place for them.
 */
public final class Conversion {

    private Conversion() {}

    /** Bytes in UTF-8, in either notation, in the notation {@code to}. {@code file} is the name that positions carry. */
    public static WriteResult convert(String file, byte[] bytes, Notation to) {
        return convert(file, bytes, from -> to);
    }

    /** The same, in the notation in which the bytes are not. */
    public static WriteResult convert(String file, byte[] bytes) {
        return convert(file, bytes, Notation::other);
    }

    private static WriteResult convert(String file, byte[] bytes, UnaryOperator<Notation> choice) {
        return Intake.bytes(
                file,
                bytes,
                source -> {
                    Notation from = Notation.of(source);
                    Remarks remarks = Remarks.kept();
                    return switch (from.parse(source, remarks)) {
                        case Parsed(Node root) -> choice.apply(from).write(root, remarks);
                        case Malformed malformed -> refused(malformed);
                    };
                },
                Conversion::refused);
    }

    private static WriteResult refused(Malformed malformed) {
        return new WriteResult.Refused(malformed.position(), malformed.message());
    }
}
