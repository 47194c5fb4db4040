package org.espalier.tests.reconfigurer;

import java.util.List;
import java.util.Set;
import org.espalier.base.Capability;
import org.espalier.base.Env;
import org.espalier.base.SignalContext;
import org.espalier.config.ConfigReader;
import org.espalier.config.Node;
import org.espalier.config.ReadResult;
import org.espalier.sandbox.InitConfig;
import org.espalier.sandbox.Listener;
import org.espalier.sandbox.Sandbox;
import org.espalier.sandbox.SandboxEnv;
import org.espalier.sandbox.StateDetail;
import org.espalier.sandbox.Trading;

/**
 * Hosts children, gives them one random configuration after the other, and waits after each until their state is what {@link
 * Population} expects. Confined to the initial entrypoint.
 */
final class Reconfigurations implements Listener {
    private static final StateDetail DETAIL = new StateDetail(true, true, false, false, true, false, false, false);

    private static final long PATIENCE_MILLIS = 4_000;

    private final Env env;
    private final Sandbox sandbox;
    private final Population population;
    private final long seed;
    private final long rounds;
    private final Capability<SignalContext> changed;
    private long round;
    private volatile String last = "";

    Reconfigurations(Env env, long seed, long rounds) {
        this.env = env;
        this.sandbox = new Sandbox(SandboxEnv.of(env), this, Trading.NOTHING);
        this.population = new Population(seed);
        this.seed = seed;
        this.rounds = rounds;
        this.changed = env.ep().handler(count -> look()).orThrow("Creating a signal handler");
    }

    void start() {
        next();
        env.startThread("patience", this::complain).orThrow("Starting a thread");
    }

    /** Says what is waited for when nothing happens any more. */
    private void complain() {
        String before = "";
        while (!last.isEmpty()) {
            Pause.of(PATIENCE_MILLIS);
            String now = last;
            if (now.equals(before) && !now.isEmpty()) {
                env.log().error(now);
                return;
            }
            before = now;
        }
    }

    private void next() {
        round++;
        String text = population.next();
        last = text;
        if (!(ConfigReader.read("round " + round, text) instanceof ReadResult.Parsed parsed)) {
            throw new IllegalStateException("A configuration of this test cannot be read: " + text);
        }
        InitConfig config = InitConfig.of(parsed.root());
        if (!config.notices().isEmpty()) {
            throw new IllegalStateException(config.notices().toString());
        }
        sandbox.apply(Set.copyOf(config.parentProvides()), config.children());
    }

    @Override
    public void changed() {
        env.submit(changed);
    }

    private void look() {
        if (round > rounds) {
            return;
        }
        List<String> actual = sandbox.state("", DETAIL).children("child").stream()
                .map(Reconfigurations::line)
                .toList();
        List<String> expected = population.expected();
        if (!actual.equals(expected)) {
            last = "round " + round + " of seed " + seed + ": expected " + expected + ", and there is " + actual;
            return;
        }
        if (round == rounds) {
            round++;
            last = "";
            env.log().info(rounds + " configurations, all as expected");
            sandbox.close();
            return;
        }
        next();
    }

    private static String line(Node child) {
        boolean asked = child.child("requested").stream()
                .flatMap(requested -> requested.children("session").stream())
                .anyMatch(session -> session.string("service", "").equals("Probe"));
        return Population.line(
                child.string("name", ""),
                child.string("id", ""),
                child.string("version", ""),
                child.child("ram").map(ram -> ram.string("assigned", "")).orElse(""),
                asked);
    }
}
