package org.espalier.core;

import java.util.concurrent.atomic.AtomicLong;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.Failure;
import org.espalier.base.RamQuota;
import org.espalier.base.RegionFault;
import org.espalier.base.Result;
import org.espalier.base.Rm;
import org.espalier.base.Root;
import org.espalier.base.SignalContext;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.kernel.spi.RunningKernel;

/** The RM service: managed dataspaces, whose bookkeeping is the kernel's. */
final class RmService implements Root<Rm> {
    private static final long LARGEST = 1L << 40;
    /** What one session costs core beside its entries. */
    static final long SESSION_CAPS = 4;
    /** Entries that a session has, and again for every further capability of its donation. */
    private static final long ENTRIES_PER_CAP = 16;

    private final RunningKernel kernel;
    private final ComponentKernel core;
    private final int coreDomain;

    RmService(RunningKernel kernel, int coreDomain) {
        this.kernel = kernel;
        this.core = kernel.core();
        this.coreDomain = coreDomain;
    }

    @Override
    public Creation<Rm> create(SessionRequest request) {
        long size = request.parameters().number("size", 0);
        if (size <= 0 || size > LARGEST) {
            return new Creation.Denied<>("An RM session needs the parameter size, from 1 to " + LARGEST + " bytes.");
        }
        int managed = kernel.createManaged(coreDomain, RamQuota.pages(size));
        if (managed == -Failure.UNSUPPORTED.status()) {
            return new Creation.Denied<>("This kernel has no managed dataspaces; its enforcement table says why.");
        }
        return managed > 0
                ? new Creation.Created<>(new Session(managed, request.caps()))
                : new Creation.InsufficientCaps<>();
    }

    @Override
    public void upgraded(Rm session, RamQuota ram, CapQuota caps) {
        ((Session) session).donated(caps);
    }

    @Override
    public void closed(Rm session) {
        ((Session) session).end();
    }

    private final class Session implements Rm {
        private final int managed;
        private Capability<SignalContext> signal = Capability.none();

        /** What was donated beside the costs of the session. Requests and calls come in different entrypoints. */
        private final AtomicLong paidCaps;

        Session(int managed, CapQuota donation) {
            this.managed = managed;
            this.paidCaps = new AtomicLong(donation.count() - SESSION_CAPS);
        }

        void donated(CapQuota more) {
            paidCaps.addAndGet(more.count());
        }

        /** Counts what is there: entries also go when somebody frees the memory that they show. */
        private boolean isFull() {
            return kernel.managedParts(managed) / ENTRIES_PER_CAP > paidCaps.get();
        }

        @Override
        public Result<Capability<Dataspace>> dataspace() {
            return Result.ok(Capability.at(core, managed));
        }

        @Override
        public Result<Done> attach(Capability<Dataspace> dataspace, long offset, long size, long at, boolean writable) {
            int status = isFull()
                    ? -Failure.OUT_OF_CAPS.status()
                    : kernel.managedAttach(managed, dataspace.index(), offset, size, at, writable);
            // Only now: the slot of what is released may be somebody else's memory at once.
            dataspace.release();
            return Statuses.result(status);
        }

        @Override
        public Result<Done> detach(long at) {
            return Statuses.result(kernel.managedDetach(managed, at));
        }

        @Override
        public Result<Done> faultSignal(Capability<SignalContext> context) {
            kernel.managedFaultSignal(managed, context.index());
            signal.release();
            signal = context;
            return Result.done();
        }

        @Override
        public Result<RegionFault> fault() {
            long fault = kernel.managedFault(managed);
            return Result.ok(
                    fault < 0
                            ? new RegionFault.None()
                            : new RegionFault.Waiting(
                                    fault & ~RunningKernel.FAULT_WRITE, (fault & RunningKernel.FAULT_WRITE) != 0));
        }

        void end() {
            kernel.destroyMemory(managed);
            signal.release();
        }
    }
}
