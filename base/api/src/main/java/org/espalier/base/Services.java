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
    private boolean listening;

    Services(Parent parent, Entrypoint entrypoint) {
        this.parent = parent;
        this.entrypoint = entrypoint;
    }

    synchronized <T> Result<Done> announce(RpcType<T> type, Root<T> root) {
        if (!listening) {
            Result<Done> listens = entrypoint.handler(count -> serve()).then(parent::requestSignal);
            if (!listens.isOk()) {
                return listens;
            }
            listening = true;
        }
        services.put(type.name(), new Service<>(type, root, entrypoint));
        return parent.announce(type.name(), type.layout());
    }

    private synchronized void serve() {
        while (parent.nextRequest() instanceof Result.Ok<ServerRequest>(ServerRequest request)) {
            switch (request) {
                case ServerRequest.None() -> {
                    return;
                }
                case ServerRequest.Create(int id, SessionArguments arguments) -> create(id, arguments);
                case ServerRequest.Upgrade(int id, RamQuota ram, CapQuota caps) -> {
                    Session<?> session = sessions.get(id);
                    if (session != null) {
                        session.upgrade(ram, caps);
                    }
                    parent.answer(id, new ServerAnswer.Upgraded());
                }
                case ServerRequest.Close(int id) -> {
                    Session<?> session = sessions.remove(id);
                    if (session != null) {
                        session.close();
                    }
                    parent.answer(id, new ServerAnswer.Closed());
                }
            }
        }
    }

    private void create(int id, SessionArguments arguments) {
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
            case Attempt.Refused(ServerAnswer answer) -> parent.answer(id, answer);
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
