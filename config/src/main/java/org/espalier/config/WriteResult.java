package org.espalier.config;

/** What writing a tree in some notation came to. Immutable. */
public sealed interface WriteResult {

    /** The text says what the tree says, and ends with a line end. */
    record Written(String text) implements WriteResult {}

    /**
     * The notation cannot express the tree, or there is none because what was to be converted is malformed.
     *
     * @param position of the node or attribute at fault
     * @param message what was found and what was expected, without the position
     */
    record Refused(Position position, String message) implements WriteResult {
        /** The position and the message on one line. */
        @Override
        public String toString() {
            return position + ": " + message;
        }
    }
}
