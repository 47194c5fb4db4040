package org.espalier.sandbox;

import org.espalier.base.LayoutMismatch;
import org.espalier.base.ServerAnswer;
import org.espalier.base.SessionState;

/** Serves sessions of a service that the host offers itself. */
final class LocalProvider implements Provider {
    private final Sandbox sandbox;
    private final LocalService service;

    LocalProvider(Sandbox sandbox, LocalService service) {
        this.sandbox = sandbox;
        this.service = service;
    }

    @Override
    public void open(Session session) {
        if (session.arguments.layout() != service.layout()) {
            sandbox.denied(
                    session, LayoutMismatch.message(service.name(), session.arguments.layout(), service.layout()));
            return;
        }
        session.phase = Session.Phase.REQUESTED;
        service.create(session.arguments, answer -> answered(session, answer));
    }

    private void answered(Session session, ServerAnswer answer) {
        switch (answer) {
            case ServerAnswer.Created created -> sandbox.opened(session, created.session());
            case ServerAnswer.Denied denied -> sandbox.denied(session, denied.reason());
            case ServerAnswer.InsufficientRam() -> sandbox.refused(session, new SessionState.InsufficientRam());
            case ServerAnswer.InsufficientCaps() -> sandbox.refused(session, new SessionState.InsufficientCaps());
            case ServerAnswer.Upgraded(), ServerAnswer.Closed() ->
                throw new IllegalStateException("A local service answered " + answer + " to a request to create.");
        }
    }

    @Override
    public void raise(Session session) {
        service.upgrade(session.capability, session.raisedRam, session.raisedCaps);
        sandbox.raised(session);
    }

    @Override
    public void close(Session session) {
        service.close(session.capability, () -> sandbox.closed(session));
    }

    @Override
    public boolean withdraw(Session session) {
        return false;
    }
}
