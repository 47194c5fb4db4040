package org.espalier.core;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.Failure;
import org.espalier.base.RamQuota;
import org.espalier.base.RegionMap;
import org.espalier.base.Report;
import org.espalier.base.Reporter;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.base.View;
import org.espalier.kernel.spi.RunningKernel;

/**
 * The Report service: keeps the last report of each label for the program around the system. A donation pays for the buffer and for
 * as much again, which the kept text takes. Sessions come and go in core's entrypoints; {@link #latest} is for any thread.
 */
final class ReportService implements Root<Report> {
    private static final long LARGEST = 4 << 20;

    private final RunningKernel kernel;
    private final int coreDomain;
    private final RegionMap rm;
    private final Map<String, String> latest = new ConcurrentHashMap<>();

    ReportService(RunningKernel kernel, int coreDomain, RegionMap rm) {
        this.kernel = kernel;
        this.coreDomain = coreDomain;
        this.rm = rm;
    }

    /** The last report of a session with that label, while there is one. */
    Optional<String> latest(String label) {
        return Optional.ofNullable(latest.get(label));
    }

    @Override
    public Creation<Report> create(SessionRequest request) {
        String label = request.label().text();
        long size = request.parameters().number(Reporter.BUFFER_SIZE, RamQuota.PAGE);
        if (size < 1 || size > LARGEST) {
            return new Creation.Denied<>("The session parameter ‘" + Reporter.BUFFER_SIZE + "’ of report ‘" + label
                    + "’ is no size from 1 to " + LARGEST + " bytes.");
        }
        long buffer = RamQuota.pages(size);
        if (request.ram().bytes() < 2 * buffer) {
            return new Creation.InsufficientRam<>();
        }
        int memory = kernel.createMemory(coreDomain, buffer);
        if (memory <= 0) {
            return new Creation.Denied<>("core has no memory left for report ‘" + label + "’.");
        }
        if (rm.attach(Capability.at(kernel.core(), memory)) instanceof Result.Ok<View>(View view)) {
            return new Creation.Created<>(new Session(label, size, memory, view));
        }
        kernel.destroyMemory(memory);
        return new Creation.InsufficientCaps<>();
    }

    @Override
    public void closed(Report report) {
        Session session = (Session) report;
        latest.remove(session.label);
        rm.detach(session.view);
        kernel.destroyMemory(session.memory);
    }

    private final class Session implements Report {
        private final String label;
        private final long size;
        private final int memory;
        private final View view;

        Session(String label, long size, int memory, View view) {
            this.label = label;
            this.size = size;
            this.memory = memory;
            this.view = view;
        }

        @Override
        public Result<Capability<Dataspace>> dataspace() {
            return Result.ok(Capability.at(kernel.core(), memory));
        }

        @Override
        public Result<Done> submit(long length) {
            if (length < 0 || length > size) {
                return Result.failed(Failure.INVALID_ARGUMENT);
            }
            byte[] text = new byte[(int) length];
            view.read(0, text);
            latest.put(label, new String(text, StandardCharsets.UTF_8));
            return Result.done();
        }
    }
}
