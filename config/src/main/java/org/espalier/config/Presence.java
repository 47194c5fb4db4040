package org.espalier.config;

import java.util.Optional;

/**
 * What a schema says of the lack of an attribute or of a node. Immutable.
 *
 * @param isRequired whether the node around it means nothing without it
 * @param consequence what happens without it, if that is worth a notice
 */
record Presence(boolean isRequired, Optional<String> consequence) {
    /** Nobody misses it. */
    static final Presence OPTIONAL = new Presence(false, Optional.empty());

    /** What to say of {@code node}, which lacks {@code what}; empty if that is nobody's business. */
    Optional<String> lack(Node node, String what) {
        return isRequired || consequence.isPresent()
                ? Optional.of("<" + node.name() + "> has no " + what
                        + consequence.map(text -> ", and so " + text).orElse(""))
                : Optional.empty();
    }
}
