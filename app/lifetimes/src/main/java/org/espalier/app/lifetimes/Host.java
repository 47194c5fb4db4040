package org.espalier.app.lifetimes;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Quotas;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.base.SignalContext;
import org.espalier.config.Node;
import org.espalier.sandbox.ChildSpec;
import org.espalier.sandbox.Listener;
import org.espalier.sandbox.RootService;
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
        sandbox.offer(
                new RootService<>(EventsRpc.TYPE, env.ep(), 1, request -> new Root.Creation.Created<>(this::take)));
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
        return ChildSpec.of(name, binary, ram, caps).configured(config);
    }

    /** Queues an event. */
    final void happened(String event) {
        events.add(event);
        env.submit(progress);
    }

    private Result<Done> take(String event) {
        happened(event);
        return Result.done();
    }

    private void work() {
        for (String event = events.poll(); event != null; event = events.poll()) {
            next(event);
        }
    }
}
