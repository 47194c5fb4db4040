package org.espalier.os.log_tee;

import java.util.Optional;
import org.espalier.base.AttachedRom;
import org.espalier.base.Component;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.LogServer;
import org.espalier.base.LogSessionRpc;
import org.espalier.base.RamQuota;
import org.espalier.base.Report;
import org.espalier.base.Reporter;
import org.espalier.base.Result;
import org.espalier.config.ByteSize;
import org.espalier.config.Schema;

/**
 * The component: offers LOG, passes each line on as {@code [label] text}, and reports the last ones as {@code log}. The
 * attribute {@code buffer} of its configuration says how many bytes of them, 4K without it; it counts at the start only.
 *
 * <p>A report that cannot be delivered is a warning, once; the lines go on to the log all the same. Whoever takes the report must
 * not log to this component, or each would wait for the other.
 */
public final class LogTee implements Component {
    private static final String REPORT = "log";
    private static final Schema SCHEMA = Schema.of(LogTee.class.getResourceAsStream(Schema.RESOURCE));
    private static final ByteSize DEFAULT = new ByteSize(RamQuota.PAGE);

    @Override
    public void construct(Env env) {
        int size = (int) size(env).bytes();
        Lines lines = new Lines(env, new LastLines(size), reporter(env, new RamQuota(size)));
        env.announce(LogSessionRpc.TYPE, new LogServer((label, line) -> lines.add("[" + label + "] " + line)))
                .orThrow("Announcing the LOG service");
    }

    private static ByteSize size(Env env) {
        try (AttachedRom config = env.rom("config")) {
            return SCHEMA.read(config.text(), notice -> env.log().warning(notice))
                    .map(node -> node.size("buffer").or(DEFAULT))
                    .orElse(DEFAULT);
        }
    }

    private static Optional<Reporter> reporter(Env env, RamQuota size) {
        Connect<Report> connect = Reporter.connect(env, REPORT, size);
        if (!(connect instanceof Connect.Connected<Report>(Connection<Report> connection))) {
            env.log().warning("lines are not reported: " + connect);
            return Optional.empty();
        }
        return switch (Reporter.attach(env, connection, size)) {
            case Result.Ok<Reporter>(Reporter reporter) -> Optional.of(reporter);
            case Result.Failed<Reporter>(Failure failure) -> {
                connection.close();
                env.log().warning("lines are not reported: " + failure);
                yield Optional.empty();
            }
        };
    }

    /** Where lines go. Confined to the entrypoint. */
    private static final class Lines {
        private final Env env;
        private final LastLines last;
        private final Optional<Reporter> reporter;
        private boolean complained;

        Lines(Env env, LastLines last, Optional<Reporter> reporter) {
            this.env = env;
            this.last = last;
            this.reporter = reporter;
        }

        void add(String line) {
            env.log().info(line);
            last.add(line);
            reporter.map(open -> open.report(last.content())).ifPresent(this::look);
        }

        private void look(Result<?> delivered) {
            if (delivered instanceof Result.Failed<?>(Failure failure) && !complained) {
                complained = true;
                env.log().warning("lines are not reported: " + failure);
            }
        }
    }
}
