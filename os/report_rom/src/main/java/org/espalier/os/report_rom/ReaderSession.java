package org.espalier.os.report_rom;

import java.util.Optional;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.Failure;
import org.espalier.base.Label;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.Rom;
import org.espalier.base.SignalContext;
import org.espalier.base.View;

/**
 * A ROM session. Its donation pays for a copy of the report, made when the client asks; so what a client has seen stays as it
 * is until it asks again, whatever becomes of the report. A content that the donation does not cover is no content for this
 * client until it donates more.
 */
final class ReaderSession implements Rom {
    /** What it costs: its object, the signal that the client names, the copy. */
    static final CapQuota CAPS = new CapQuota(2 + Copy.CAPS.count());

    private final Reports reports;
    private final StoredReport report;
    private final Label label;
    private RamQuota donated;
    private Optional<Copy> copy = Optional.empty();
    private Capability<SignalContext> signal = Capability.none();
    /** The version in {@link #copy}. */
    private long seen = StoredReport.NO_VERSION;
    /** The log has been told that the donation is too small; once is enough for one donation. */
    private boolean complained;

    ReaderSession(Reports reports, StoredReport report, Label label, RamQuota donated) {
        this.reports = reports;
        this.report = report;
        this.label = label;
        this.donated = donated;
        report.add(this);
    }

    @Override
    public Result<Capability<Dataspace>> dataspace() {
        if (seen == report.version()) {
            return Result.ok(copy.map(Copy::readOnly).orElse(Capability.none()));
        }
        Optional<View> content = report.content();
        if (content.isEmpty()) {
            return Result.ok(Capability.none());
        }
        RamQuota needed = report.copySize();
        if (needed.bytes() > donated.bytes()) {
            complain(needed);
            return Result.ok(Capability.none());
        }
        return room(needed).map(place -> {
            reports.copier().copy(content.get(), place.memory().view(), report.length());
            seen = report.version();
            return place.readOnly();
        });
    }

    /** A place for a copy of that size. */
    private Result<Copy> room(RamQuota needed) {
        if (copy.isPresent()) {
            Copy old = copy.get();
            if (old.memory().view().size() >= needed.bytes()) {
                return Result.ok(old);
            }
            Result<Done> freed = old.free();
            if (freed instanceof Result.Failed<Done>(Failure failure)) {
                return Result.failed(failure);
            }
            copy = Optional.empty();
            seen = StoredReport.NO_VERSION;
        }
        Result<Copy> fresh = Copy.allocate(reports.env(), needed.bytes());
        copy = fresh.map(Optional::of).orElse(Optional.empty());
        return fresh;
    }

    private void complain(RamQuota needed) {
        if (!complained) {
            complained = true;
            reports.env()
                    .log()
                    .warning("ROM session ‘" + label + "’ must donate more RAM: report ‘" + report.name() + "’ takes "
                            + needed + ", and it donated " + donated);
        }
    }

    @Override
    public Result<Done> signal(Capability<SignalContext> context) {
        signal.release();
        signal = context;
        if (seen != report.version()) {
            tellOfNews();
        }
        return Result.done();
    }

    /** Signals that there is something new to ask for. */
    void tellOfNews() {
        reports.env().submit(signal);
    }

    void donatedMore(RamQuota ram) {
        donated = new RamQuota(donated.bytes() + ram.bytes());
        complained = false;
    }

    void close() {
        report.remove(this);
        copy.ifPresent(Copy::free);
        signal.release();
        reports.settle(report);
    }
}
