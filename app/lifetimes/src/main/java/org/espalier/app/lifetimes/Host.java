package org.espalier.app.lifetimes;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Placement;
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
import org.espalier.sandbox.Rule;
import org.espalier.sandbox.Sandbox;
import org.espalier.sandbox.SandboxEnv;
import org.espalier.sandbox.Trading;

/**
 * A component that hosts others and does one thing after the other with them. What happens is handled one event at a time, never while
 * a child is in the middle of a call to the host. Confined to the initial entrypoint.
 */
abstract class Host implements Listener {
    private static final Set<String> FROM_PARENT = Set.of("ROM", "LOG", "PD", "CPU", "Events");

    private final Env env;
    private final Sandbox sandbox;
    private final Queue<String> events = new ArrayDeque<>();
    private final Capability<SignalContext> progress;

    Host(Env env) {
        this.env = env;
        this.sandbox = new Sandbox(SandboxEnv.of(env), this, Trading.NOTHING);
        sandbox.offer(new EventService());
        this.progress = env.ep().handler(count -> work()).orThrow("Creating the signal handler of events");
    }

    /** Handles one event. */
    abstract void next(String event);

    final Env env() {
        return env;
    }

    final Sandbox sandbox() {
        return sandbox;
    }

    final Quotas quotas() {
        return env.pd().quotas().orThrow("Asking for the own quota");
    }

    final void say(String text) {
        env.log().info(text);
    }

    /** Makes the children these. */
    final void host(ChildSpec... children) {
        sandbox.apply(FROM_PARENT, List.of(children));
    }

    /** A child that runs {@code binary} and gets whatever it asks for from the host, or through it. */
    static ChildSpec child(String name, String binary, RamQuota ram, CapQuota caps, Node config) {
        Rule everything = new Rule(
                Position.GENERATED,
                Optional.empty(),
                Rule.Match.ANY,
                List.of(new Rule.Target.ToParent(Optional.empty())));
        return new ChildSpec(
                Position.GENERATED,
                name,
                binary,
                ram,
                caps,
                Set.of(),
                List.of(everything),
                Optional.of(config),
                false,
                Placement.WHOLE,
                Optional.empty());
    }

    /** Queues an event. */
    final void happened(String event) {
        events.add(event);
        env.submit(progress);
    }

    private void work() {
        for (String event = events.poll(); event != null; event = events.poll()) {
            next(event);
        }
    }

    private final class EventService implements LocalService {
        @Override
        public String name() {
            return EventsRpc.TYPE.name();
        }

        @Override
        public long layout() {
            return EventsRpc.TYPE.layout();
        }

        @Override
        public void create(SessionArguments arguments, Request request) {
            request.answer(
                    switch (env.ep().manage(EventsRpc.TYPE, this::take)) {
                        case Result.Ok<Capability<Events>>(Capability<Events> session) ->
                            new ServerAnswer.Created(session);
                        case Result.Failed<Capability<Events>> failed -> new ServerAnswer.InsufficientCaps();
                    });
        }

        private Result<Done> take(String what) {
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
