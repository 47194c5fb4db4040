package org.espalier.sandbox;

/** Whoever a session was asked for. Confined to the sandbox's entrypoint. */
sealed interface Client permits Child, Forwarding.Visitor {
    /** The session was pending, and is open or over now; or it was open, and is over. */
    void progressed(Session session);
}
