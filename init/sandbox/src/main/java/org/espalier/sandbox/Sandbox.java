package org.espalier.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.CpuRpc;
import org.espalier.base.Dataspace;
import org.espalier.base.Failure;
import org.espalier.base.Label;
import org.espalier.base.Limits;
import org.espalier.base.LogSessionRpc;
import org.espalier.base.Message;
import org.espalier.base.Owed;
import org.espalier.base.Parameters;
import org.espalier.base.ParentRpc;
import org.espalier.base.PdRpc;
import org.espalier.base.Placement;
import org.espalier.base.Quotas;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.RomRpc;
import org.espalier.base.RpcType;
import org.espalier.base.SessionArguments;
import org.espalier.base.SessionState;
import org.espalier.base.SignalContext;
import org.espalier.base.Start;
import org.espalier.base.Transfer;
import org.espalier.config.Node;
import org.espalier.config.Position;
import org.jspecify.annotations.Nullable;

/**
 * A parent at work: keeps its children as {@link #apply} says, routes their session requests, moves quota with them, and ends
 * what must end. Never waits for a child, and never trusts one.
 *
 * <p>Owned by the component that hosts it and confined to the entrypoint of its {@link SandboxEnv}.
 */
public final class Sandbox {
    /** Capabilities that the host keeps for each child: its parent object, its environment, the signals that it names. */
    private static final long CHILD_CAPS = 16;

    private static final Owed NOTHING_OWED = new Owed(RamQuota.ZERO, CapQuota.ZERO);
    private static final CapQuota SESSION_FEE = new CapQuota(1);
    private static final int MAX_ENVIRONMENT_ATTEMPTS = 12;
    /** What a message has room for beside the numbers of a request. */
    private static final int MAX_REQUEST_BYTES = Message.MAX_BYTES - 64;

    private static final SessionState TOO_LARGE =
            new SessionState.Denied("Service, label and parameters of a session" + " request have at most "
                    + MAX_REQUEST_BYTES + " bytes together, with the names of its parents in front.");

    private final SandboxEnv env;
    private final Listener listener;
    private final Trade trade;
    private final Map<String, LocalProvider> localProviders = new HashMap<>();
    private final Map<String, Child> children = new LinkedHashMap<>();
    private final Optional<ParentProvider> parentProvider;
    private final Router router = new Router(this::parentProvides, new Siblings());
    private final Optional<Forwarding> forwarding;
    private final Starts starts;
    private Set<String> parentProvides = Set.of();
    private int lastId;

    /**
     * A sandbox without children.
     *
     * @param trading what it does by itself when somebody asks for resources
     */
    public Sandbox(SandboxEnv env, Listener listener, Trading trading) {
        this.env = env;
        this.listener = listener;
        this.starts = new Starts(env.ep(), this::begin, this::allBegun);
        this.trade = new Trade(env, listener, children.values(), starts, trading);
        this.parentProvider = env.component().map(component -> new ParentProvider(this, component.sessions()));
        this.forwarding = env.component().map(component -> new Forwarding(this, router, component));
    }

    Trade trade() {
        return trade;
    }

    SandboxEnv env() {
        return env;
    }

    void submit(Capability<SignalContext> context) {
        env.ep().submitOnLeave(context);
    }

    /** Offers a service of the host to children whose routes lead to the parent. */
    public void offer(LocalService service) {
        localProviders.put(service.name(), new LocalProvider(this, service));
    }

    /**
     * Offers these services to the host's parent, and has children serve them. Sessions and requests follow with the next {@link #apply}.
     */
    public void forward(List<ForwardedService> services) {
        forwarding.ifPresent(offers -> offers.set(services));
    }

    /**
     * Makes the children those of {@code specs}, with the least disturbance. Who is gone ends. Who has another {@link
     * ChildSpec#version} or place starts anew, and so does whoever uses a session that the new routes would lead elsewhere, or one of
     * somebody who starts anew or ends. Quotas and configurations change in place. Everybody else is left alone, and those that
     * could not be started are tried again.
     *
     * @param provides services of the parent that routes may lead to
     */
    public void apply(Set<String> provides, List<ChildSpec> specs) {
        parentProvides = Set.copyOf(provides);
        Map<String, ChildSpec> wanted = new LinkedHashMap<>();
        specs.forEach(spec -> wanted.putIfAbsent(spec.name(), spec));
        Map<String, Child> former = new HashMap<>(children);
        Set<Child> ending = new LinkedHashSet<>();
        for (Child child : former.values()) {
            ChildSpec spec = wanted.get(child.spec.name());
            if (spec == null || child.phase == Child.Phase.NOT_STARTED || child.spec.startsAnewAs(spec)) {
                ending.add(child);
            }
            if (spec != null) {
                child.become(spec);
            }
        }
        children.keySet().retainAll(wanted.keySet());
        children.values().stream().filter(this::isRerouted).forEach(ending::add);
        endWithDependents(ending);
        arrange(wanted.values(), former, ending);
    }

    /** Whether the child uses a session that its routes would lead elsewhere by now. */
    private boolean isRerouted(Child child) {
        return child.sessionList().stream().anyMatch(session -> isRerouted(child, session));
    }

    private boolean isRerouted(Child child, Session session) {
        if (session.phase == Session.Phase.ENDED || session.closeWanted) {
            return false;
        }
        String label = session.id == Child.BINARY ? child.spec.binary() : session.requestedLabel;
        boolean ownConfig = isOwnConfig(child, session, label);
        if (ownConfig || session.isOwnConfig) {
            return ownConfig != session.isOwnConfig;
        }
        String absolute = absolute(child, session, label);
        return switch (decide(child, session, new Label(label), new Label(absolute))) {
            case Router.Decision.ToParent(String rewritten, Rule rule) ->
                leadsElsewhere(session, parent(session.arguments.service()), rewritten);
            case Router.Decision.ToChild(String name, String rewritten, Rule rule) ->
                leadsElsewhere(session, child(name), rewritten);
            case Router.Decision.Denied denied -> true;
        };
    }

    private static boolean leadsElsewhere(Session session, Provider provider, String label) {
        return provider != session.provider || !label.equals(session.arguments.label());
    }

    private Router.Decision decide(Child client, Session session, Label relative, Label absolute) {
        return router.decide(client.spec.name(), client.spec.routes(), session.arguments.service(), relative, absolute);
    }

    /** Ends these and all who use a session of one of them; adds the latter to {@code ending}. */
    private void endWithDependents(Set<Child> ending) {
        forwarding.ifPresent(Forwarding::review);
        ArrayDeque<Child> servers = new ArrayDeque<>(ending);
        while (!servers.isEmpty()) {
            for (Child client : servers.remove().provider.clients()) {
                if (ending.add(client)) {
                    servers.add(client);
                }
            }
        }
        ending.forEach(child -> child.phase = Child.Phase.NOT_STARTED);
        List.copyOf(ending).reversed().forEach(this::end);
    }

    /** Puts the children into the order of {@code specs}, with new ones for those that have ended, adjusts the others, and begins. */
    private void arrange(Collection<ChildSpec> specs, Map<String, Child> former, Set<Child> ended) {
        children.clear();
        List<Child> kept = new ArrayList<>();
        List<Child> fresh = new ArrayList<>();
        for (ChildSpec spec : specs) {
            Child child = former.get(spec.name());
            if (child == null || ended.contains(child)) {
                child = new Child(this, spec, child != null && !child.isEndowed ? child.id : ++lastId);
                fresh.add(child);
            } else if (child.isEndowed) {
                kept.add(child);
            }
            children.put(spec.name(), child);
        }
        kept.forEach(trade::takeExcess);
        kept.forEach(trade::giveLacking);
        starts.add(fresh);
        forwarding.ifPresent(Forwarding::resume);
        listener.changed();
    }

    /**
     * Asks every child that has a heartbeat for a sign of life, and does what its {@link ChildSpec.Heartbeat} says where the last
     * ones did not come. To be called at the rate of the heartbeat.
     */
    public void beat() {
        for (Child child : List.copyOf(children.values())) {
            if (child.phase == Child.Phase.RUNNING && child.spec.heartbeat().isPresent()) {
                child.beat();
                consider(child, child.spec.heartbeat().get());
            }
        }
    }

    private void consider(Child child, ChildSpec.Heartbeat heartbeat) {
        int skipped = child.skippedHeartbeats();
        if (skipped > 0) {
            listener.changed();
        }
        if (skipped == heartbeat.reportAfter()) {
            env.log().warning("child ‘" + child + "’ gives no sign of life: " + skipped + " heartbeats skipped");
            listener.silent(child.spec, skipped);
        }
        if (heartbeat.restartAfter() > 0 && skipped >= heartbeat.restartAfter()) {
            env.log().warning("child ‘" + child + "’ is started anew after " + skipped + " skipped heartbeats");
            restart(child);
        }
    }

    /** Starts a child anew, and with it all that use a session of it. */
    private void restart(Child child) {
        List<ChildSpec> specs =
                children.values().stream().map(each -> each.spec).toList();
        Map<String, Child> former = new HashMap<>(children);
        Set<Child> ending = new LinkedHashSet<>(List.of(child));
        endWithDependents(ending);
        arrange(specs, former, ending);
    }

    /**
     * Ends a child. Those who use its sessions are told that these are closed, and go on; {@link #apply} would start them anew.
     */
    public void destroy(String name) {
        Child child = children.remove(name);
        if (child != null) {
            end(child);
            listener.changed();
        }
    }

    /** Ends all children. */
    public void close() {
        List<Child> all = List.copyOf(children.values()).reversed();
        children.clear();
        all.forEach(this::end);
    }

    /** The children as they are, as {@code <state>} with {@code version} in it, unless that is empty. */
    public Node state(String version, StateDetail detail) {
        return new StateReport(detail).of(version, env.pd(), children.values());
    }

    /** Keeps so much for the host, beside what it works with, when children are given their quotas. */
    public void preserve(RamQuota ram, CapQuota caps) {
        trade.preserve(ram, caps);
    }

    /** Whether children that ask for resources get what the host does not use; else they wait until {@link #apply} raises them. */
    public void grantsWishes(boolean grants) {
        trade.grantsWishes(grants);
    }

    /** Asks a child to free resources; it decides whether it does. */
    public void askBack(String child, RamQuota ram, CapQuota caps) {
        Child asked = children.get(child);
        if (asked != null) {
            asked.askBack(Amounts.of(ram, caps));
        }
    }

    // ---- starting a child

    private void begin(Child child) {
        environment(child, Child.BINARY, RomRpc.TYPE, child.spec.binary(), 0);
        environment(child, org.espalier.base.Parent.LOG, LogSessionRpc.TYPE, "", 0);
        environment(child, org.espalier.base.Parent.CPU, CpuRpc.TYPE, "", 0);
        environment(child, org.espalier.base.Parent.PD, PdRpc.TYPE, "", 0);
    }

    private void allBegun() {
        trade.cameFree();
        listener.changed();
    }

    /** Requests a session of the child's environment on its behalf, paid by the host out of what the child is to get. */
    private void environment(Child child, int id, RpcType<?> type, String label, int attempt) {
        if (child.phase != Child.Phase.INCOMPLETE) {
            return;
        }
        RamQuota ram = new RamQuota(attempt == 0 ? 0 : RamQuota.PAGE << Math.min(attempt - 1, 20));
        CapQuota caps = new CapQuota(2L + 2L * attempt);
        boolean asksForTrust = id == org.espalier.base.Parent.PD && child.spec.trusted();
        Parameters asked = Trust.add(Parameters.NONE, asksForTrust);
        String parameters = parameters(child, type.name(), asked.toString());
        Session session = new Session(
                child,
                id,
                label,
                new SessionArguments(type.name(), label, parameters, ram, caps, type.layout()),
                ram,
                caps);
        session.attempt = attempt;
        child.add(session);
        Quotas own = env.pd().quotas().orThrow("Asking for the host's own quota");
        if (own.ramAvailable().bytes() < ram.bytes() || own.capsAvailable().count() < caps.count()) {
            fail(
                    child,
                    "the host has " + own.ramAvailable() + " of RAM and " + own.capsAvailable()
                            + " capabilities left, and the " + type.name() + " session of its environment takes " + ram
                            + " and "
                            + caps);
            return;
        }
        route(child, session, label);
    }

    private void environmentOpened(Session session) {
        Child child = session.child();
        if (child == null || child.phase != Child.Phase.INCOMPLETE) {
            return;
        }
        if (session.id == org.espalier.base.Parent.PD) {
            child.pdCapability = Capability.cast(session.capability);
            child.pd = PdRpc.TYPE.stub(child.pdCapability);
        }
        for (int id : new int[] {
            Child.BINARY, org.espalier.base.Parent.LOG, org.espalier.base.Parent.CPU, org.espalier.base.Parent.PD
        }) {
            Session other = child.session(id);
            if (other == null || other.phase != Session.Phase.OPEN) {
                return;
            }
        }
        launch(child);
    }

    private void environmentRefused(Session session, SessionState outcome) {
        Child child = session.child();
        if (child == null) {
            return;
        }
        child.remove(session);
        if (child.phase != Child.Phase.INCOMPLETE) {
            return;
        }
        boolean raises =
                outcome instanceof SessionState.InsufficientRam || outcome instanceof SessionState.InsufficientCaps;
        if (raises && session.attempt + 1 < MAX_ENVIRONMENT_ATTEMPTS) {
            RpcType<?> type = switch (session.id) {
                case Child.BINARY -> RomRpc.TYPE;
                case org.espalier.base.Parent.LOG -> LogSessionRpc.TYPE;
                case org.espalier.base.Parent.CPU -> CpuRpc.TYPE;
                default -> PdRpc.TYPE;
            };
            String label = session.id == Child.BINARY ? child.spec.binary() : "";
            environment(child, session.id, type, label, session.attempt + 1);
            return;
        }
        child.missing = session.arguments;
        String reason = oneLine(outcome instanceof SessionState.Denied(String text) ? text : outcome.toString());
        fail(
                child,
                session.id == Child.BINARY
                        ? "its binary ‘" + child.spec.binary() + "’ is not available: " + reason
                        : "the " + session.arguments.service() + " session of its environment was refused: " + reason);
    }

    /** What a child said, for the host's own log: a line end in it would begin a line in the name of the host. */
    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    private void fail(Child child, String reason) {
        child.phase = Child.Phase.NOT_STARTED;
        env.log().warning(place(child) + "child ‘" + child + "’ is not started: " + reason);
        dismantle(child);
        listener.notStarted(child.spec, reason);
        listener.changed();
    }

    private void launch(Child child) {
        Session rom = child.session(Child.BINARY);
        if (rom == null || !prepare(child)) {
            fail(child, "the host has no capabilities left for it");
            return;
        }
        Result<Capability<Dataspace>> content = RomRpc.TYPE
                .stub(Capability.<org.espalier.base.Rom>cast(rom.capability))
                .dataspace();
        child.binary = content.orElse(Capability.none());
        if (!child.binary.isValid()) {
            fail(child, "its binary ‘" + child.spec.binary() + "’ has no content");
            return;
        }
        child.pd.referenceAccount(env.pdCapability());
        String shortage = endow(child);
        if (shortage != null) {
            fail(child, shortage);
            return;
        }
        child.phase = Child.Phase.RUNNING;
        Result<Start> started = child.pd.start(child.binary, child.parentCapability, child.faultSignal);
        switch (started) {
            case Result.Ok<Start>(Start.Started()) -> {
                // One that a program makes, not a configuration, is that program's own business.
                if (child.spec.trusted() && !child.spec.position().equals(Position.GENERATED)) {
                    env.log().warning("child ‘" + child + "’ is trusted: its byte code is not verified");
                }
            }
            case Result.Ok<Start>(Start.NotRunnable(String reason)) ->
                fail(child, "its binary ‘" + child.spec.binary() + "’ cannot run: " + reason);
            case Result.Ok<Start>(Start.OutOfQuota(String reason)) -> fail(child, reason);
            case Result.Ok<Start>(Start.AlreadyStarted()) -> fail(child, "its protection domain was started before");
            case Result.Failed<Start>(Failure failure) -> fail(child, "starting it failed: " + failure);
        }
    }

    /** Makes the objects through which the child reaches its parent; false when the host is out of capabilities. */
    private boolean prepare(Child child) {
        child.parentCapability = env.ep().manage(ParentRpc.TYPE, child).orElse(Capability.none());
        child.faultSignal = env.ep().handler(count -> faulted(child)).orElse(Capability.none());
        return child.parentCapability.isValid() && child.faultSignal.isValid();
    }

    /**
     * Gives the child its quota, less what its environment took. What is not there is named and not given: then the child gets
     * the rest that the host and the children still to come leave over.
     *
     * @return why the quota cannot do; {@code null} when it was given
     */
    private @Nullable String endow(Child child) {
        long ram = child.spec.ram().bytes();
        long caps = child.spec.caps().count() - CHILD_CAPS;
        for (Session session : child.sessionList()) {
            ram -= session.ram.bytes();
            caps -= session.caps.count();
        }
        if (ram < 0 || caps < 0) {
            return "its quota of " + child.spec.ram() + " of RAM and " + child.spec.caps()
                    + " capabilities does not cover its environment, which takes "
                    + new RamQuota(child.spec.ram().bytes() - ram) + " and "
                    + (child.spec.caps().count() - caps);
        }
        Quotas own = env.pd().quotas().orThrow("Asking for the host's own quota");
        if (ram > own.ramAvailable().bytes()) {
            long missing = ram;
            ram = Math.max(0, own.ramAvailable().bytes() - claimedRam(child, own)) & -RamQuota.PAGE;
            child.balance.withheld(new Amounts(missing - ram, 0));
            env.log()
                    .warning(child.spec.position() + ": child ‘" + child + "’ is to have " + child.spec.ram()
                            + " of RAM, and " + new RamQuota(ram) + " is available and given to it");
        }
        if (caps > own.capsAvailable().count()) {
            long missing = caps;
            caps = Math.max(0, own.capsAvailable().count() - claimedCaps(child, own));
            child.balance.withheld(new Amounts(0, missing - caps));
            env.log()
                    .warning(child.spec.position() + ": child ‘" + child + "’ is to have " + child.spec.caps()
                            + " capabilities, and " + caps + " are available and given to it");
        }
        child.isEndowed = trade.give(child, new Amounts(ram, caps));
        return child.isEndowed ? null : "the host could not give it its quota";
    }

    /** RAM that the host needs for itself and for the children that are still to start and claim no more than there is. */
    private long claimedRam(Child giant, Quotas own) {
        return trade.preservedRam()
                + children.values().stream()
                        .filter(child -> child != giant && child.phase == Child.Phase.INCOMPLETE)
                        .mapToLong(child -> child.spec.ram().bytes())
                        .filter(claim -> claim <= own.ramAvailable().bytes())
                        .sum();
    }

    /** The same for capabilities. */
    private long claimedCaps(Child giant, Quotas own) {
        return trade.preservedCaps()
                + children.values().stream()
                        .filter(child -> child != giant && child.phase == Child.Phase.INCOMPLETE)
                        .mapToLong(child -> child.spec.caps().count())
                        .filter(claim -> claim <= own.capsAvailable().count())
                        .sum();
    }

    // ---- quota

    /**
     * Gives back to the client what the host holds for it. A host that has spent it meanwhile owes it, as a server does.
     *
     * @return what is owed
     */
    private Owed refund(Session session, RamQuota ram, CapQuota caps) {
        Child donor = donor(session);
        return donor == null
                ? NOTHING_OWED
                : env.pd()
                        .reclaim(env.pdCapability(), donor.pdCapability, ram, caps)
                        .orElse(NOTHING_OWED);
    }

    /** Whose donation it is, when it is not the host's: of environments it is, and of sessions for the parent's clients. */
    private static @Nullable Child donor(Session session) {
        return session.isEnvironment() ? null : session.child();
    }

    // ---- session requests

    /** Takes a request of a child: checks it, takes the donation, finds the server, asks it. */
    Session request(Child client, int id, SessionArguments arguments) {
        RamQuota ram = arguments.ram();
        CapQuota caps = arguments.caps();
        boolean coversFee = caps.count() >= SESSION_FEE.count();
        CapQuota passed = new CapQuota(coversFee ? caps.count() - SESSION_FEE.count() : 0);
        String label = new Label(arguments.label()).under(client.spec.name()).text();
        SessionArguments scoped = new SessionArguments(
                arguments.service(),
                label,
                parameters(client, arguments.service(), arguments.parameters()),
                ram,
                passed,
                arguments.layout());
        Session session = new Session(client, id, arguments.label(), scoped, ram, passed);
        SessionState refusal = coversFee ? refusal(arguments, label) : new SessionState.InsufficientCaps();
        if (refusal == null) {
            refusal = withdraw(client, ram, caps);
        }
        if (refusal != null) {
            session.phase = Session.Phase.ENDED;
            session.outcome = refusal;
            return session;
        }
        session.fee = SESSION_FEE;
        client.add(session);
        route(client, session, arguments.label());
        listener.changed();
        return session;
    }

    /**
     * What a child asks for of processors, for threads or a domain, is a part of what it has itself, and no domain has wider limits than its
     * own. Whether a domain is trusted is for core to decide.
     */
    private static String parameters(Child client, String service, String asked) {
        if (service.equals(CpuRpc.TYPE.name())) {
            return Placement.of(Parameters.parse(asked))
                    .within(client.spec.placement())
                    .parameters()
                    .toString();
        }
        if (service.equals(PdRpc.TYPE.name())) {
            Parameters wanted = Parameters.parse(asked);
            Parameters limits = Limits.of(wanted).within(client.spec.limits()).parameters();
            Placement placement = Placement.of(wanted).within(client.spec.placement());
            return Trust.add(placement.addTo(limits), Trust.isAskedFor(wanted)).toString();
        }
        return asked;
    }

    private @Nullable SessionState refusal(SessionArguments arguments, String label) {
        if (!Label.isValid(label)) {
            return new SessionState.Denied("A session label has at most " + Label.MAX_LENGTH
                    + " characters with the names of its parents in front, and no control characters.");
        }
        if (arguments.service().isEmpty()
                || arguments.service().length() > SessionArguments.MAX_SERVICE
                || !Label.isValid(arguments.service())) {
            return new SessionState.Denied("A service name has 1 to " + SessionArguments.MAX_SERVICE
                    + " characters, none of them a control character.");
        }
        if (arguments.parameters().length() > SessionArguments.MAX_PARAMETERS) {
            return new SessionState.Denied(
                    "Session parameters have at most " + SessionArguments.MAX_PARAMETERS + " characters.");
        }
        return fits(arguments.withLabel(label)) ? null : TOO_LARGE;
    }

    /** Whether a server can be told of the request: one that does not fit its message would be lost on the way. */
    private static boolean fits(SessionArguments arguments) {
        int bytes = 0;
        for (String text : List.of(arguments.service(), arguments.label(), arguments.parameters())) {
            bytes += text.getBytes(StandardCharsets.UTF_8).length;
        }
        return bytes <= MAX_REQUEST_BYTES;
    }

    private @Nullable SessionState withdraw(Child client, RamQuota ram, CapQuota caps) {
        return switch (client.pd.transfer(env.pdCapability(), ram, caps)) {
            case Result.Ok<Transfer>(Transfer.Moved()) -> null;
            case Result.Ok<Transfer>(Transfer.OutOfRam(RamQuota needed, RamQuota available)) ->
                new SessionState.OutOfRam(needed, available);
            case Result.Ok<Transfer>(Transfer.OutOfCaps(CapQuota needed, CapQuota available)) ->
                new SessionState.OutOfCaps(needed, available);
            case Result.Ok<Transfer>(Transfer.NotRelated()) ->
                new SessionState.Denied("The client's account is none of this parent's.");
            case Result.Failed<Transfer>(Failure failure) ->
                new SessionState.Denied("The client's account cannot be reached: " + failure);
        };
    }

    /** Finds the provider by the client's routes and asks it. */
    private void route(Child client, Session session, String relativeLabel) {
        if (session.isEnvironment()) {
            session.arguments = session.arguments.withLabel(absolute(client, session, relativeLabel));
        }
        if (isOwnConfig(client, session, relativeLabel)) {
            session.isOwnConfig = true;
            serve(session, configProvider(client));
            return;
        }
        Label absolute = new Label(session.arguments.label());
        switch (decide(client, session, new Label(relativeLabel), absolute)) {
            case Router.Decision.ToParent(String label, Rule rule) -> {
                session.rule = rule;
                serve(session, parent(session.arguments.service()), label);
            }
            case Router.Decision.ToChild(String name, String label, Rule rule) -> {
                session.rule = rule;
                serve(session, child(name), label);
            }
            case Router.Decision.Denied denied ->
                denied(session, denied.position().orElse(client.spec.position()) + ": " + denied.reason());
        }
    }

    /** Asks a child for a session that is passed on. */
    void serve(Session session, String name, String label) {
        serve(session, child(name), label);
    }

    boolean isServedBy(Session session, String name) {
        return session.provider == child(name);
    }

    private void serve(Session session, Provider provider, String label) {
        session.arguments = session.arguments.withLabel(label);
        if (Label.isValid(label) && fits(session.arguments)) {
            serve(session, provider);
        } else {
            refused(session, TOO_LARGE);
        }
    }

    /** Whether it is about the ROM module that the child's start node holds. */
    private static boolean isOwnConfig(Child client, Session session, String label) {
        return client.spec.config().isPresent()
                && !session.isEnvironment()
                && session.arguments.service().equals(RomRpc.TYPE.name())
                && label.equals("config");
    }

    /** The label with its client in front; the program of a child is asked for by its own name. */
    private static String absolute(Child client, Session session, String label) {
        return session.id == Child.BINARY
                ? label
                : new Label(label).under(client.spec.name()).text();
    }

    private void serve(Session session, Provider provider) {
        session.provider = provider;
        provider.open(session);
    }

    private Provider configProvider(Child client) {
        return new LocalProvider(this, new ConfigService(this, client));
    }

    /** What the router is to know of the children at this moment. */
    private final class Siblings implements Router.Children {
        @Override
        public Optional<Set<String>> provides(String child) {
            return Optional.ofNullable(children.get(child)).map(known -> known.spec.provides());
        }

        @Override
        public List<String> providers(String service) {
            return children.values().stream()
                    .filter(child -> child.phase != Child.Phase.NOT_STARTED
                            && child.spec.provides().contains(service))
                    .map(Child::toString)
                    .toList();
        }
    }

    private boolean parentProvides(String service) {
        return parentProvides.contains(service) && (localProviders.containsKey(service) || parentProvider.isPresent());
    }

    private Provider parent(String service) {
        LocalProvider local = localProviders.get(service);
        return local != null ? local : parentProvider.orElseThrow();
    }

    private Provider child(String name) {
        Child server = children.get(name);
        if (server == null) {
            throw new IllegalStateException("Child ‘" + name + "’ was there when the request was routed.");
        }
        return server.provider;
    }

    // ---- what providers report

    /** Refuses a session for a reason that was found here, and says so once; the parent says its own reasons itself. */
    void denied(Session session, String reason) {
        // A server's words: they reach the log of its parent, and must not look like a line of somebody else.
        String plain = oneLine(reason);
        Child donor = donor(session);
        if (donor != null) {
            Rule rule = session.rule;
            donor.denials
                    .first("the " + session.arguments.service() + " session ‘" + session.arguments.label()
                            + "’ is denied: " + plain
                            + (rule == null || rule.position().equals(Position.GENERATED)
                                    ? ""
                                    : " (" + rule + " led there)"))
                    .ifPresent(env.log()::warning);
        }
        refused(session, new SessionState.Denied(plain));
    }

    /** The session is there. */
    void opened(Session session, Capability<?> capability) {
        session.capability = capability;
        session.phase = Session.Phase.OPEN;
        if (session.client == null || session.closeWanted) {
            beginClose(session);
        } else if (session.isEnvironment()) {
            environmentOpened(session);
        } else {
            progressed(session);
        }
    }

    /** The session will not be; the donation goes back. */
    void refused(Session session, SessionState outcome) {
        session.phase = Session.Phase.ENDED;
        session.outcome = session.closeWanted ? new SessionState.Closed() : outcome;
        settle(session);
        if (session.isEnvironment()) {
            environmentRefused(session, outcome);
        } else {
            progressed(session);
        }
    }

    void raised(Session session) {
        session.ram = new RamQuota(session.ram.bytes() + session.raisedRam.bytes());
        session.caps = new CapQuota(session.caps.count() + session.raisedCaps.count());
        backToOpen(session);
    }

    void notRaised(Session session) {
        refund(session, session.raisedRam, session.raisedCaps);
        backToOpen(session);
    }

    private void backToOpen(Session session) {
        session.raisedRam = RamQuota.ZERO;
        session.raisedCaps = CapQuota.ZERO;
        session.phase = Session.Phase.OPEN;
        if (session.client == null || session.closeWanted) {
            beginClose(session);
        } else {
            progressed(session);
        }
    }

    /** The server has closed the session. */
    void closed(Session session) {
        SessionState refusal = session.refusal;
        if (refusal != null) {
            refused(session, refusal);
            return;
        }
        session.phase = Session.Phase.ENDED;
        session.outcome = new SessionState.Closed();
        settle(session);
        over(session);
    }

    /** A session has ended without its client; a child that has not begun cannot begin without its environment. */
    private void over(Session session) {
        Child child = session.child();
        if (session.isEnvironment() && child != null && child.phase == Child.Phase.INCOMPLETE) {
            environmentRefused(
                    session,
                    session.outcome instanceof SessionState.Denied denied
                            ? denied
                            : new SessionState.Denied("The server closed it before the child began."));
        } else {
            progressed(session);
        }
    }

    /** The server has closed the session and still owes a part of the donation, which is no longer in the session's amounts. */
    void closedInDebt(Session session, RamQuota ram, CapQuota caps) {
        closed(session);
        session.outcome = new SessionState.Withheld(ram, caps);
    }

    /** Gives the donation back, from wherever it is; exactly once, as the session has ended. */
    private void settle(Session session) {
        Child donor = donor(session);
        // An upgrade that was not answered belongs to the donation as well.
        RamQuota ram = new RamQuota(session.ram.bytes() + session.raisedRam.bytes());
        CapQuota caps = new CapQuota(session.caps.count() + session.raisedCaps.count());
        Owed owed;
        if (session.withServer && session.provider instanceof ChildProvider provider) {
            session.withServer = false;
            owed = env.pd()
                    .reclaim(
                            provider.server().pdCapability,
                            donor == null ? env.pdCapability() : donor.pdCapability,
                            ram,
                            caps)
                    .orElse(NOTHING_OWED);
            if (!owed.equals(NOTHING_OWED)) {
                env.log()
                        .warning("child ‘" + provider.server() + "’ misbehaves: it has spent " + owed.ram()
                                + " of RAM and " + owed.caps()
                                + " capabilities of a session that is closed, and owes them");
            }
        } else {
            owed = refund(session, ram, caps);
        }
        if (!owed.equals(NOTHING_OWED)) {
            session.outcome = new SessionState.Withheld(owed.ram(), owed.caps());
        }
        trade.cameFree();
    }

    /** The client has seen how its session ended, and nothing of it is left here. */
    void forgotten(Session session) {
        CapQuota fee = session.fee;
        session.fee = CapQuota.ZERO;
        refund(session, RamQuota.ZERO, fee);
    }

    private void progressed(Session session) {
        listener.changed();
        Client client = session.client;
        if (client != null) {
            client.progressed(session);
        }
        if (client instanceof Child child
                && session.phase == Session.Phase.ENDED
                && session.closeWanted
                && session.isEnvironment()) {
            child.remove(session);
        }
    }

    // ---- upgrade and close

    /** Begins to raise the donation of an open session; why not, or {@code null}. */
    @Nullable SessionState raise(Child client, Session session, RamQuota ram, CapQuota caps) {
        SessionState refusal = withdraw(client, ram, caps);
        if (refusal != null) {
            return refusal;
        }
        raiseDonated(session, ram, caps);
        return null;
    }

    /** Passes on more for a session of the parent's client, which is in the host's account; false when it is not open. */
    boolean raise(Session session, RamQuota ram, CapQuota caps) {
        boolean isOpen = session.phase == Session.Phase.OPEN;
        if (isOpen) {
            raiseDonated(session, ram, caps);
        }
        return isOpen;
    }

    private void raiseDonated(Session session, RamQuota ram, CapQuota caps) {
        session.raisedRam = ram;
        session.raisedCaps = caps;
        session.phase = Session.Phase.UPGRADING;
        provider(session).raise(session);
    }

    private static Provider provider(Session session) {
        Provider provider = session.provider;
        if (provider == null) {
            throw new IllegalStateException("The " + session + " was asked of nobody, and so cannot be changed.");
        }
        return provider;
    }

    /** Brings a session to its end from wherever it is. */
    void close(Session session) {
        switch (session.phase) {
            case WAITING, REQUESTED -> {
                if (provider(session).withdraw(session)) {
                    end(session);
                } else {
                    session.closeWanted = true;
                }
            }
            case OPEN -> beginClose(session);
            case UPGRADING -> session.closeWanted = true;
            case CLOSING, ENDED -> {}
        }
    }

    private void end(Session session) {
        session.phase = Session.Phase.ENDED;
        session.outcome = new SessionState.Closed();
        settle(session);
        progressed(session);
    }

    private void beginClose(Session session) {
        session.phase = Session.Phase.CLOSING;
        session.closeWanted = true;
        provider(session).close(session);
    }

    // ---- children as servers

    /** Takes note of a service that a child announced; false if its start node does not say that it may. */
    boolean announced(Child server, String service, long layout) {
        if (!server.spec.provides().contains(service)) {
            env.log()
                    .warning(place(server) + "child ‘" + server + "’ announces service ‘" + oneLine(service)
                            + "’, which its start node does not declare");
            return false;
        }
        server.provider.announce(service, layout);
        listener.changed();
        return true;
    }

    /** Where a person wrote the child's start node, to begin a line with; nothing for one that a program made. */
    private static String place(Child child) {
        Position position = child.spec.position();
        return position.equals(Position.GENERATED) ? "" : position + ": ";
    }

    // ---- exit, faults, resources

    void exited(Child child, int value) {
        if (child.phase != Child.Phase.RUNNING) {
            return;
        }
        child.phase = Child.Phase.EXITED;
        child.exitValue = value;
        listener.changed();
        env.log().info("child ‘" + child + "’ exited with exit value " + value);
        retire(child);
        listener.exited(child.spec, value);
    }

    private void faulted(Child child) {
        if (child.phase == Child.Phase.RUNNING || child.phase == Child.Phase.EXITED) {
            child.phase = Child.Phase.FAULTED;
            listener.changed();
            String description = child.pd.fault().orElse("unknown");
            env.log().error("child ‘" + child + "’ faulted: " + description);
            retire(child);
            listener.faulted(child.spec, description);
        }
    }

    /** The child serves nobody any more, although it still holds its resources: whoever waits for it is told. */
    private void retire(Child server) {
        for (Session session : server.provider.unanswered()) {
            serverGone(session);
        }
        server.provider.giveUp(server.provider.absence());
    }

    // ---- the end of a child

    private void end(Child child) {
        child.phase = Child.Phase.NOT_STARTED;
        child.wish = null;
        dismantle(child);
        child.provider.giveUp("The server ended before it announced its service.");
        trade.cameFree();
    }

    /** Takes a child apart, from whatever state it is in; what it owned is the host's when this returns. */
    private void dismantle(Child child) {
        child.releaseSignals();
        Session pdSession = child.session(org.espalier.base.Parent.PD);
        // The domain goes first: from here on the child does nothing any more, and its account is the host's.
        if (pdSession != null) {
            close(pdSession);
        }
        child.pdCapability = Capability.none();
        child.pd = PdRpc.TYPE.stub(Capability.none());
        for (Session session : child.sessionList()) {
            session.client = null;
            close(session);
        }
        for (Session orphan : child.provider.abandon()) {
            serverGone(orphan);
        }
        child.binary.release();
        child.binary = Capability.none();
        env.ep().dissolve(child.parentCapability);
        env.ep().dissolve(child.faultSignal);
        child.parentCapability = Capability.none();
        child.faultSignal = Capability.none();
    }

    /** A session whose server has ended, or will never answer: over, and paid back. */
    private void serverGone(Session session) {
        boolean wasOpen = session.phase != Session.Phase.REQUESTED || session.closeWanted;
        session.phase = Session.Phase.ENDED;
        session.outcome =
                wasOpen ? new SessionState.Closed() : new SessionState.Denied("The server ended before it answered.");
        settle(session);
        over(session);
    }
}
