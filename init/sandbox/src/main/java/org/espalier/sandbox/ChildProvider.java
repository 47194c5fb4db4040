package org.espalier.sandbox;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.espalier.base.Capability;
import org.espalier.base.LayoutMismatch;
import org.espalier.base.Parent;
import org.espalier.base.ServerAnswer;
import org.espalier.base.ServerRequest;
import org.espalier.base.SessionState;
import org.espalier.base.SignalContext;

/**
 * A child in its part as a server: what it announced, the requests that it has not fetched, the sessions that it serves.
 */
final class ChildProvider implements Provider {
    private final Sandbox sandbox;
    private final Child server;
    private final Map<String, Long> announced = new HashMap<>();
    private final ArrayDeque<Item> queue = new ArrayDeque<>();
    private final Map<Integer, Session> sessions = new LinkedHashMap<>();
    /** Sessions of services that the child has not announced yet. */
    private final Set<Session> waiting = new LinkedHashSet<>();

    private Capability<SignalContext> wakeUp = Capability.none();
    private int lastId;

    private record Item(Session session, ServerRequest request) {}

    ChildProvider(Sandbox sandbox, Child server) {
        this.sandbox = sandbox;
        this.server = server;
    }

    /** Notes that the child now offers {@code service}, and asks it for the sessions that waited for that. */
    void announce(String service, long layout) {
        announced.put(service, layout);
        waiting.stream()
                .filter(session -> session.arguments.service().equals(service))
                .toList()
                .forEach(session -> ifItWaits(session, () -> open(session)));
    }

    /** Takes the session out of those that wait, unless what became of another one has closed it. */
    private void ifItWaits(Session session, Runnable next) {
        if (waiting.remove(session)) {
            next.run();
        }
    }

    boolean hasAnnounced(String service) {
        return announced.containsKey(service);
    }

    void setWakeUp(Capability<SignalContext> context) {
        wakeUp.release();
        wakeUp = context;
        wakeUp();
    }

    private void wakeUp() {
        if (!queue.isEmpty()) {
            sandbox.submit(wakeUp);
        }
    }

    /** Why the child serves nobody, for people. */
    String absence() {
        return "The server, child ‘" + server + "’, "
                + switch (server.phase) {
                    case EXITED -> "has exited.";
                    case FAULTED -> "has faulted.";
                    case NOT_STARTED -> "was not started.";
                    case INCOMPLETE, RUNNING -> "does not answer.";
                };
    }

    @Override
    public void open(Session session) {
        switch (server.phase) {
            case EXITED, FAULTED, NOT_STARTED -> {
                sandbox.denied(session, absence());
                return;
            }
            case INCOMPLETE, RUNNING -> {}
        }
        Long layout = announced.get(session.arguments.service());
        if (layout == null) {
            session.phase = Session.Phase.WAITING;
            waiting.add(session);
            return;
        }
        if (layout != Parent.ANY_LAYOUT && layout != session.arguments.layout()) {
            sandbox.denied(
                    session, LayoutMismatch.message(session.arguments.service(), session.arguments.layout(), layout));
            return;
        }
        if (!sandbox.trade().give(server, Amounts.of(session.ram, session.caps))) {
            sandbox.denied(session, "The server could not be given the donation.");
            return;
        }
        session.withServer = true;
        session.phase = Session.Phase.REQUESTED;
        session.serverId = ++lastId;
        sessions.put(session.serverId, session);
        enqueue(new Item(session, new ServerRequest.Create(session.serverId, session.arguments)));
    }

    private void enqueue(Item item) {
        item.session().queued++;
        queue.add(item);
        wakeUp();
    }

    @Override
    public void raise(Session session) {
        if (server.phase == Child.Phase.RUNNING
                && sandbox.trade().give(server, Amounts.of(session.raisedRam, session.raisedCaps))) {
            enqueue(new Item(
                    session, new ServerRequest.Upgrade(session.serverId, session.raisedRam, session.raisedCaps)));
        } else {
            sandbox.notRaised(session);
        }
    }

    @Override
    public void close(Session session) {
        if (server.phase != Child.Phase.RUNNING) {
            // It serves nobody any more and will not answer; what it has spent it owes until it is gone.
            end(session);
            sandbox.closed(session);
            return;
        }
        requestClose(session);
    }

    private void requestClose(Session session) {
        if (!session.closeRequested) {
            session.closeRequested = true;
            enqueue(new Item(session, new ServerRequest.Close(session.serverId)));
        }
    }

    @Override
    public boolean withdraw(Session session) {
        if (waiting.remove(session)) {
            return true;
        }
        if (session.fetched) {
            // It may itself wait for somebody, and need not any longer.
            requestClose(session);
            return false;
        }
        forget(session);
        return true;
    }

    /** The next request, for the server to take. */
    ServerRequest next() {
        Item item = queue.poll();
        if (item == null) {
            return new ServerRequest.None();
        }
        item.session().fetched = true;
        item.session().queued--;
        return item.request();
    }

    /** Takes the server's answer; whatever does not fit the state of the session is ignored. */
    void answered(int id, ServerAnswer answer) {
        Session session = sessions.get(id);
        if (session == null || !session.fetched) {
            releaseIfCreated(answer);
            return;
        }
        switch (answer) {
            case ServerAnswer.Created created -> {
                if (session.phase == Session.Phase.REQUESTED
                        && created.session().isValid()) {
                    sandbox.opened(session, created.session());
                } else {
                    created.session().release();
                }
            }
            case ServerAnswer.Denied denied -> {
                if (session.phase == Session.Phase.REQUESTED) {
                    forget(session);
                    sandbox.denied(session, denied.reason());
                }
            }
            case ServerAnswer.InsufficientRam() -> refuse(session, new SessionState.InsufficientRam());
            case ServerAnswer.InsufficientCaps() -> refuse(session, new SessionState.InsufficientCaps());
            case ServerAnswer.Upgraded() -> {
                if (session.phase == Session.Phase.UPGRADING) {
                    sandbox.raised(session);
                }
            }
            case ServerAnswer.Closed() -> {
                // A server may also close what nobody wants closed; before it has opened it, it denies.
                if (session.phase != Session.Phase.REQUESTED || session.closeWanted) {
                    end(session);
                    sandbox.closed(session);
                }
            }
        }
    }

    private static void releaseIfCreated(ServerAnswer answer) {
        if (answer instanceof ServerAnswer.Created created) {
            created.session().release();
        }
    }

    private void refuse(Session session, SessionState outcome) {
        if (session.phase == Session.Phase.REQUESTED) {
            forget(session);
            sandbox.refused(session, outcome);
        }
    }

    private void end(Session session) {
        forget(session);
        session.capability.release();
        session.capability = Capability.none();
    }

    private void forget(Session session) {
        sessions.remove(session.serverId);
        if (session.queued > 0) {
            queue.removeIf(item -> item.session() == session);
            session.queued = 0;
        }
    }

    /** The sessions that it serves or is asked for. */
    List<Session> sessionList() {
        return List.copyOf(sessions.values());
    }

    /** The children that have sessions here, or want to. */
    List<Child> clients() {
        return Stream.concat(sessions.values().stream(), waiting.stream())
                .map(Session::child)
                .filter(Objects::nonNull)
                .toList();
    }

    Child server() {
        return server;
    }

    /** Denies the sessions that wait for a service which will not be announced. */
    void giveUp(String reason) {
        List.copyOf(waiting).forEach(session -> ifItWaits(session, () -> sandbox.denied(session, reason)));
    }

    /** Takes the sessions that wait for an answer which will not come. Their donations are still with the server. */
    List<Session> unanswered() {
        List<Session> left =
                sessions.values().stream().filter(Session::isPending).toList();
        left.forEach(this::end);
        queue.clear();
        return left;
    }

    /**
     * The server is gone and its account is closed, so what was donated is the host's to give back.
     *
     * @return the sessions that it served or was asked for
     */
    List<Session> abandon() {
        List<Session> orphans = List.copyOf(sessions.values());
        for (Session session : orphans) {
            session.withServer = false;
            end(session);
        }
        queue.clear();
        wakeUp.release();
        wakeUp = Capability.none();
        return orphans;
    }
}
