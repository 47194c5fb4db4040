package org.espalier.core;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.espalier.base.Label;
import org.espalier.base.Quotas;
import org.espalier.base.RamQuota;
import org.espalier.kernel.spi.Kernel;
import org.espalier.kernel.spi.RunningKernel.Quarantined;

/**
 * What a system is at one moment. Two of one system are hardly ever equal, because CPU time goes on.
 *
 * @param domains its protection domains, oldest first
 * @param threads threads that run code of components now
 * @param quarantine threads that have not left the code of ended domains
 */
public record SystemState(List<Domain> domains, int threads, List<Quarantined> quarantine) {
    /**
     * One protection domain.
     *
     * @param number tells it from all others of this system, those before and after it included
     * @param label the path of the component in it
     * @param started whether a program was started in it
     * @param trusted whether that program was started as a trusted one, whose byte code is not verified; so is that of core itself
     * @param quotas what it owns and uses
     * @param fault its first fault, empty without one
     * @param threads host threads that run for it now
     * @param cpuTime processor time that it has taken, in the meaning of {@link Kernel#cpuTime}; empty where that cannot be told
     * @param hostMemory memory of the host that it has beside its dataspaces, in the meaning of {@link Kernel#hostMemory}; empty where that
     *     cannot be told
     */
    public record Domain(
            int number,
            Label label,
            boolean started,
            boolean trusted,
            Quotas quotas,
            String fault,
            int threads,
            Optional<Duration> cpuTime,
            Optional<RamQuota> hostMemory) {}
}
