package org.espalier.config;

/**
 * What reading a typed attribute came to. Immutable.
 *
 * <p>A missing attribute and a wrong one are different things: the first often has a default, the second is a mistake
 * that its writer wants to hear about. {@code toString} of both is one line that starts with the position, ready for
 * the log.
 */
public sealed interface Value<T> {

    /** The attribute is there and well formed. */
    record Given<T>(T value) implements Value<T> {}

    /**
     * There is no such attribute.
     *
     * @param position of the node that lacks it
     * @param message a clause without the position
     */
    record Absent<T>(Position position, String message) implements Value<T> {
        /** The position and the message. */
        @Override
        public String toString() {
            return position + ": " + message;
        }
    }

    /**
     * The attribute is there, but its text is not of the type asked for.
     *
     * @param position of the attribute's name
     * @param message what was expected and what was found, without the position
     */
    record Malformed<T>(Position position, String message) implements Value<T> {
        /** The position and the message. */
        @Override
        public String toString() {
            return position + ": " + message;
        }
    }

    /** The given value, or {@code fallback} if it is absent <em>or malformed</em>; a caller that warns switches. */
    default T or(T fallback) {
        return switch (this) {
            case Given<T>(T value) -> value;
            case Absent<T> absent -> fallback;
            case Malformed<T> malformed -> fallback;
        };
    }
}
