package org.espalier.check;

import java.util.List;
import java.util.Locale;
import org.espalier.config.Position;

/**
 * Something that a person should know before the system is started.
 *
 * @param position of what decided it
 * @param message one line without the position
 * @param components labels of the components that it is about, the most affected one first
 */
public record Finding(Kind kind, Position position, String message, List<String> components) {
    public Finding {
        components = List.copyOf(components);
    }

    /** What sort of thing it is. */
    public enum Kind {
        /** The configuration of a component says something that means nothing. */
        CONFIGURATION,
        /** A child cannot be started. */
        NOT_STARTED,
        /** A session that a component needs is denied. */
        DENIED,
        /** Nobody can tell what a component needs, or whom it starts. */
        UNKNOWN,
        /** Children are promised more than their parent has. */
        QUOTA,
        /** Nobody uses a service that a child is declared to provide. */
        UNUSED,
        /** Components wait for one another at their start. */
        START_CYCLE,
        /** A call comes back to the server that is busy with it. */
        CIRCLE;

        /** The name as tools see it: lower case, with hyphens. */
        public String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** The position and the message on one line. */
    @Override
    public String toString() {
        return position + ": " + message;
    }
}
