package org.espalier.sandbox;

import java.util.HashMap;
import java.util.Map;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Entrypoint;
import org.espalier.base.Failure;
import org.espalier.base.Label;
import org.espalier.base.Parameters;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.base.RpcType;
import org.espalier.base.ServerAnswer;
import org.espalier.base.SessionArguments;

/**
 * A service that the host offers as a root: it decides at once, and the sessions are served by {@code ep}. Where {@code ep} is not
 * the sandbox's own, the root must be thread-safe where its sessions are: requests come in the sandbox's entrypoint, calls in {@code
 * ep}.
 *
 * @param <T> the RPC interface
 */
public final class RootService<T> implements LocalService {
    private final RpcType<T> type;
    private final Entrypoint ep;
    private final Root<T> root;
    private final long sessionCaps;
    private final Map<Integer, T> sessions = new HashMap<>();

    /**
     * @param sessionCaps capabilities of the host's that one session may take, its own object included
     */
    public RootService(RpcType<T> type, Entrypoint ep, long sessionCaps, Root<T> root) {
        this.type = type;
        this.ep = ep;
        this.root = root;
        this.sessionCaps = sessionCaps;
    }

    @Override
    public String name() {
        return type.name();
    }

    @Override
    public long layout() {
        return type.layout();
    }

    @Override
    public void create(SessionArguments arguments, Request request) {
        request.answer(answer(arguments));
    }

    private ServerAnswer answer(SessionArguments arguments) {
        if (arguments.caps().count() < sessionCaps) {
            return new ServerAnswer.InsufficientCaps();
        }
        Root.Creation<T> creation = root.create(new Root.SessionRequest(
                new Label(arguments.label()),
                Parameters.parse(arguments.parameters()),
                arguments.ram(),
                arguments.caps()));
        return switch (creation) {
            case Root.Creation.Created<T>(T object) -> manage(object);
            case Root.Creation.Denied<T>(String reason) -> new ServerAnswer.Denied(reason);
            case Root.Creation.InsufficientRam<T>() -> new ServerAnswer.InsufficientRam();
            case Root.Creation.InsufficientCaps<T>() -> new ServerAnswer.InsufficientCaps();
        };
    }

    private ServerAnswer manage(T object) {
        return switch (ep.manage(type, object)) {
            case Result.Ok<Capability<T>>(Capability<T> capability) -> {
                sessions.put(capability.index(), object);
                yield new ServerAnswer.Created(capability);
            }
            case Result.Failed<Capability<T>>(Failure failure) -> {
                root.closed(object);
                yield new ServerAnswer.InsufficientCaps();
            }
        };
    }

    @Override
    public void upgrade(Capability<?> session, RamQuota ram, CapQuota caps) {
        T object = sessions.get(session.index());
        if (object != null) {
            root.upgraded(object, ram, caps);
        }
    }

    @Override
    public void close(Capability<?> session, Runnable closed) {
        T object = sessions.remove(session.index());
        ep.dissolve(session);
        if (object != null) {
            root.closed(object);
        }
        closed.run();
    }
}
