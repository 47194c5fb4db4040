package org.espalier.os.report_rom;

import org.espalier.base.RamQuota;
import org.espalier.base.Report;
import org.espalier.base.Reporter;
import org.espalier.base.Result;
import org.espalier.base.Root;

/** Decides on Report sessions: one at a time for each report, paid for by whoever opens it. Confined to the entrypoint. */
final class ReportRoot implements Root<Report> {
    private static final RamQuota DEFAULT_SIZE = new RamQuota(RamQuota.PAGE);
    private static final RamQuota MAX_SIZE = new RamQuota(1 << 30);

    private final Reports reports;

    ReportRoot(Reports reports) {
        this.reports = reports;
    }

    @Override
    public Creation<Report> create(SessionRequest request) {
        String name = request.label().text();
        long size = request.parameters().get(Reporter.BUFFER_SIZE).isEmpty()
                ? DEFAULT_SIZE.bytes()
                : request.parameters().number(Reporter.BUFFER_SIZE, 0);
        if (size < 1 || size > MAX_SIZE.bytes()) {
            return new Creation.Denied<>("The session parameter ‘" + Reporter.BUFFER_SIZE + "’ of report ‘" + name
                    + "’ is no size from 1 to " + MAX_SIZE.bytes() + " bytes.");
        }
        StoredReport report = reports.named(name);
        Creation<Report> creation = report.writer().isPresent()
                ? new Creation.Denied<>("Report ‘" + name + "’ has a writer already.")
                : create(request, report, size);
        reports.settle(report);
        return creation;
    }

    private Creation<Report> create(SessionRequest request, StoredReport report, long size) {
        if (request.ram().bytes() < WriterSession.ram(size).bytes()) {
            return new Creation.InsufficientRam<>();
        }
        if (request.caps().count() < WriterSession.CAPS.count()) {
            return new Creation.InsufficientCaps<>();
        }
        return switch (WriterSession.open(reports, report, size)) {
            case Result.Ok<WriterSession>(WriterSession session) -> new Creation.Created<>(session);
            case Result.Failed<WriterSession> failed ->
                // The donation covers it, so somebody else's debt is in the account.
                new Creation.Denied<>("Report ‘" + report.name() + "’ could not get its memory: " + failed.failure());
        };
    }

    @Override
    public void closed(Report session) {
        ((WriterSession) session).close();
    }
}
