package org.espalier.base;

/**
 * An open session and what it takes to end it. Owned by the component that opened it; thread-safe.
 *
 * @param <T> the RPC interface of the service
 */
public final class Connection<T> implements AutoCloseable {
    private final Sessions sessions;
    private final int id;
    private final Capability<T> capability;
    private final T session;

    Connection(Sessions sessions, int id, Capability<T> capability, T session) {
        this.sessions = sessions;
        this.id = id;
        this.capability = capability;
        this.session = session;
    }

    /** The session. */
    public T session() {
        return session;
    }

    /** The capability of the session, to be passed on. */
    public Capability<T> capability() {
        return capability;
    }

    /** Adds to the donation. False when the component does not have that much, or the session is gone. */
    public boolean upgrade(RamQuota ram, CapQuota caps) {
        return sessions.upgrade(id, ram, caps);
    }

    /** Closes the session; its donation comes back, unless the server withholds it. Closing twice does nothing. */
    @Override
    public void close() {
        sessions.close(id, capability);
    }
}
