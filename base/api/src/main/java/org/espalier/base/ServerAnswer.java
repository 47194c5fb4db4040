package org.espalier.base;

/** What a server answers to a request. */
public sealed interface ServerAnswer {
    /** The session is there. */
    record Created(Capability<?> session) implements ServerAnswer {}

    /** No such session for this client, and why. */
    record Denied(String reason) implements ServerAnswer {}

    /** The donation of RAM does not cover the session; nothing was created. */
    record InsufficientRam() implements ServerAnswer {}

    /** The donation of capabilities does not cover the session; nothing was created. */
    record InsufficientCaps() implements ServerAnswer {}

    /** The additional donation was taken note of. */
    record Upgraded() implements ServerAnswer {}

    /** The session is closed, and what was donated for it is free again. */
    record Closed() implements ServerAnswer {}
}
