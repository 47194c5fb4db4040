package org.espalier.base;

import java.util.HashMap;
import java.util.Map;

/**
 * The server side of sessions: fetches requests from the parent, lets the roots decide, keeps what belongs to a session
 * together until it ends. Confined to the entrypoint, except for {@link #announce}.
 */
final class Services {
    private final Parent parent;
    private final Entrypoint entrypoint;
    private final Map<String, Service<?>> services = new HashMap<>();
    private final Map<Integer, Session<?>> sessions = new HashMap<>();
    private final Map<String, SessionBroker> brokers = new HashMap<>();
    private final Map<Integer, Brokered> brokered = new HashMap<>();
    private boolean listening;

    Services(Parent parent, Entrypoint entrypoint) {
        this.parent = parent;
        this.entrypoint = entrypoint;
    }

    synchronized <T> Result<Done> announce(RpcType<T> type, Root<T> root) {
        return listen().then(done -> {
            services.put(type.name(), new Service<>(type, root, entrypoint));
            return parent.announce(type.name(), type.layout());
        });
    }

    synchronized Result<Done> announce(String service, long layout, SessionBroker broker) {
        return listen().then(done -> {
            brokers.put(service, broker);
            return parent.announce(service, layout);
        });
    }

    private Result<Done> listen() {
        Result<Done> listens =
                listening ? Result.done() : entrypoint.handler(count -> serve()).then(parent::requestSignal);
        listening = listens.isOk();
        return listens;
    }

    private synchronized void serve() {
        while (parent.nextRequest() instanceof Result.Ok<ServerRequest>(ServerRequest request)) {
            switch (request) {
                case ServerRequest.None() -> {
                    return;
                }
                case ServerRequest.Create(int id, SessionArguments arguments) -> create(id, arguments);
                case ServerRequest.Upgrade(int id, RamQuota ram, CapQuota caps) -> upgrade(id, ram, caps);
                case ServerRequest.Close(int id) -> close(id);
            }
        }
    }

    private record Brokered(SessionBroker broker, SessionBroker.Served session) {}

    private SessionBroker.Served served(int id) {
        return new SessionBroker.Served(parent, id, () -> brokered.remove(id));
    }

    private void upgrade(int id, RamQuota ram, CapQuota caps) {
        Brokered foreign = brokered.get(id);
        if (foreign != null) {
            foreign.broker().upgrade(foreign.session(), ram, caps);
            return;
        }
        Session<?> session = sessions.get(id);
        if (session != null) {
            session.upgrade(ram, caps);
        }
        parent.answer(id, new ServerAnswer.Upgraded());
    }

    private void close(int id) {
        Brokered foreign = brokered.remove(id);
        if (foreign != null) {
            foreign.broker().close(foreign.session());
            return;
        }
        Session<?> session = sessions.remove(id);
        if (session != null) {
            session.close();
        }
        parent.answer(id, new ServerAnswer.Closed());
    }

    private void create(int id, SessionArguments arguments) {
        SessionBroker broker = brokers.get(arguments.service());
        if (broker != null) {
            Brokered foreign = new Brokered(broker, served(id));
            brokered.put(id, foreign);
            broker.create(foreign.session(), arguments);
            return;
        }
        Service<?> service = services.get(arguments.service());
        if (service == null) {
            parent.answer(id, new ServerAnswer.Denied("Service ‘" + arguments.service() + "’ is not offered here."));
            return;
        }
        if (arguments.layout() != service.type().layout()) {
            parent.answer(
                    id,
                    new ServerAnswer.Denied(LayoutMismatch.message(
                            arguments.service(),
                            arguments.layout(),
                            service.type().layout())));
            return;
        }
        switch (service.create(arguments)) {
            case Attempt.Opened(Session<?> session) -> {
                sessions.put(id, session);
                if (!parent.answer(id, new ServerAnswer.Created(session.capability()))
                        .isOk()) {
                    sessions.remove(id);
                    session.close();
                    // Parent could not take the capability: say so without one, so that the client is not left waiting.
                    parent.answer(id, new ServerAnswer.InsufficientCaps());
                }
            }
            case Attempt.Refused(ServerAnswer answer) -> served(id).answer(answer);
        }
    }

    private sealed interface Attempt {
        record Opened(Session<?> session) implements Attempt {}

        record Refused(ServerAnswer answer) implements Attempt {}
    }

    private record Service<T>(RpcType<T> type, Root<T> root, Entrypoint entrypoint) {
        Attempt create(SessionArguments arguments) {
            Root.Creation<T> creation = root.create(new Root.SessionRequest(
                    new Label(arguments.label()),
                    Parameters.parse(arguments.parameters()),
                    arguments.ram(),
                    arguments.caps()));
            return switch (creation) {
                case Root.Creation.Created<T>(T object) -> manage(object);
                case Root.Creation.Denied<T>(String reason) -> new Attempt.Refused(new ServerAnswer.Denied(reason));
                case Root.Creation.InsufficientRam<T>() -> new Attempt.Refused(new ServerAnswer.InsufficientRam());
                case Root.Creation.InsufficientCaps<T>() -> new Attempt.Refused(new ServerAnswer.InsufficientCaps());
            };
        }

        private Attempt manage(T object) {
            return switch (entrypoint.manage(type, object)) {
                case Result.Ok<Capability<T>>(Capability<T> capability) ->
                    new Attempt.Opened(new Session<>(this, object, capability));
                case Result.Failed<Capability<T>>(Failure failure) -> {
                    root.closed(object);
                    yield new Attempt.Refused(new ServerAnswer.InsufficientCaps());
                }
            };
        }
    }

    private record Session<T>(Service<T> service, T object, Capability<T> capability) {
        void upgrade(RamQuota ram, CapQuota caps) {
            service.root().upgraded(object, ram, caps);
        }

        void close() {
            service.entrypoint().dissolve(capability);
            service.root().closed(object);
        }
    }
}
