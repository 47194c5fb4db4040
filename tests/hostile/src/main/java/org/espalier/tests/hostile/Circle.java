package org.espalier.tests.hostile;

import java.util.Set;
import java.util.TreeSet;
import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.Result;
import org.espalier.base.Root;

/** Two of these, each the other's client, call in a circle when somebody asks one of them for a round. */
final class Circle implements Probe {
    private static final int ROUNDS = 200;

    private volatile Result<Probe> next = Result.failed(Failure.GONE);

    private Circle() {}

    /** Serves, and becomes the client of the next in the circle. */
    static void join(Env env) {
        Circle own = new Circle();
        env.announce(ProbeRpc.TYPE, request -> new Root.Creation.Created<>(own)).orThrow("Announcing");
        // On a thread of its own: the next may be one that waits for this component to serve.
        env.startThread(
                        "join",
                        () -> own.next =
                                Result.ok(env.connect(ProbeRpc.TYPE).orThrow().session()))
                .orThrow("Starting a thread");
    }

    /** Asks for rounds, more than it takes for calls to become direct, and tells what came of them. */
    static void drive(Env env) {
        Probe first = env.connect(ProbeRpc.TYPE).orThrow().session();
        while (first.echo("round").equals(Result.ok("alone"))) {
            Pause.of(10);
        }
        Set<String> outcomes = new TreeSet<>();
        for (int i = 0; i < ROUNDS; i++) {
            outcomes.add(first.echo("round").toString());
        }
        env.log().info(ROUNDS + " rounds: " + outcomes);
        env.log().info("sum " + first.add(1, 2).orElse(-1));
    }

    @Override
    public Result<String> echo(String text) {
        Probe further = next.orElse(this);
        return switch (text) {
            case "round" -> further == this ? Result.ok("alone") : further.echo("and on");
            case "and on" -> further == this ? Result.ok("alone") : closed(further.echo("closed"));
            // Reached while the first of the circle waits in the middle of a call.
            default -> Result.ok("entered twice");
        };
    }

    private static Result<String> closed(Result<String> outcome) {
        return outcome instanceof Result.Failed<String>(Failure failure)
                ? Result.ok("the last was refused: " + failure)
                : outcome;
    }

    @Override
    public Result<Integer> add(int a, int b) {
        return Result.ok(a + b);
    }

    @Override
    public Result<Integer> use(Capability<Probe> capability) {
        capability.release();
        return Result.failed(Failure.UNSUPPORTED);
    }

    @Override
    public Result<Integer> relay(Capability<Probe> other, Capability<Probe> self, int depth) {
        other.release();
        self.release();
        return Result.failed(Failure.UNSUPPORTED);
    }

    @Override
    public Result<Done> keep(Capability<Probe> capability) {
        capability.release();
        return Result.failed(Failure.UNSUPPORTED);
    }
}
