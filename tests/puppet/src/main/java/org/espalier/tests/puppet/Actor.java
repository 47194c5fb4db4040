package org.espalier.tests.puppet;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.espalier.base.Allocation;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.LogSessionRpc;
import org.espalier.base.Message;
import org.espalier.base.Parent;
import org.espalier.base.Quotas;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.ServerAnswer;
import org.espalier.base.ServerRequest;
import org.espalier.base.SessionArguments;
import org.espalier.base.SessionState;
import org.espalier.base.SignalContext;
import org.espalier.config.Position;
import org.espalier.sandbox.ChildSpec;
import org.espalier.sandbox.Listener;
import org.espalier.sandbox.Rewriting;
import org.espalier.sandbox.Rule;
import org.espalier.sandbox.Sandbox;
import org.espalier.sandbox.SandboxEnv;
import org.espalier.sandbox.Trading;
import org.jspecify.annotations.Nullable;

/** Does what it is told. Confined to the initial entrypoint. */
final class Actor implements Puppet {
    private static final Set<String> FROM_PARENT = Set.of("ROM", "LOG", "PD", "CPU", "Hub", "Token");
    private static final int SLOTS = 4;
    private static final int TOKEN_ECHO = 3;

    private final Env env;
    private final Parent parent;
    private final Map<Integer, Capability<?>> held = new HashMap<>();
    private final Map<Integer, ChildSpec> children = new TreeMap<>();
    private final Capability<SignalContext> bell;
    private final Capability<SignalContext> progress;
    private final Capability<SignalContext> requests;
    private Capability<Token> echo = Capability.none();
    private @Nullable Sandbox sandbox;
    private int lastNumber;
    private int rung;
    private int heard;

    Actor(Env env, Parent parent) {
        this.env = env;
        this.parent = parent;
        this.bell = env.ep().handler(count -> heard = rung).orThrow("Making a signal handler");
        this.progress = env.ep().handler(count -> {}).orThrow("Making a signal handler");
        this.requests = env.ep().handler(count -> {}).orThrow("Making a signal handler");
    }

    private static Result<Told> told(String kind, int value) {
        return Result.ok(new Told(kind, value));
    }

    private static Result<Told> told(Result<?> result) {
        return switch (result) {
            case Result.Ok<?> ok -> told("Ok", 0);
            case Result.Failed<?>(Failure failure) -> told(failure.name(), 0);
        };
    }

    private Capability<?> capability(int number) {
        return held.getOrDefault(number, Capability.none());
    }

    private Token token(int number) {
        return TokenRpc.TYPE.stub(Capability.cast(capability(number)));
    }

    /** Its number from now on; an own object that comes back has one already. */
    private int keep(Capability<?> capability) {
        if (!capability.isValid()) {
            return 0;
        }
        for (Map.Entry<Integer, Capability<?>> entry : held.entrySet()) {
            if (entry.getValue().equals(capability)) {
                return entry.getKey();
            }
        }
        held.put(++lastNumber, capability);
        return lastNumber;
    }

    @Override
    public Result<Integer> who() {
        return Result.ok(0);
    }

    @Override
    public Result<Quotas> quotas() {
        return env.pd().quotas();
    }

    // ---- as a host

    @Override
    public Result<Done> host(boolean grants) {
        sandbox = new Sandbox(SandboxEnv.of(env), Listener.NONE, grants ? Trading.FROM_SLACK : Trading.NOTHING);
        return Result.done();
    }

    @Override
    public Result<Done> start(int slot, long ram, long caps) {
        List<Rule> routes = Stream.concat(
                        Stream.concat(
                                Stream.iterate(0, k -> k + 1).limit(SLOTS).map(Actor::toChild),
                                Stream.iterate(0, k -> k + 1).limit(SLOTS).map(Actor::toParent)),
                        Stream.of(rule(Optional.empty(), "", new Rule.Target.ToParent(Rewriting.NONE))))
                .toList();
        children.put(
                slot,
                ChildSpec.of("c" + slot, "puppet", new RamQuota(ram), new CapQuota(caps))
                        .providing(Set.of(TokenRpc.TYPE.name()))
                        .routed(routes));
        return apply();
    }

    private Result<Done> apply() {
        if (sandbox == null) {
            return Result.failed(Failure.DENIED);
        }
        sandbox.apply(FROM_PARENT, List.copyOf(children.values()));
        return Result.done();
    }

    private static Rule toChild(int slot) {
        return rule(
                Optional.of(TokenRpc.TYPE.name()),
                "" + slot,
                new Rule.Target.ToChild(Position.GENERATED, "c" + slot, Rewriting.NONE));
    }

    private static Rule toParent(int slot) {
        return rule(
                Optional.of(TokenRpc.TYPE.name()),
                "up " + slot,
                new Rule.Target.ToParent(Rewriting.to(Optional.of("" + slot))));
    }

    private static Rule rule(Optional<String> service, String last, Rule.Target target) {
        Optional<String> label = last.isEmpty() ? Optional.empty() : Optional.of(last);
        return new Rule(
                Position.GENERATED,
                service,
                new Rule.Match(Optional.empty(), Optional.empty(), Optional.empty(), label, Optional.empty()),
                List.of(target));
    }

    @Override
    public Result<Done> kill(int slot) {
        children.remove(slot);
        if (sandbox != null) {
            sandbox.destroy("c" + slot);
        }
        return Result.done();
    }

    @Override
    public Result<Done> askBack(int slot, long ram, long caps) {
        if (sandbox != null) {
            sandbox.askBack("c" + slot, new RamQuota(ram), new CapQuota(caps));
        }
        return Result.done();
    }

    @Override
    public Result<Integer> ring() {
        rung++;
        env.submit(bell);
        return Result.ok(rung);
    }

    @Override
    public Result<Integer> rang() {
        return Result.ok(heard);
    }

    // ---- memory and capabilities

    @Override
    public Result<Told> alloc(long bytes) {
        Allocation allocation = env.ram().tryAlloc(bytes);
        return allocation instanceof Allocation.Allocated(var dataspace)
                ? told("Ok", keep(dataspace))
                : told(allocation.getClass().getSimpleName(), 0);
    }

    @Override
    public Result<Told> free(int number) {
        Capability<?> dataspace = capability(number);
        held.remove(number);
        Result<Done> freed = env.ram().free(Capability.cast(dataspace));
        dataspace.release();
        return told(freed);
    }

    @Override
    public Result<Told> make(int who) {
        Result<Capability<Token>> made = env.ep().manage(TokenRpc.TYPE, new Made(who));
        return made instanceof Result.Ok<Capability<Token>>(Capability<Token> token)
                ? told("Ok", keep(token))
                : told(made);
    }

    @Override
    public Result<Done> dissolve(int number) {
        env.ep().dissolve(capability(number));
        held.remove(number);
        return Result.done();
    }

    @Override
    public Result<Told> call(int number) {
        return answered(token(number).who());
    }

    private static Result<Told> answered(Result<Integer> who) {
        return who instanceof Result.Ok<Integer>(Integer answer) ? told("Ok", answer) : told(who);
    }

    @Override
    public Result<Told> give(int number, int what) {
        return told(token(number).take(capability(what)));
    }

    @Override
    public Result<Told> fetch(int number, int what) {
        Result<Capability<?>> fetched = token(number).fetch(what);
        return fetched instanceof Result.Ok<Capability<?>>(Capability<?> capability)
                ? told("Ok", keep(capability))
                : told(fetched);
    }

    @Override
    public Result<Done> release(int number) {
        capability(number).release();
        held.remove(number);
        return Result.done();
    }

    @Override
    public Result<Capability<?>> show(int number) {
        return Result.ok(capability(number));
    }

    @Override
    public Result<Done> echo(Capability<Token> newEcho) {
        echo = newEcho;
        return Result.done();
    }

    @Override
    public Result<Told> scan(int index) {
        Message message = echo.request(TOKEN_ECHO);
        message.putCapability(echo);
        message.setCaps(new int[] {index}, 1);
        if (!echo.call(message, 1)) {
            return told(Capability.failure(message));
        }
        Capability<Token> found = message.getCapability();
        TokenRpc.TYPE.stub(echo).drop();
        if (!found.isValid()) {
            return told("None", 0);
        }
        Result<Told> answer = answered(TokenRpc.TYPE.stub(found).who());
        found.release();
        return answer;
    }

    // ---- as a client

    private Result<Told> seen(Result<SessionState> result) {
        return switch (result) {
            case Result.Ok<SessionState>(SessionState state) ->
                told(state.getClass().getSimpleName(), 0);
            case Result.Failed<SessionState> failed -> told(failed);
        };
    }

    @Override
    public Result<Told> open(int id, String service, String label, long ram, long caps) {
        long layout = service.equals(TokenRpc.TYPE.name()) ? TokenRpc.TYPE.layout() : LogSessionRpc.TYPE.layout();
        return seen(parent.open(
                id, new SessionArguments(service, label, "", new RamQuota(ram), new CapQuota(caps), layout)));
    }

    @Override
    public Result<Told> state(int id) {
        return seen(parent.state(id));
    }

    @Override
    public Result<Told> take(int id) {
        return switch (parent.capability(id)) {
            case Result.Ok<Capability<?>>(Capability<?> session) -> told("Ok", keep(session));
            case Result.Failed<Capability<?>> failed -> told(failed);
        };
    }

    @Override
    public Result<Told> listen() {
        return told(parent.sessionSignal(progress));
    }

    @Override
    public Result<Told> upgrade(int id, long ram, long caps) {
        return seen(parent.upgrade(id, new RamQuota(ram), new CapQuota(caps)));
    }

    @Override
    public Result<Told> close(int id) {
        return seen(parent.close(id));
    }

    // ---- as a server

    @Override
    public Result<Told> announce() {
        Result<Done> signal = parent.requestSignal(requests);
        return told(signal.isOk() ? parent.announce(TokenRpc.TYPE.name(), TokenRpc.TYPE.layout()) : signal);
    }

    @Override
    public Result<Fetched> next() {
        return Result.ok(
                switch (parent.nextRequest()) {
                    case Result.Ok<ServerRequest>(ServerRequest.None()) -> new Fetched("None", 0, 0, 0);
                    case Result.Ok<ServerRequest>(ServerRequest.Create(int id, SessionArguments arguments)) ->
                        new Fetched(
                                "Create",
                                id,
                                arguments.ram().bytes(),
                                arguments.caps().count());
                    case Result.Ok<ServerRequest>(ServerRequest.Upgrade(int id, RamQuota ram, CapQuota caps)) ->
                        new Fetched("Upgrade", id, ram.bytes(), caps.count());
                    case Result.Ok<ServerRequest>(ServerRequest.Close(int id)) -> new Fetched("Close", id, 0, 0);
                    case Result.Failed<ServerRequest>(Failure failure) -> new Fetched(failure.name(), 0, 0, 0);
                });
    }

    @Override
    public Result<Told> answer(int id, String answer, int what) {
        ServerAnswer said = switch (answer) {
            case "Created" -> new ServerAnswer.Created(capability(what));
            case "Denied" -> new ServerAnswer.Denied("as told");
            case "InsufficientRam" -> new ServerAnswer.InsufficientRam();
            case "InsufficientCaps" -> new ServerAnswer.InsufficientCaps();
            case "Upgraded" -> new ServerAnswer.Upgraded();
            case "Closed" -> new ServerAnswer.Closed();
            default -> throw new IllegalArgumentException("No such answer: " + answer);
        };
        return told(parent.answer(id, said));
    }

    // ---- resources, and the end

    @Override
    public Result<Told> request(long ram, long caps) {
        Result<Boolean> granted = parent.requestResources(new RamQuota(ram), new CapQuota(caps));
        return granted instanceof Result.Ok<Boolean>(Boolean now) ? told(now ? "Ok" : "Pending", 0) : told(granted);
    }

    @Override
    public Result<Told> yielded() {
        return told(parent.yieldRequest().then(wanted -> parent.yielded(wanted.ram(), wanted.caps())));
    }

    @Override
    public Result<Done> exit(int value) {
        env.exit(value);
        return Result.done();
    }

    private final class Made implements Token {
        private final int who;
        private Capability<?> echoed = Capability.none();

        Made(int who) {
            this.who = who;
        }

        @Override
        public Result<Integer> who() {
            return Result.ok(who);
        }

        @Override
        public Result<Done> take(Capability<?> capability) {
            keep(capability);
            return Result.done();
        }

        @Override
        public Result<Capability<?>> fetch(int number) {
            Capability<?> found = capability(number);
            return found.isValid() ? Result.ok(found) : Result.failed(Failure.INVALID_ARGUMENT);
        }

        @Override
        public Result<Capability<?>> echo(Capability<?> capability) {
            echoed = capability;
            return Result.ok(capability);
        }

        @Override
        public Result<Done> drop() {
            echoed.release();
            echoed = Capability.none();
            return Result.done();
        }
    }
}
