package org.espalier.kernel.hw;

/**
 * Thrown through the frames of a domain that ended, up to the boundary where its code was entered. Carries no stack trace: it
 * is no failure, and nobody looks at it.
 */
final class DomainEnded extends Error {
    private static final long serialVersionUID = 1;

    DomainEnded(String domain) {
        super("The protection domain " + domain + " has ended.", null, false, false);
    }
}
