package org.espalier.base;

/**
 * How a server makes and ends the sessions of one service. Runs in the entrypoint that announced it.
 *
 * @param <T> the RPC interface of the service
 */
public interface Root<T> {
    /** Decides on a session request. What the session costs must be covered by the donation in {@code request}. */
    Creation<T> create(SessionRequest request);

    /** The client of {@code session} donated more. */
    default void upgraded(T session, RamQuota ram, CapQuota caps) {}

    /** The session ended: free everything that was paid from its donation. It cannot be called any more. */
    default void closed(T session) {}

    /**
     * A session request as the server sees it.
     *
     * @param label who asks: the path of the client as its parents vouch for it, then what the client calls the session
     * @param parameters parameters of the service
     * @param ram RAM donated
     * @param caps capabilities donated
     */
    record SessionRequest(Label label, Parameters parameters, RamQuota ram, CapQuota caps) {}

    /** What a server makes of a session request. */
    sealed interface Creation<T> {
        /** The session is served by {@code object}. */
        record Created<T>(T object) implements Creation<T> {}

        /** No such session for this client; the reason reaches it. */
        record Denied<T>(String reason) implements Creation<T> {}

        /** The donation of RAM is too small. */
        record InsufficientRam<T>() implements Creation<T> {}

        /** The donation of capabilities is too small. */
        record InsufficientCaps<T>() implements Creation<T> {}
    }
}
