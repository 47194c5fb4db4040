package org.espalier.app.reporter;

import java.util.Optional;
import org.espalier.base.AttachedRom;
import org.espalier.base.Component;
import org.espalier.base.Connect;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.RamQuota;
import org.espalier.base.Report;
import org.espalier.base.Reporter;
import org.espalier.base.Result;
import org.espalier.config.ByteSize;
import org.espalier.config.Node;
import org.espalier.config.Schema;

/**
 * Does each {@code <report name=".." text=".." buffer=".."/>} of its configuration in order: opens the report, writes the text,
 * and closes the report before it turns to the next, unless {@code keep="yes"}.
 */
public final class ReporterApp implements Component {
    private static final Schema SCHEMA = Schema.of(ReporterApp.class.getResourceAsStream(Schema.RESOURCE));
    private static final ByteSize BUFFER = new ByteSize(RamQuota.PAGE);

    @Override
    public void construct(Env env) {
        try (AttachedRom config = env.rom("config")) {
            SCHEMA.read(config.text(), env.log()::warning)
                    .ifPresent(root -> root.children("report").forEach(report -> report(env, report)));
        }
    }

    private static void report(Env env, Node node) {
        String name = node.string("name", "");
        RamQuota size = new RamQuota(node.size("buffer").or(BUFFER).bytes());
        Optional<Reporter> opened = open(env, name, size);
        opened.ifPresent(reporter -> {
            Result<Done> done = reporter.report(node.string("text", ""));
            String outcome = switch (done) {
                case Result.Ok<Done> ok -> node.string("text", "");
                case Result.Failed<Done>(Failure failure) -> "refused, " + failure;
            };
            env.log().info("report ‘" + name + "’: " + outcome);
            if (!node.bool("keep", false)) {
                reporter.close();
                env.log().info("report ‘" + name + "’: closed");
            }
        });
    }

    private static Optional<Reporter> open(Env env, String name, RamQuota size) {
        Connect<Report> connect = Reporter.connect(env, name, size);
        if (connect instanceof Connect.Connected<Report> connected) {
            return Optional.of(Reporter.attach(env, connected.connection(), size)
                    .orThrow("Attaching the buffer of report " + name));
        }
        env.log()
                .info("report ‘" + name + "’: "
                        + (connect instanceof Connect.Denied<Report>(String reason) ? reason : connect));
        return Optional.empty();
    }
}
