package org.espalier.config;

/** What reading a configuration text came to. Immutable. */
public sealed interface ReadResult {

    /** The text is well formed; {@code root} is its top-level node. */
    record Parsed(Node root) implements ReadResult {}

    /**
     * The text is not well formed. Only the first mistake is reported, because those after it are usually its echo.
     *
     * @param position of the mistake; for something that was never closed, of its opening
     * @param message what was found and what was expected, without the position
     */
    record Malformed(Position position, String message) implements ReadResult {
        /** The position and the message on one line. */
        @Override
        public String toString() {
            return position + ": " + message;
        }
    }
}
