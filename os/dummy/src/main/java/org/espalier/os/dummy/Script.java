package org.espalier.os.dummy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.LogSessionRpc;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.config.ByteSize;
import org.espalier.config.Node;

/**
 * The steps that are still to be done. Sleeping, and waiting for resources, leave the entrypoint and go on at a signal, so that the
 * component serves its clients and its parent meanwhile. Confined to the entrypoint.
 */
final class Script {
    private static final Duration DEFAULT_SLEEP = Duration.ofMillis(100);
    private static final ByteSize NONE = new ByteSize(0);

    private final Env env;
    private final Sleep sleep;
    private final LogConnections connections;
    private final Consumption consumption;
    private final ArrayDeque<Node> steps = new ArrayDeque<>();
    private boolean servesLog;
    private boolean yields;

    Script(Env env) {
        this.env = env;
        this.sleep = new Sleep(env, this::run);
        this.connections = new LogConnections(env);
        this.consumption = new Consumption(env, this::run);
    }

    /** Does these steps instead of what is left of the former ones. */
    void begin(List<Node> newSteps) {
        sleep.cancel();
        consumption.giveUp();
        steps.clear();
        steps.addAll(newSteps);
        run();
    }

    private void run() {
        while (!steps.isEmpty() && !sleep.isAsleep() && !consumption.isWaiting()) {
            step(steps.removeFirst());
        }
    }

    private void step(Node node) {
        switch (node.name()) {
            case "log" -> env.log().info(node.string("string", ""));
            case "sleep" -> sleep(node.milliseconds("ms").or(DEFAULT_SLEEP));
            case "sleep_forever" -> {
                env.log().info("sleep_forever: no further step");
                Pause.forever(env);
            }
            case "exit" -> {
                int value = node.number("value").or(0L).intValue();
                env.log().info("exit: " + value);
                env.exit(value);
            }
            case "create_log_connections" -> {
                ByteSize upgrade = node.size("ram_upgrade").or(NONE);
                connections.create(node.number("count").or(0L), new RamQuota(upgrade.bytes()));
            }
            case "destroy_log_connections" -> connections.destroy();
            case "log_service" -> serveLog(node);
            case "consume_ram" ->
                consumption.takeRam(new RamQuota(node.size("amount").or(NONE).bytes()));
            case "consume_caps" -> consumption.takeCaps(node.number("amount").or(0L));
            case "handle_yield_requests" -> handleYieldRequests();
            default -> throw new IllegalStateException("The schema has a step that is not known: " + node + ".");
        }
    }

    private void sleep(Duration duration) {
        if (!sleep.begin(duration)) {
            // What follows was meant for later.
            steps.clear();
        }
    }

    private void serveLog(Node node) {
        if (!servesLog) {
            boolean verbose = node.bool("verbose", false);
            Duration delay = node.milliseconds("delay_close_ms").or(Duration.ZERO);
            Optional<Pause> beforeClose =
                    delay.isZero() ? Optional.empty() : Optional.of(new Pause(env, delay.toMillis()));
            LogService service = new LogService(env, verbose, beforeClose);
            servesLog = told("created LOG service", env.announce(LogSessionRpc.TYPE, service));
        }
    }

    private void handleYieldRequests() {
        if (!yields) {
            yields = told("handles yield requests", env.onYieldRequest(count -> consumption.giveBack()));
        }
    }

    private boolean told(String success, Result<Done> result) {
        switch (result) {
            case Result.Ok<Done> ok -> env.log().info(success);
            case Result.Failed<Done>(Failure failure) -> env.log().error("not " + success + ": " + failure);
        }
        return result.isOk();
    }
}
