package org.espalier.sandbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.Failure;
import org.espalier.base.Parent;
import org.espalier.base.Pd;
import org.espalier.base.PdRpc;
import org.espalier.base.Quotas;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.ServerAnswer;
import org.espalier.base.ServerRequest;
import org.espalier.base.SessionArguments;
import org.espalier.base.SessionState;
import org.espalier.base.SignalContext;
import org.espalier.base.YieldRequest;
import org.espalier.config.Node;
import org.jspecify.annotations.Nullable;

/**
 * One child: its environment, the sessions that it opened, and its half of the parent protocol. Confined to the sandbox's
 * entrypoint; the child reaches it through the {@link Parent} capability alone, and every argument is its word only.
 */
final class Child implements Parent, Client {
    /** Session number of the program's ROM module, which the child does not know. */
    static final int BINARY = -4;

    /** Where a child is in its life. */
    enum Phase {
        /** Sessions of its environment are missing. */
        INCOMPLETE,
        RUNNING,
        EXITED,
        FAULTED,
        NOT_STARTED
    }

    private static final Node NO_CONFIG = Node.named("config").build();

    private final Sandbox sandbox;
    /** Counts the starts of all children; a child that was not started keeps its number when it is tried again. */
    final int id;

    final ChildProvider provider;
    /** Sessions of the child's own configuration. */
    final Set<ConfigRom> configRoms = new LinkedHashSet<>();

    Node config;
    private final Map<Integer, Session> sessions = new LinkedHashMap<>();
    ChildSpec spec;
    Phase phase = Phase.INCOMPLETE;
    /** With which it exited, when it has. */
    int exitValue;

    Pd pd = PdRpc.TYPE.stub(Capability.none());
    Capability<Pd> pdCapability = Capability.none();
    Capability<Dataspace> binary = Capability.none();
    Capability<Parent> parentCapability = Capability.none();
    Capability<SignalContext> faultSignal = Capability.none();

    private final List<Capability<SignalContext>> sessionSignals = new ArrayList<>();
    private final List<Capability<SignalContext>> resourceSignals = new ArrayList<>();
    private Capability<SignalContext> heartbeatSignal = Capability.none();
    private Capability<SignalContext> yieldSignal = Capability.none();

    private boolean owesSignOfLife;
    private int skippedHeartbeats;

    @Nullable Wish wish;

    final Balance balance = new Balance();
    final Denials denials;
    /** Whether it was given its quota, or what there was of it. */
    boolean isEndowed;
    /** The request of its environment that was denied, for which it is not started. */
    @Nullable SessionArguments missing;

    /** Resources that the child asked for and did not get. */
    record Wish(RamQuota ram, CapQuota caps) {}

    Child(Sandbox sandbox, ChildSpec spec, int id) {
        this.sandbox = sandbox;
        this.id = id;
        this.spec = spec;
        this.provider = new ChildProvider(sandbox, this);
        this.denials = new Denials(spec.name());
        this.config = spec.config().orElse(NO_CONFIG);
    }

    /** Hands the child a new configuration, if it says something else than the former. */
    void configure(Node newConfig) {
        boolean changed = !config.sameContent(newConfig);
        config = newConfig;
        if (changed) {
            configRoms.forEach(ConfigRom::announceChange);
        }
    }

    /** Takes over what a new configuration says; what of it needs more than that is the sandbox's to do. */
    void become(ChildSpec newSpec) {
        if (isEndowed) {
            balance.quotaChanged(spec.quota(), newSpec.quota());
        }
        spec = newSpec;
        newSpec.config().ifPresent(this::configure);
    }

    /** What it has, nothing without a protection domain. */
    Quotas quotas() {
        return pdCapability.isValid() ? pd.quotas().orElse(Quotas.NONE) : Quotas.NONE;
    }

    /** What of its quota it got. */
    Amounts assigned() {
        return isEndowed ? spec.quota().minus(balance.lacking()) : Amounts.NOTHING;
    }

    /** The sessions of the child as a client, as they are now. */
    List<Session> sessionList() {
        return List.copyOf(sessions.values());
    }

    @Nullable Session session(int id) {
        return sessions.get(id);
    }

    void add(Session session) {
        sessions.put(session.id, session);
    }

    void remove(Session session) {
        sessions.remove(session.id);
    }

    // ---- the parent protocol

    @Override
    public Result<Done> exit(int value) {
        sandbox.exited(this, value);
        return Result.done();
    }

    @Override
    public Result<SessionState> open(int id, SessionArguments arguments) {
        if (id <= 0 || sessions.containsKey(id)) {
            return Result.failed(Failure.INVALID_ARGUMENT);
        }
        Session session = sandbox.request(this, id, arguments);
        return Result.ok(seen(session));
    }

    /** The state for the client; a session that is over is forgotten once this was told. */
    private SessionState seen(Session session) {
        if (session.phase == Session.Phase.ENDED && !session.isEnvironment()) {
            sessions.remove(session.id);
            sandbox.forgotten(session);
        }
        session.seenPending = session.isPending();
        return session.state();
    }

    @Override
    public Result<SessionState> state(int id) {
        Session session = sessions.get(id);
        return session == null || session.id == BINARY
                ? Result.failed(Failure.INVALID_ARGUMENT)
                : Result.ok(seen(session));
    }

    @Override
    public Result<Capability<?>> capability(int id) {
        Session session = sessions.get(id);
        if (session == null || session.id == BINARY || session.phase != Session.Phase.OPEN) {
            return Result.failed(Failure.INVALID_ARGUMENT);
        }
        session.handedOut = true;
        return Result.ok(session.capability);
    }

    @Override
    public Result<Done> sessionSignal(Capability<SignalContext> context) {
        return named(sessionSignals, SESSION_SIGNALS, context);
    }

    /** Keeps a signal context that the child has named, up to {@code limit} of them. */
    private static Result<Done> named(
            List<Capability<SignalContext>> signals, int limit, Capability<SignalContext> context) {
        if (signals.size() == limit) {
            context.release();
            return Result.failed(Failure.DENIED);
        }
        signals.add(context);
        return Result.done();
    }

    /** The child is told if it knows the session as pending. */
    @Override
    public void progressed(Session session) {
        if (session.seenPending) {
            session.seenPending = false;
            sessionSignals.forEach(sandbox::submit);
        }
    }

    @Override
    public Result<SessionState> upgrade(int id, RamQuota ram, CapQuota caps) {
        Session session = sessions.get(id);
        if (session == null || session.isEnvironment() || session.phase != Session.Phase.OPEN) {
            return Result.failed(Failure.INVALID_ARGUMENT);
        }
        SessionState refusal = sandbox.raise(this, session, ram, caps);
        return Result.ok(refusal == null ? seen(session) : refusal);
    }

    @Override
    public Result<SessionState> close(int id) {
        Session session = sessions.get(id);
        if (session == null) {
            return Result.failed(Failure.INVALID_ARGUMENT);
        }
        if (session.isEnvironment()) {
            return Result.failed(Failure.DENIED);
        }
        sandbox.close(session);
        return Result.ok(seen(session));
    }

    @Override
    public Result<Done> announce(String service, long layout) {
        return sandbox.announced(this, service, layout) ? Result.done() : Result.failed(Failure.DENIED);
    }

    @Override
    public Result<Done> requestSignal(Capability<SignalContext> context) {
        provider.setWakeUp(context);
        return Result.done();
    }

    @Override
    public Result<ServerRequest> nextRequest() {
        return Result.ok(provider.next());
    }

    @Override
    public Result<Done> answer(int id, ServerAnswer answer) {
        provider.answered(id, answer);
        return Result.done();
    }

    @Override
    public Result<Done> resourceSignal(Capability<SignalContext> context) {
        return named(resourceSignals, RESOURCE_SIGNALS, context);
    }

    @Override
    public Result<Boolean> requestResources(RamQuota ram, CapQuota caps) {
        return Result.ok(sandbox.trade().wished(this, new Wish(ram, caps)));
    }

    /** The wish came true. */
    void granted() {
        resourceSignals.forEach(sandbox::submit);
    }

    @Override
    public Result<Done> yieldSignal(Capability<SignalContext> context) {
        yieldSignal.release();
        yieldSignal = context;
        return Result.done();
    }

    /** Whether the child has said that it frees resources on request. */
    boolean hearsYields() {
        return yieldSignal.isValid() && phase == Phase.RUNNING;
    }

    /** Asks the child to free resources for somebody else; it may, and it may not. */
    void askBack(Amounts amounts) {
        balance.ask(amounts);
        askAgain();
    }

    /** Asks for what is still wanted. */
    void askAgain() {
        if (!balance.wanted().equals(Amounts.NOTHING)) {
            sandbox.submit(yieldSignal);
        }
    }

    @Override
    public Result<YieldRequest> yieldRequest() {
        Amounts wanted = balance.wanted();
        return Result.ok(new YieldRequest(wanted.ramQuota(), wanted.capQuota()));
    }

    @Override
    public Result<Done> yielded(RamQuota ram, CapQuota caps) {
        sandbox.trade().yielded(this, Amounts.of(ram, caps));
        return Result.done();
    }

    @Override
    public Result<Done> heartbeatSignal(Capability<SignalContext> context) {
        heartbeatSignal.release();
        heartbeatSignal = context;
        return Result.done();
    }

    @Override
    public Result<Done> alive() {
        owesSignOfLife = false;
        skippedHeartbeats = 0;
        return Result.done();
    }

    /** Asks for a sign of life, and counts that the last one did not come. */
    void beat() {
        skippedHeartbeats += owesSignOfLife ? 1 : 0;
        owesSignOfLife = true;
        sandbox.submit(heartbeatSignal);
    }

    /** Signs of life in a row that did not come. */
    int skippedHeartbeats() {
        return skippedHeartbeats;
    }

    /** Drops what the child gave its parent; the sessions are the sandbox's to end. */
    void releaseSignals() {
        sessionSignals.forEach(Capability::release);
        sessionSignals.clear();
        resourceSignals.forEach(Capability::release);
        resourceSignals.clear();
        yieldSignal.release();
        yieldSignal = Capability.none();
        heartbeatSignal.release();
        heartbeatSignal = Capability.none();
    }

    @Override
    public String toString() {
        return spec.name();
    }
}
