package org.espalier.sandbox;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What the log was told of the sessions that one child was denied: each once, and not without end. Confined to the sandbox's entrypoint. */
final class Denials {
    /** More than an honest child has use for. */
    private static final int MOST = 32;

    private final String child;
    private final Set<String> told = new HashSet<>();

    Denials(String child) {
        this.child = child;
    }

    /** What to tell of a denial: nothing if it was told before. */
    Optional<String> first(String message) {
        if (told.size() > MOST || !told.add(message)) {
            return Optional.empty();
        }
        return Optional.of(
                told.size() <= MOST
                        ? message
                        : "child ‘" + child + "’ was denied " + MOST + " sessions; no more is told of it");
    }
}
