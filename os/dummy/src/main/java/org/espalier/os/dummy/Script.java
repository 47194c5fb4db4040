package org.espalier.os.dummy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.LogServer;
import org.espalier.base.LogSessionRpc;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.config.ByteSize;
import org.espalier.config.ConfigChecks;
import org.espalier.config.Node;
import org.espalier.config.Value;

/**
 * The steps that are still to be done. Sleeping leaves the entrypoint and goes on when the timer signals, so that the component
 * serves its clients and its parent meanwhile. Confined to the entrypoint.
 */
final class Script {
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
        this.consumption = new Consumption(env);
    }

    /** Does these steps instead of what is left of the former ones. */
    void begin(List<Node> newSteps) {
        sleep.cancel();
        steps.clear();
        steps.addAll(newSteps);
        run();
    }

    private void run() {
        while (!steps.isEmpty() && !sleep.isAsleep()) {
            step(steps.removeFirst());
        }
    }

    private void step(Node node) {
        switch (node.name()) {
            case "log" -> env.log().info(node.string("string", ""));
            case "sleep" -> required(node.milliseconds("ms")).ifPresent(this::sleep);
            case "sleep_forever" -> {
                env.log().info("sleep_forever: no further step");
                steps.clear();
            }
            case "exit" -> {
                long value = ConfigChecks.optional(node.number("value"), 0L, this::warn);
                env.log().info("exit: " + (int) value);
                env.exit((int) value);
            }
            case "create_log_connections" -> {
                Optional<Long> count = required(node.number("count"));
                ByteSize upgrade = ConfigChecks.optional(node.size("ram_upgrade"), new ByteSize(0), this::warn);
                count.ifPresent(number -> connections.create(number, new RamQuota(upgrade.bytes())));
            }
            case "destroy_log_connections" -> connections.destroy();
            case "log_service" -> serveLog();
            case "consume_ram" ->
                required(node.size("amount")).ifPresent(size -> consumption.takeRam(new RamQuota(size.bytes())));
            case "consume_caps" -> required(node.number("amount")).ifPresent(consumption::takeCaps);
            case "handle_yield_requests" -> handleYieldRequests();
            default -> {} // was told of when the configuration was read
        }
    }

    private <T> Optional<T> required(Value<T> value) {
        return ConfigChecks.required(value, this::warn);
    }

    private void warn(String text) {
        env.log().warning(text);
    }

    private void sleep(Duration duration) {
        if (!sleep.begin(duration)) {
            // What follows was meant for later.
            steps.clear();
        }
    }

    private void serveLog() {
        if (!servesLog) {
            LogServer server = new LogServer((label, line) -> env.log().info("[" + label + "] " + line));
            servesLog = told("log_service: announced", env.announce(LogSessionRpc.TYPE, server));
        }
    }

    private void handleYieldRequests() {
        if (!yields) {
            yields = told("handle_yield_requests: ready", env.onYieldRequest(count -> consumption.giveBack()));
        }
    }

    private boolean told(String success, Result<Done> result) {
        switch (result) {
            case Result.Ok<Done> ok -> env.log().info(success);
            case Result.Failed<Done>(Failure failure) ->
                env.log().error(success.substring(0, success.indexOf(':')) + ": refused, " + failure);
        }
        return result.isOk();
    }
}
