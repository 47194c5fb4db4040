package org.espalier.os.test.hostile;

import java.nio.charset.StandardCharsets;
import org.espalier.base.Component;
import org.espalier.base.Connection;
import org.espalier.base.Env;
import org.espalier.base.RamQuota;
import org.espalier.base.Report;
import org.espalier.base.Reporter;

/** Says that a report is longer than the buffer that carries it, after one that is true. */
public final class ReportTooMuch implements Component {
    @Override
    public void construct(Env env) {
        RamQuota size = new RamQuota(RamQuota.PAGE);
        Connection<Report> report = Reporter.connect(env, "state", size).orThrow();
        Reporter.attach(env, report, size)
                .orThrow("Attaching a report")
                .report("alive".getBytes(StandardCharsets.UTF_8));
        env.log()
                .info("too long: " + report.session().submit(RamQuota.PAGE + 1) + ", "
                        + report.session().submit(Long.MAX_VALUE) + ", "
                        + report.session().submit(-1));
    }
}
