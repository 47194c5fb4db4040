package org.espalier.os.report_rom;

import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.Failure;
import org.espalier.base.RamQuota;
import org.espalier.base.Report;
import org.espalier.base.Result;
import org.espalier.rom.Memory;

/** A Report session. Its donation pays for the buffer, and for as much again where the content is safe from the client. */
final class WriterSession implements Report {
    /** What it costs: its object and both memories. */
    static final CapQuota CAPS = new CapQuota(1 + 2 * Memory.CAPS.count());

    private final Reports reports;
    private final StoredReport report;
    private final long size;
    private final Memory buffer;
    private final Memory content;

    private WriterSession(Reports reports, StoredReport report, long size, Memory buffer, Memory content) {
        this.reports = reports;
        this.report = report;
        this.size = size;
        this.buffer = buffer;
        this.content = content;
    }

    /** RAM for a session with a buffer of {@code size} bytes. */
    static RamQuota ram(long size) {
        return new RamQuota(2 * Memory.size(size).bytes());
    }

    /** The writer of {@code report} from now on. */
    static Result<WriterSession> open(Reports reports, StoredReport report, long size) {
        return Memory.allocate(reports.env(), size).then(buffer -> {
            Result<WriterSession> session = Memory.allocate(reports.env(), size)
                    .map(content -> new WriterSession(reports, report, size, buffer, content));
            if (session instanceof Result.Ok<WriterSession>(WriterSession writer)) {
                report.written(writer);
            } else {
                buffer.free();
            }
            return session;
        });
    }

    @Override
    public Result<Capability<Dataspace>> dataspace() {
        return Result.ok(buffer.dataspace());
    }

    @Override
    public Result<Done> submit(long length) {
        if (length < 0 || length > size) {
            return Result.failed(Failure.INVALID_ARGUMENT);
        }
        reports.copier().copy(buffer.view(), content.view(), length);
        reports.submitted(report, content.view(), length);
        return Result.done();
    }

    void close() {
        reports.abandoned(report, content.view());
        content.free();
        buffer.free();
    }
}
