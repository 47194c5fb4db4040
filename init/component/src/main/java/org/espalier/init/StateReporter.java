package org.espalier.init;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.espalier.base.Capability;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Env;
import org.espalier.base.RamQuota;
import org.espalier.base.Report;
import org.espalier.base.Reporter;
import org.espalier.base.Result;
import org.espalier.base.SignalContext;
import org.espalier.base.Timer;
import org.espalier.config.Node;
import org.espalier.config.XmlWriter;
import org.espalier.sandbox.InitConfig;
import org.espalier.sandbox.Sandbox;
import org.espalier.sandbox.StateDetail;
import org.jspecify.annotations.Nullable;

/**
 * Reports the state of init's children as the report {@code state} while the configuration has a {@code <report>}. Changes that come
 * together are one report: without a delay those of one moment, with one all that come before it is over. What a new configuration
 * or a child's request changes is reported at once. Confined to the initial entrypoint.
 */
final class StateReporter {
    private static final String NAME = "state";
    private static final String TOO_LARGE = "<state error=\"report buffer exceeded\"/>";

    private final Env env;
    private final Sandbox sandbox;
    private final Capability<SignalContext> due;
    private Optional<InitConfig.Report> wanted = Optional.empty();
    private String version = "";
    private @Nullable Reporter reporter;
    private RamQuota size = RamQuota.ZERO;
    private @Nullable Timer timer;
    private boolean waits;

    StateReporter(Env env, Sandbox sandbox) {
        this.env = env;
        this.sandbox = sandbox;
        this.due = env.ep().handler(count -> report()).orThrow("Creating the signal handler of state reports");
    }

    /** Reports from now on what {@code config} says, beginning with the state as it is. */
    void set(InitConfig config) {
        wanted = config.report();
        version = config.version();
        wanted.ifPresent(report -> {
            connect(report.buffer());
            if (!report.delay().isZero() && timer == null) {
                timer = TimerSession.open(env, this::report, "state reports are not delayed");
            }
        });
        soon();
    }

    private void connect(RamQuota buffer) {
        if (reporter != null && size.equals(buffer)) {
            return;
        }
        if (reporter != null) {
            reporter.close();
            reporter = null;
        }
        if (!(Reporter.connect(env, NAME, buffer)
                instanceof Connect.Connected<Report>(Connection<Report> connection))) {
            env.log().warning("there is no state report: it takes a Report session of the parent, which denies one");
            return;
        }
        if (Reporter.attach(env, connection, buffer) instanceof Result.Ok<Reporter>(Reporter attached)) {
            reporter = attached;
            size = buffer;
        } else {
            env.log().warning("there is no state report: its buffer of " + buffer + " cannot be attached");
            connection.close();
        }
    }

    /** Something has changed. */
    void changed() {
        if (waits || wanted.isEmpty()) {
            return;
        }
        Duration delay = wanted.get().delay();
        Timer open = timer;
        if (delay.isZero() || open == null || !open.once(delay.toNanos() / 1000).isOk()) {
            env.submit(due);
        }
        waits = true;
    }

    /** Something has changed that somebody waits for. */
    void soon() {
        if (wanted.isPresent()) {
            env.submit(due);
        }
    }

    private void report() {
        waits = false;
        Reporter open = reporter;
        if (open == null || wanted.isEmpty()) {
            return;
        }
        StateDetail detail = wanted.get().detail();
        Node state = sandbox.state(version, detail);
        byte[] text = XmlWriter.write(state).getBytes(StandardCharsets.UTF_8);
        if (text.length > size.bytes()) {
            env.log().error("the state report takes " + text.length + " bytes, and its buffer has " + size);
            text = TOO_LARGE.getBytes(StandardCharsets.UTF_8);
        }
        open.report(text);
    }
}
