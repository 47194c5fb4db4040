package org.espalier.app.kill;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Quotas;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.ServerAnswer;
import org.espalier.base.SessionArguments;
import org.espalier.base.SignalContext;
import org.espalier.config.Node;
import org.espalier.config.Position;
import org.espalier.sandbox.ChildSpec;
import org.espalier.sandbox.Listener;
import org.espalier.sandbox.LocalService;
import org.espalier.sandbox.Rewriting;
import org.espalier.sandbox.Rule;
import org.espalier.sandbox.Sandbox;
import org.espalier.sandbox.SandboxEnv;
import org.espalier.sandbox.Trading;

/**
 * The host. In each round it kills a server while it serves a call, then a client while it is served, and compares its own
 * quota with that at the start. What drives it are events, reports of children and requests to wait; each step says which it
 * expects. Confined to the initial entrypoint.
 */
final class Host {
    private static final Set<String> FROM_PARENT = Set.of("ROM", "LOG", "PD", "CPU", "Gate");

    private final Env env;
    private final long rounds;
    private final Sandbox sandbox;
    private final ArrayDeque<String> events = new ArrayDeque<>();
    private final List<LocalService.Request> held = new ArrayList<>();
    private final Capability<SignalContext> progress;
    private final Quotas atStart;
    private Step step = Step.SERVER_TO_DIE;
    private long round = 1;

    /** What is about to happen. */
    private enum Step {
        /** The server holds its client's call, and is killed then. */
        SERVER_TO_DIE,
        /** The client of the dead server reports. */
        CLIENT_ALONE,
        /** The server holds its client's call, and the client is killed then. */
        CLIENT_TO_DIE,
        /** Another client of the server reports. */
        SERVER_GOES_ON
    }

    Host(Env env, long rounds) {
        this.env = env;
        this.rounds = rounds;
        this.sandbox = new Sandbox(SandboxEnv.of(env), Listener.NONE, Trading.NOTHING);
        sandbox.offer(new GateService());
        this.progress = env.ep().handler(count -> work()).orThrow("Creating the signal handler of events");
        this.atStart = quotas();
    }

    private Quotas quotas() {
        return env.pd().quotas().orThrow("Asking for the own quota");
    }

    void start() {
        step = Step.SERVER_TO_DIE;
        sandbox.apply(FROM_PARENT, List.of(child("server"), child("victim")));
    }

    /** Children are in the middle of a call to this entrypoint when they report, and it may be them who are to be killed. */
    private void happened(String event) {
        events.add(event);
        env.submit(progress);
    }

    private void work() {
        for (String event = events.poll(); event != null; event = events.poll()) {
            next(event);
        }
    }

    private void next(String event) {
        switch (step) {
            case SERVER_TO_DIE -> {
                step = Step.CLIENT_ALONE;
                // A new configuration without it would start its client anew.
                sandbox.destroy("server");
                letGo();
            }
            case CLIENT_ALONE -> {
                say("server killed in a call: its client " + event);
                endOfHalf();
                step = Step.CLIENT_TO_DIE;
                sandbox.apply(FROM_PARENT, List.of(child("server"), child("victim")));
            }
            case CLIENT_TO_DIE -> {
                step = Step.SERVER_GOES_ON;
                sandbox.apply(FROM_PARENT, List.of(child("server"), child("witness")));
                letGo();
            }
            case SERVER_GOES_ON -> {
                say("client killed in a call: another client " + event);
                endOfHalf();
                if (round == rounds) {
                    env.exit(0);
                }
                round++;
                start();
            }
        }
    }

    /** Answers whoever waits, also those who do not live any more. */
    private void letGo() {
        held.forEach(request -> request.answer(new ServerAnswer.Denied("Go on.")));
        held.clear();
    }

    private void endOfHalf() {
        sandbox.apply(FROM_PARENT, List.of());
        say("the host " + Client.compare(atStart, quotas()));
    }

    private void say(String text) {
        env.log().info("round " + round + ": " + text);
    }

    private static ChildSpec child(String role) {
        Rule tasks = Rule.all(
                Optional.of(TaskRpc.TYPE.name()),
                new Rule.Target.ToChild(Position.GENERATED, "server", Rewriting.NONE));
        return ChildSpec.of(role, "kill_test", new RamQuota(1 << 20), new CapQuota(100))
                .providing(role.equals("server") ? Set.of(TaskRpc.TYPE.name()) : Set.of())
                .routed(List.of(tasks, Rule.TO_PARENT))
                .configured(Node.named("config").attribute("role", role).build());
    }

    private final class GateService implements LocalService {
        @Override
        public String name() {
            return GateRpc.TYPE.name();
        }

        @Override
        public long layout() {
            return GateRpc.TYPE.layout();
        }

        @Override
        public void create(SessionArguments arguments, Request request) {
            if (arguments.label().endsWith(Gate.WAIT)) {
                held.add(request);
                happened("waits");
                return;
            }
            request.answer(
                    switch (env.ep().manage(GateRpc.TYPE, this::report)) {
                        case Result.Ok<Capability<Gate>>(Capability<Gate> session) -> new ServerAnswer.Created(session);
                        case Result.Failed<Capability<Gate>> failed -> new ServerAnswer.InsufficientCaps();
                    });
        }

        private Result<Done> report(String what) {
            happened(what);
            return Result.done();
        }

        @Override
        public void upgrade(Capability<?> session, RamQuota ram, CapQuota caps) {}

        @Override
        public void close(Capability<?> session, Runnable closed) {
            env.ep().dissolve(session);
            closed.run();
        }
    }
}
