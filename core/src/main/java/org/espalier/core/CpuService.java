package org.espalier.core;

import org.espalier.base.Capability;
import org.espalier.base.Cpu;
import org.espalier.base.CpuThread;
import org.espalier.base.Done;
import org.espalier.base.Failure;
import org.espalier.base.Label;
import org.espalier.base.Pd;
import org.espalier.base.Placement;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.kernel.spi.RunningKernel;

/** The CPU service. Whoever holds a domain's capability may make threads in it, which that domain pays for. */
final class CpuService implements Root<Cpu> {
    private static final int MAX_NAME = 64;

    private final RunningKernel kernel;
    private final ComponentKernel core;
    private final PdService domains;

    CpuService(RunningKernel kernel, PdService domains) {
        this.kernel = kernel;
        this.core = kernel.core();
        this.domains = domains;
    }

    @Override
    public Creation<Cpu> create(SessionRequest request) {
        return new Creation.Created<>(new Session(Placement.of(request.parameters())));
    }

    private final class Session implements Cpu {
        private final Placement placement;

        Session(Placement placement) {
            this.placement = placement;
        }

        @Override
        public Result<Placement> placement() {
            return Result.ok(placement);
        }

        @Override
        public Result<Capability<CpuThread>> createThread(Capability<Pd> pd, String name) {
            int domain = domains.domainOf(pd);
            pd.release();
            if (domain < 0) {
                return Result.failed(Failure.INVALID_CAPABILITY);
            }
            if (name.isEmpty() || name.length() > MAX_NAME || !Label.isValid(name)) {
                return Result.failed(Failure.INVALID_ARGUMENT);
            }
            int index = kernel.createThread(domain, name);
            return index > 0 ? Result.ok(Capability.at(core, index)) : Result.failed(Statuses.failure(index));
        }

        @Override
        public Result<Done> destroyThread(Capability<CpuThread> thread) {
            int status = kernel.destroyThread(thread.index());
            thread.release();
            return Statuses.result(status);
        }
    }
}
