package org.espalier.config;

/**
 * One attribute of a {@link Node}. Immutable.
 *
 * @param name an XML name
 * @param value with references resolved; any Unicode text, possibly empty
 * @param position of the first character of the name, or of the value where HID lets a node's name stand alone
 */
public record Attribute(String name, String value, Position position) {

    /** Refuses what no notation can express: a name that is none, a value with half a surrogate pair. */
    public Attribute {
        Characters.requireName(name);
        Characters.requireText(value);
    }
}
