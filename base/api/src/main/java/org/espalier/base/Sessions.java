package org.espalier.base;

import java.util.HashSet;
import java.util.Set;
import org.espalier.base.spi.ComponentKernel;

/**
 * The client side of sessions: numbers them, waits for them, raises donations, closes them. Most components use {@link
 * Env#connect}; what does not wait is for those who pass on the requests of others. Thread-safe.
 */
public final class Sessions {
    /** How often a donation is raised before a server that always wants more counts as refusing. */
    private static final int MAX_ATTEMPTS = 10;

    private static final RamQuota RAM_STEP = new RamQuota(RamQuota.PAGE);
    private static final CapQuota CAP_STEP = new CapQuota(4);

    private final ComponentKernel kernel;
    private final Parent parent;
    private final Set<Integer> open = new HashSet<>();
    private int lastId;

    Sessions(ComponentKernel kernel, Parent parent) {
        this.kernel = kernel;
        this.parent = parent;
    }

    <T> Connect<T> connect(RpcType<T> type, SessionOptions options) {
        RamQuota ram = options.ram();
        CapQuota caps = options.caps();
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            int id = newId();
            SessionState state = request(
                    id,
                    new SessionArguments(
                            type.name(), options.label(), options.parameters().toString(), ram, caps, type.layout()));
            if (state instanceof SessionState.Open(Capability<?> session)) {
                Capability<T> capability = Capability.cast(session);
                return new Connect.Connected<>(new Connection<>(this, id, capability, type.stub(capability)));
            }
            forget(id);
            switch (state) {
                case SessionState.InsufficientRam() -> ram = new RamQuota(Math.max(RAM_STEP.bytes(), ram.bytes() * 2));
                case SessionState.InsufficientCaps() -> caps = new CapQuota(caps.count() + CAP_STEP.count());
                case SessionState.Denied(String reason) -> {
                    return new Connect.Denied<>(reason);
                }
                case SessionState.OutOfRam(RamQuota needed, RamQuota available) -> {
                    return new Connect.OutOfRam<>(needed, available);
                }
                case SessionState.OutOfCaps(CapQuota needed, CapQuota available) -> {
                    return new Connect.OutOfCaps<>(needed, available);
                }
                case SessionState.Closed closed -> {
                    return ended(type);
                }
                case SessionState.Withheld withheld -> {
                    return ended(type);
                }
                case SessionState.Open(Capability<?> session) ->
                    throw new IllegalStateException("An open session was handled above.");
                case SessionState.Pending() ->
                    throw new IllegalStateException("A session request that was waited for cannot be pending.");
            }
        }
        return new Connect.Denied<>("The server of " + type.name() + " wants more than " + ram + " of RAM and " + caps
                + " capabilities for one session.");
    }

    private static <T> Connect<T> ended(RpcType<T> type) {
        return new Connect.Denied<>("The server of " + type.name() + " ended before it answered.");
    }

    /**
     * A request on its way.
     *
     * @param id the number of the session from now on, until {@link #close(int)}
     * @param state its first state
     */
    public record Opening(int id, SessionState state) {}

    /** Requests a session and does not wait. */
    public Opening open(SessionArguments arguments) {
        int id = newId();
        SessionState state = switch (parent.open(id, arguments)) {
            case Result.Ok<SessionState>(SessionState first) -> first;
            case Result.Failed<SessionState>(Failure failure) -> refused(failure);
        };
        if (!(state instanceof SessionState.Pending || state instanceof SessionState.Open)) {
            forget(id);
        }
        return new Opening(id, state);
    }

    /** Looks at a session and has {@code progress} signalled once its state is no longer pending. */
    public SessionState watch(int id, Capability<SignalContext> progress) {
        return stateOf(parent.watch(id, progress));
    }

    /** Looks at a session. */
    public SessionState state(int id) {
        return stateOf(parent.state(id));
    }

    /** Adds to the donation of a session and does not wait. */
    public SessionState raise(int id, RamQuota ram, CapQuota caps) {
        return stateOf(parent.upgrade(id, ram, caps));
    }

    /** Closes a session, or withdraws its request, and does not wait. The number stays taken until {@link #forgotten}. */
    public SessionState close(int id) {
        return stateOf(parent.close(id));
    }

    /** The number of a session that is closed, or was refused, may be used again. */
    public void forgotten(int id) {
        forget(id);
    }

    private static SessionState stateOf(Result<SessionState> result) {
        return switch (result) {
            case Result.Ok<SessionState>(SessionState state) -> state;
            case Result.Failed<SessionState>(Failure failure) -> refused(failure);
        };
    }

    private synchronized int newId() {
        // Numbers are not used again before all others were, so that a late answer meets nobody.
        do {
            lastId = lastId == Integer.MAX_VALUE ? 1 : lastId + 1;
        } while (!open.add(lastId));
        return lastId;
    }

    private synchronized boolean forget(int id) {
        return open.remove(id);
    }

    private SessionState request(int id, SessionArguments arguments) {
        return switch (parent.open(id, arguments)) {
            case Result.Ok<SessionState>(SessionState state) -> settled(id, state);
            case Result.Failed<SessionState>(Failure failure) -> refused(failure);
        };
    }

    private static SessionState refused(Failure failure) {
        return failure == Failure.OUT_OF_CAPS
                ? new SessionState.OutOfCaps(new CapQuota(1), CapQuota.ZERO)
                : new SessionState.Denied("The parent did not take the session request: " + failure);
    }

    /** Waits until the state of session {@code id} is no longer pending. */
    private SessionState settled(int id, SessionState first) {
        if (!(first instanceof SessionState.Pending)) {
            return first;
        }
        int context = kernel.createSignalContext(0, 0);
        if (context <= 0) {
            parent.close(id);
            return new SessionState.OutOfCaps(new CapQuota(1), CapQuota.ZERO);
        }
        try {
            Result<SessionState> watched = parent.watch(id, Capability.at(kernel, context));
            while (watched instanceof Result.Ok<SessionState>(SessionState.Pending())) {
                kernel.awaitSignal(context);
                watched = parent.state(id);
            }
            return switch (watched) {
                case Result.Ok<SessionState>(SessionState state) -> state;
                case Result.Failed<SessionState>(Failure failure) -> {
                    parent.close(id);
                    yield refused(failure);
                }
            };
        } finally {
            kernel.dissolve(context);
        }
    }

    boolean upgrade(int id, RamQuota ram, CapQuota caps) {
        return switch (parent.upgrade(id, ram, caps)) {
            case Result.Ok<SessionState>(SessionState state) ->
                switch (settled(id, state)) {
                    case SessionState.Open(Capability<?> session) -> {
                        session.release();
                        yield true;
                    }
                    case SessionState other -> false;
                };
            case Result.Failed<SessionState> failed -> false;
        };
    }

    void close(int id, Capability<?> capability) {
        if (!forget(id)) {
            return;
        }
        if (parent.close(id) instanceof Result.Ok<SessionState>(SessionState state)) {
            settled(id, state);
        }
        capability.release();
    }
}
