package org.espalier.core;

import java.util.List;
import org.espalier.base.Label;
import org.espalier.base.Quotas;
import org.espalier.kernel.spi.RunningKernel.Quarantined;

/**
 * What a system is at one moment.
 *
 * @param domains its protection domains, oldest first
 * @param threads threads that run code of components now
 * @param quarantine threads that have not left the code of ended domains
 */
public record SystemState(List<Domain> domains, int threads, List<Quarantined> quarantine) {
    /**
     * One protection domain.
     *
     * @param label the path of the component in it
     * @param quotas what it owns and uses
     * @param fault its first fault, empty without one
     */
    public record Domain(Label label, Quotas quotas, String fault) {}
}
