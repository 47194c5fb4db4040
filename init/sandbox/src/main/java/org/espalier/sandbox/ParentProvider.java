package org.espalier.sandbox;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Failure;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.SessionState;
import org.espalier.base.Sessions;
import org.espalier.base.SignalContext;

/** Passes requests on to the host's own parent and follows their progress there. */
final class ParentProvider implements Provider {
    private final Sandbox sandbox;
    private final Sessions parent;
    private final Capability<SignalContext> progress;
    private final Map<Integer, Session> pending = new HashMap<>();
    /** Whether the parent signals {@link #progress}. */
    private boolean told;

    ParentProvider(Sandbox sandbox, Sessions parent) {
        this.sandbox = sandbox;
        this.parent = parent;
        this.progress = sandbox.env()
                .ep()
                .handler(count -> List.copyOf(pending.values()).forEach(this::look))
                .orThrow("Creating the signal context for sessions at the parent");
    }

    @Override
    public void open(Session session) {
        session.phase = Session.Phase.REQUESTED;
        if (!told && parent.tell(progress) instanceof Result.Failed<Done>(Failure failure)) {
            sandbox.denied(session, "The parent does not tell of its progress: " + failure + ".");
            return;
        }
        told = true;
        Sessions.Opening opening = parent.open(session.arguments);
        session.serverId = opening.id();
        follow(session, opening.state());
    }

    @Override
    public void raise(Session session) {
        follow(session, parent.raise(session.serverId, session.raisedRam, session.raisedCaps));
    }

    @Override
    public void close(Session session) {
        session.capability.release();
        session.capability = Capability.none();
        follow(session, parent.close(session.serverId));
    }

    /** Withdraws it at the parent as well, or else it would stay with a server up there for as long as that likes. */
    @Override
    public boolean withdraw(Session session) {
        SessionState state = parent.close(session.serverId);
        if (state instanceof SessionState.Pending) {
            return false;
        }
        pending.remove(session.serverId);
        parent.forgotten(session.serverId);
        return true;
    }

    private void follow(Session session, SessionState state) {
        if (state instanceof SessionState.Pending) {
            pending.put(session.serverId, session);
        } else {
            settle(session, state);
        }
    }

    private void look(Session session) {
        settle(session, parent.state(session.serverId));
    }

    private void settle(Session session, SessionState state) {
        if (state instanceof SessionState.Pending) {
            return;
        }
        pending.remove(session.serverId);
        switch (session.phase) {
            case UPGRADING -> settleUpgrade(session, state);
            case CLOSING -> {
                parent.forgotten(session.serverId);
                if (state instanceof SessionState.Withheld(RamQuota ram, CapQuota caps)) {
                    session.ram = minus(session.ram, ram);
                    session.caps = minus(session.caps, caps);
                    sandbox.closedInDebt(session, ram, caps);
                } else {
                    sandbox.closed(session);
                }
            }
            case WAITING, REQUESTED, OPEN, ENDED -> settleOpening(session, state);
        }
    }

    private void settleOpening(Session session, SessionState state) {
        if (state instanceof SessionState.Open) {
            fetch(session);
            return;
        }
        parent.forgotten(session.serverId);
        sandbox.refused(
                session,
                switch (state) {
                    case SessionState.OutOfRam(RamQuota needed, RamQuota available) ->
                        new SessionState.InsufficientRam();
                    case SessionState.OutOfCaps(CapQuota needed, CapQuota available) ->
                        new SessionState.InsufficientCaps();
                    case SessionState.Closed closed -> new SessionState.Denied("The server ended before it answered.");
                    case SessionState.Withheld withheld ->
                        new SessionState.Denied("The server ended before it answered.");
                    default -> state;
                });
    }

    /** Takes the capability of a session that is open above, or closes it again when the host cannot pay for one. */
    private void fetch(Session session) {
        if (parent.capability(session.serverId) instanceof Result.Ok<Capability<?>>(Capability<?> capability)) {
            sandbox.opened(session, capability);
            return;
        }
        session.refusal = new SessionState.InsufficientCaps();
        session.phase = Session.Phase.CLOSING;
        follow(session, parent.close(session.serverId));
    }

    private void settleUpgrade(Session session, SessionState state) {
        if (state instanceof SessionState.Open) {
            sandbox.raised(session);
        } else {
            sandbox.notRaised(session);
        }
    }

    private static RamQuota minus(RamQuota all, RamQuota part) {
        return new RamQuota(Math.max(0, all.bytes() - part.bytes()));
    }

    private static CapQuota minus(CapQuota all, CapQuota part) {
        return new CapQuota(Math.max(0, all.count() - part.count()));
    }
}
