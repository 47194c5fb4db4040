package org.espalier.bench;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The floor of a session's life: the same hand-offs and the same entries in tables, written by hand for one client, one parent
 * and one server. The parent notes the session and moves the donation, the server makes an object and a slot for it, the client
 * gets a slot of its own; all of it is undone again.
 */
final class HandWrittenSession implements AutoCloseable {
    private static final int DONATION = 4;

    private final Map<Integer, Session> atParent = new HashMap<>();
    private final Map<Integer, Object> atServer = new HashMap<>();
    private final ArrayDeque<Session> requests = new ArrayDeque<>();
    private final @Nullable Object[] serverSlots = new Object[64];
    private final @Nullable Object[] parentSlots = new Object[64];
    private final @Nullable Object[] clientSlots = new Object[64];
    private final HandOff handOff;
    private long clientCaps = 100;
    private long serverCaps = 100;

    HandWrittenSession(ThreadFactory threads) {
        handOff = new HandOff(threads, this::serve);
    }

    private static final class Session {
        final int id;
        boolean open;
        boolean closing;

        Session(int id) {
            this.id = id;
        }
    }

    /** Opens and closes sessions, between the calling thread and the one that serves them. */
    void openAndClose(int count) {
        for (int i = 0; i < count; i++) {
            int id = i + 1;
            synchronized (this) {
                if (clientCaps < DONATION) {
                    throw new IllegalStateException("The client of the floor has spent its donations.");
                }
                clientCaps -= DONATION;
                serverCaps += DONATION;
                Session session = new Session(id);
                atParent.put(id, session);
                requests.add(session);
            }
            handOff.roundTrip();
            synchronized (this) {
                clientSlots[id & 63] = parentSlots[id & 63];
                Session session = atParent.get(id);
                if (session == null || !session.open) {
                    throw new IllegalStateException("A session of the floor did not open.");
                }
                session.closing = true;
                requests.add(session);
            }
            handOff.roundTrip();
            synchronized (this) {
                clientSlots[id & 63] = null;
                atParent.remove(id);
            }
        }
    }

    private synchronized void serve() {
        for (Session session = requests.poll(); session != null; session = requests.poll()) {
            int slot = session.id & 63;
            if (session.closing) {
                if (serverCaps < DONATION) {
                    throw new IllegalStateException("The server of the floor has spent a donation.");
                }
                atServer.remove(session.id);
                serverSlots[slot] = null;
                parentSlots[slot] = null;
                serverCaps -= DONATION;
                clientCaps += DONATION;
            } else {
                Object object = new Object();
                atServer.put(session.id, object);
                serverSlots[slot] = object;
                parentSlots[slot] = object;
                session.open = true;
            }
        }
    }

    @Override
    public void close() {
        handOff.close();
    }
}
