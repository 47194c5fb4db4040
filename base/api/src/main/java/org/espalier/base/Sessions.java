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

    private final Parent parent;
    private final SessionNews news;
    private final Set<Integer> open = new HashSet<>();
    private int lastId;

    Sessions(ComponentKernel kernel, Parent parent) {
        this.parent = parent;
        this.news = new SessionNews(kernel, parent);
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
            if (state instanceof SessionState.Open) {
                return opened(id, type);
            }
            forgotten(id);
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
                case SessionState.Open(), SessionState.Pending() ->
                    throw new IllegalStateException("A session that was waited for and is not open is over: " + state);
            }
        }
        return new Connect.Denied<>("The server of " + type.name() + " wants more than " + ram + " of RAM and " + caps
                + " capabilities for one session.");
    }

    private static <T> Connect<T> ended(RpcType<T> type) {
        return new Connect.Denied<>("The server of " + type.name() + " ended before it answered.");
    }

    private <T> Connect<T> opened(int id, RpcType<T> type) {
        return switch (parent.capability(id)) {
            case Result.Ok<Capability<?>>(Capability<?> session) -> {
                Capability<T> capability = Capability.cast(session);
                yield new Connect.Connected<>(new Connection<>(this, id, capability, type.stub(capability)));
            }
            case Result.Failed<Capability<?>>(Failure failure) -> {
                close(id, Capability.none());
                yield failure == Failure.OUT_OF_CAPS
                        ? new Connect.OutOfCaps<>(new CapQuota(1), CapQuota.ZERO)
                        : ended(type);
            }
        };
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
        SessionState state = stateOf(parent.open(id, arguments));
        if (!(state instanceof SessionState.Pending || state instanceof SessionState.Open)) {
            forgotten(id);
        }
        return new Opening(id, state);
    }

    /** Has {@code context} signalled whenever a session that was seen pending is so no longer. */
    public Result<Done> tell(Capability<SignalContext> context) {
        return parent.sessionSignal(context);
    }

    /** Looks at a session. */
    public SessionState state(int id) {
        return stateOf(parent.state(id));
    }

    /** The capability of an open session; the caller releases it. */
    public Result<Capability<?>> capability(int id) {
        return parent.capability(id);
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

    private static SessionState refused(Failure failure) {
        return failure == Failure.OUT_OF_CAPS
                ? new SessionState.OutOfCaps(new CapQuota(1), CapQuota.ZERO)
                : new SessionState.Denied("The parent did not take the session request: " + failure);
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
        return switch (news.listen()) {
            case Result.Ok<Done> ok -> {
                long heard = news.heard();
                yield settled(id, stateOf(parent.open(id, arguments)), heard);
            }
            case Result.Failed<Done>(Failure failure) -> refused(failure);
        };
    }

    /**
     * Waits until the state of a session is no longer pending.
     *
     * @param heard what had been heard before the session was in the state {@code first}
     */
    private SessionState settled(int id, SessionState first, long heard) {
        SessionState state = first;
        long before = heard;
        while (state instanceof SessionState.Pending) {
            before = news.awaitAfter(before);
            state = state(id);
        }
        return state;
    }

    boolean upgrade(int id, RamQuota ram, CapQuota caps) {
        long heard = news.heard();
        return settled(id, raise(id, ram, caps), heard) instanceof SessionState.Open;
    }

    void close(int id, Capability<?> capability) {
        if (!forget(id)) {
            return;
        }
        long heard = news.heard();
        settled(id, close(id), heard);
        capability.release();
    }
}
