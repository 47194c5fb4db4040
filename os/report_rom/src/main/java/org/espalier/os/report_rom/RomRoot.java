package org.espalier.os.report_rom;

import java.util.Optional;
import org.espalier.base.CapQuota;
import org.espalier.base.RamQuota;
import org.espalier.base.Rom;
import org.espalier.base.Root;

/** Decides on ROM sessions: a policy names the report, and the client pays for its copy. Confined to the entrypoint. */
final class RomRoot implements Root<Rom> {
    private final Reports reports;

    RomRoot(Reports reports) {
        this.reports = reports;
    }

    @Override
    public Creation<Rom> create(SessionRequest request) {
        Optional<String> name = reports.reportFor(request.label());
        if (name.isEmpty()) {
            reports.env().log().warning("ROM session ‘" + request.label() + "’ is denied: no policy is for it");
            return new Creation.Denied<>("No policy of report_rom is for the ROM session ‘" + request.label() + "’.");
        }
        StoredReport report = reports.named(name.get());
        Creation<Rom> creation = create(request, report);
        reports.settle(report);
        return creation;
    }

    private Creation<Rom> create(SessionRequest request, StoredReport report) {
        if (request.ram().bytes() < report.copySize().bytes()) {
            return new Creation.InsufficientRam<>();
        }
        if (request.caps().count() < ReaderSession.CAPS.count()) {
            return new Creation.InsufficientCaps<>();
        }
        return new Creation.Created<>(new ReaderSession(reports, report, request.label(), request.ram()));
    }

    @Override
    public void upgraded(Rom session, RamQuota ram, CapQuota caps) {
        ((ReaderSession) session).donatedMore(ram);
    }

    @Override
    public void closed(Rom session) {
        ((ReaderSession) session).close();
    }
}
