package org.espalier.sandbox;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.base.CapQuota;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.Parent;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.ServerAnswer;
import org.espalier.base.SessionArguments;
import org.espalier.base.SessionBroker;
import org.espalier.base.SessionState;
import org.jspecify.annotations.Nullable;

/**
 * Has children serve clients of the host's parent, as the {@link ForwardedService}s of the configuration say. A request whose child is
 * not there waits for it; one that no policy speaks of is denied. When the policies change, sessions that they would lead elsewhere
 * are closed. Confined to the sandbox's entrypoint.
 *
 * <p>What a client donates is in the host's account when its request comes, and has to be there again when its end is answered: the
 * parent takes it from there.
 */
final class Forwarding implements SessionBroker {
    /** What the host keeps of a donation for what it keeps of the session. */
    private static final CapQuota FEE = new CapQuota(1);

    private final Sandbox sandbox;
    private final Router router;
    private final Env host;
    private final Set<String> announced = new HashSet<>();
    private final Map<Served, Visitor> visitors = new LinkedHashMap<>();
    private Map<String, ForwardedService> services = Map.of();

    Forwarding(Sandbox sandbox, Router router, Env host) {
        this.sandbox = sandbox;
        this.router = router;
        this.host = host;
    }

    /** Passes on these services and no others; what that means for requests and sessions is up to the next {@link #review}. */
    void set(List<ForwardedService> wanted) {
        Map<String, ForwardedService> next = new HashMap<>();
        wanted.forEach(service -> next.put(service.name(), service));
        services = next;
        for (ForwardedService service : wanted) {
            if (!announced.contains(service.name())) {
                announce(service);
            }
        }
    }

    private void announce(ForwardedService service) {
        if (host.announce(service.name(), Parent.ANY_LAYOUT, this) instanceof Result.Failed<Done>(Failure failure)) {
            host.log().warning(service + " cannot be offered to the parent: " + failure);
        } else {
            announced.add(service.name());
        }
    }

    private Router.Forward route(SessionArguments arguments) {
        return router.forward(Optional.ofNullable(services.get(arguments.service())), arguments.label());
    }

    /** Takes back the requests that nobody has looked at yet, and closes the sessions that are led elsewhere now. */
    void review() {
        List.copyOf(visitors.values()).forEach(Visitor::review);
    }

    /** Asks for what waits. */
    void resume() {
        List.copyOf(visitors.values()).forEach(Visitor::resume);
    }

    @Override
    public void create(Served served, SessionArguments arguments) {
        Visitor visitor = new Visitor(served, arguments);
        visitors.put(served, visitor);
        visitor.resume();
    }

    @Override
    public void upgrade(Served served, RamQuota ram, CapQuota caps) {
        Visitor visitor = visitors.get(served);
        if (visitor != null) {
            visitor.raise(ram, caps);
        }
    }

    @Override
    public void close(Served served) {
        Visitor visitor = visitors.get(served);
        if (visitor != null) {
            visitor.close();
        }
    }

    /** A client from outside, with the one session that it is known by. */
    final class Visitor implements Client {
        private final Served served;
        private final SessionArguments asked;
        /** Its session with a child; {@code null} while it waits for one that is not there. */
        private @Nullable Session session;

        /** Whether the parent has the session. */
        private boolean handedOver;
        /** The parent has donated more and waits for an answer. */
        private boolean raising;
        /** The parent closes the session. */
        private boolean closing;
        /** The request is only taken back, to be made anew. */
        private boolean postponing;

        private Visitor(Served served, SessionArguments asked) {
            this.served = served;
            this.asked = asked;
        }

        void resume() {
            if (session != null) {
                return;
            }
            switch (route(asked)) {
                case Router.Forward.ToChild(String name, String label) -> open(name, label);
                case Router.Forward.Awaits awaits -> {}
                case Router.Forward.Denied(String reason) -> finish(new ServerAnswer.Denied(reason));
            }
        }

        private void open(String name, String label) {
            if (asked.caps().count() < FEE.count()) {
                finish(new ServerAnswer.InsufficientCaps());
                return;
            }
            CapQuota passed = new CapQuota(asked.caps().count() - FEE.count());
            SessionArguments arguments = new SessionArguments(
                    asked.service(), asked.label(), asked.parameters(), asked.ram(), passed, asked.layout());
            Session opening = new Session(this, Session.FORWARDED, asked.label(), arguments, asked.ram(), passed);
            session = opening;
            sandbox.serve(opening, name, label);
        }

        void review() {
            Session current = session;
            if (current == null || current.closeWanted) {
                return;
            }
            if (!handedOver) {
                postponing = !current.fetched;
                if (postponing) {
                    sandbox.close(current);
                }
            } else if (!(route(asked) instanceof Router.Forward.ToChild(String name, String label)
                    && sandbox.isServedBy(current, name)
                    && label.equals(current.arguments.label()))) {
                sandbox.close(current);
            }
        }

        void raise(RamQuota ram, CapQuota caps) {
            raising = true;
            if (session == null || !sandbox.raise(session, ram, caps)) {
                // The child is not told; the donation is here until the session is closed.
                raised();
            }
        }

        private void raised() {
            raising = false;
            served.answer(new ServerAnswer.Upgraded());
        }

        void close() {
            closing = true;
            if (session == null) {
                finish(new ServerAnswer.Closed());
            } else {
                sandbox.close(session);
            }
        }

        @Override
        public void progressed(Session progressed) {
            if (progressed.phase == Session.Phase.ENDED) {
                ended(progressed.outcome);
            } else if (!handedOver) {
                handOver(progressed);
            } else if (raising) {
                raised();
            }
        }

        private void handOver(Session open) {
            handedOver =
                    served.answer(new ServerAnswer.Created(open.capability)).isOk();
            open.handedOut = handedOver;
            if (!handedOver) {
                // The parent could not take the capability, and is told so when the child has closed the session.
                sandbox.close(open);
            }
        }

        private void ended(SessionState outcome) {
            session = null;
            if (postponing) {
                postponing = false;
                return;
            }
            if (handedOver || closing) {
                finish(new ServerAnswer.Closed());
                return;
            }
            finish(
                    switch (outcome) {
                        case SessionState.Denied(String reason) -> new ServerAnswer.Denied(reason);
                        case SessionState.InsufficientRam insufficient -> new ServerAnswer.InsufficientRam();
                        case SessionState.InsufficientCaps insufficient -> new ServerAnswer.InsufficientCaps();
                        case SessionState.OutOfRam out -> new ServerAnswer.InsufficientRam();
                        case SessionState.OutOfCaps out -> new ServerAnswer.InsufficientCaps();
                        // Closed although nobody has seen it open: it could not be handed over.
                        case SessionState.Closed closed -> new ServerAnswer.InsufficientCaps();
                        case SessionState.Withheld withheld -> new ServerAnswer.InsufficientCaps();
                        case SessionState.Pending pending -> throw over(outcome);
                        case SessionState.Open open -> throw over(outcome);
                    });
        }

        private IllegalStateException over(SessionState outcome) {
            return new IllegalStateException("A session that is over has the outcome " + outcome + ".");
        }

        private void finish(ServerAnswer answer) {
            visitors.remove(served);
            served.answer(answer);
        }
    }
}
