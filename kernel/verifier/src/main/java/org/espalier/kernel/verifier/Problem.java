package org.espalier.kernel.verifier;

/**
 * Why something is rejected, before it is known where. Immutable.
 *
 * @param member what the code names and may not, as people write it; empty when the reason is about no such thing
 * @param reason a sentence without its full stop
 */
record Problem(String member, String reason) {
    /** {@code member} may not be named, as {@code predicate} says of it. */
    static Problem of(String member, String predicate) {
        return new Problem(member, member + " " + predicate);
    }

    /** One that is about nothing that code names. */
    static Problem of(String reason) {
        return new Problem("", reason);
    }
}
