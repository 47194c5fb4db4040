package org.espalier.sandbox;

/**
 * Whoever serves a session: the host, its parent or a child. Answers through {@link Sandbox#opened}, {@link Sandbox#refused},
 * {@link Sandbox#raised} and {@link Sandbox#closed}, at once or later. Confined to the sandbox's entrypoint.
 */
interface Provider {
    /** Asks for the session. The donation is in the host's account. */
    void open(Session session);

    /** Passes on {@link Session#raisedRam} and {@link Session#raisedCaps}, which are in the host's account. */
    void raise(Session session);

    /** Asks to close the session. */
    void close(Session session);

    /** Withdraws a request that was not answered; true when it is withdrawn, false when the answer must be awaited. */
    boolean withdraw(Session session);
}
