package org.espalier.check;

import java.util.Set;
import org.espalier.base.CapQuota;
import org.espalier.base.RamQuota;
import org.espalier.config.Node;

/**
 * What core would start.
 *
 * @param config init's configuration
 * @param ram RAM for init
 * @param caps capabilities for init
 * @param services services of core
 */
public record SystemPlan(Node config, RamQuota ram, CapQuota caps, Set<String> services) {
    public SystemPlan {
        services = Set.copyOf(services);
    }
}
