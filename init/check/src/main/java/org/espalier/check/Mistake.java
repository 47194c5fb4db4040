package org.espalier.check;

import org.espalier.config.Position;

/**
 * Something that is not as it should be.
 *
 * @param kind what it counts as where it keeps a component from a session
 * @param position of what decided it
 * @param message one line without the position
 */
record Mistake(Finding.Kind kind, Position position, String message) {
    /** The usual one: a session is denied. */
    Mistake(Position position, String message) {
        this(Finding.Kind.DENIED, position, message);
    }
}
