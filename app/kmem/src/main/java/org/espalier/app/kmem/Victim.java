package org.espalier.app.kmem;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.Quotas;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.base.SessionOptions;
import org.espalier.base.SignalContext;
import org.espalier.config.Node;
import org.espalier.sandbox.ChildSpec;
import org.espalier.sandbox.Listener;
import org.espalier.sandbox.RootService;
import org.espalier.sandbox.Sandbox;
import org.espalier.sandbox.SandboxEnv;
import org.espalier.sandbox.Trading;

/**
 * Calls the service all the time, and looks, when the referee wants to know, whether it still gets what is its own: receives
 * capabilities, starts a child, gives both up, and compares its quota. Confined to the initial entrypoint.
 */
final class Victim implements Listener {
    static final String ROLE = "victim";

    /** What the referee is told when nothing was refused and nothing is lost. */
    static final String FINE = "calls went on, 32 capabilities came, a child started, and all was given back";

    private static final Set<String> FROM_PARENT = Set.of("ROM", "LOG", "PD", "CPU", "Stage");
    private static final int CAPABILITIES = 32;

    /** Calls that are to be made at least while it looks. */
    private static final int CALLS = 5;

    private static final ChildSpec GUEST = ChildSpec.of(
                    Guest.ROLE, Kmem.BINARY, new RamQuota(1 << 20), new CapQuota(100))
            .configured(Node.named("config").attribute("role", Guest.ROLE).build());

    private final Env env;
    private final Store store;
    private final Stage stage;
    private final Sandbox sandbox;
    private final Settled settled;
    private final Calls calls;
    private final int probes;
    private final Latencies latencies;
    private final Capability<SignalContext> progress;
    private final List<Capability<Token>> tokens = new ArrayList<>();
    private final Quotas atRest;
    private String trouble = "";
    private boolean looks;
    private boolean guestIsThere;
    private int callsBefore;

    private Victim(Env env, int probes) {
        this.env = env;
        this.probes = probes;
        this.latencies = new Latencies(probes);
        this.stage = env.connect(StageRpc.TYPE, SessionOptions.DEFAULT.label(ROLE))
                .orThrow()
                .session();
        this.store = env.connect(StoreRpc.TYPE).orThrow().session();
        this.sandbox = new Sandbox(SandboxEnv.of(env), this, Trading.NOTHING);
        sandbox.offer(new RootService<>(
                StageRpc.TYPE, env.ep(), 1, request -> new Root.Creation.Created<>(new GuestStage())));
        this.settled = new Settled(env);
        this.progress = env.ep().handler(count -> work()).orThrow("Creating the signal of what has happened");
        this.calls = new Calls(env, store, progress, latencies);
        Capability<SignalContext> next = env.ep().handler(count -> look()).orThrow("Creating the signal to go on by");
        this.atRest = settled.now();
        stage.ready(next).orThrow("Naming the signal to go on by");
    }

    /** @param probes calls that are timed each time it looks; 0 for none */
    static void start(Env env, int probes) {
        new Victim(env, probes);
    }

    private void look() {
        looks = true;
        callsBefore = calls.good();
        latencies.restart();
        for (int i = 0; i < CAPABILITIES; i++) {
            switch (store.token()) {
                case Result.Ok<Capability<Token>>(Capability<Token> token) -> tokens.add(token);
                case Result.Failed<Capability<Token>>(Failure failure) -> trouble += "a capability: " + failure + ". ";
            }
        }
        sandbox.apply(FROM_PARENT, List.of(GUEST));
    }

    /** After each call and each event: whether that was the last that was waited for. */
    private void work() {
        boolean isSeen = guestIsThere || !trouble.isEmpty();
        if (looks && isSeen && latencies.isFull() && calls.good() + calls.bad() >= callsBefore + CALLS) {
            looks = false;
            guestIsThere = false;
            sandbox.apply(FROM_PARENT, List.of());
            tokens.forEach(Capability::release);
            tokens.clear();
            settled.await(atRest::equals, this::tell);
        }
    }

    private void tell() {
        Quotas now = settled.now();
        if (calls.bad() > 0) {
            trouble += calls.bad() + " calls were not answered. ";
        }
        if (!now.equals(atRest)) {
            trouble += "The quota was " + atRest + " and is " + now + ". ";
        }
        if (probes > 0) {
            env.log().info(latencies.toString());
        }
        String outcome = trouble.isEmpty() ? FINE : trouble;
        env.log().info(outcome);
        stage.reached(outcome);
    }

    @Override
    public void faulted(ChildSpec child, String description) {
        trouble += "Its child faulted: " + description + ". ";
        env.submit(progress);
    }

    @Override
    public void notStarted(ChildSpec child, String reason) {
        trouble += "Its child was not started: " + reason + ". ";
        env.submit(progress);
    }

    /** The child is in the middle of a call to this entrypoint when it tells that it is there. */
    private final class GuestStage implements Stage {
        @Override
        public Result<Done> ready(Capability<SignalContext> next) {
            next.release();
            return Result.failed(Failure.DENIED);
        }

        @Override
        public Result<Done> reached(String outcome) {
            guestIsThere = true;
            env.submit(progress);
            return Result.done();
        }
    }
}
