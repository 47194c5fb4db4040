package org.espalier.kernel.linux;

import java.util.List;
import java.util.Optional;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.kernel.spi.Account;
import org.espalier.kernel.spi.Kernel;
import org.espalier.kernel.spi.RunningKernel;

/** Describes and starts the kernel {@code linux}. */
public final class LinuxKernel implements Kernel {
    /** Those of hw; what a process and its JVM take of the host beside is published, and not charged to quotas. */
    private static final Costs COSTS = new Costs(8192, 2, 4096, 1, 1, 1);

    /** JVMs that wait for a component. */
    static final int WARM_JVMS = 2;

    /** Sandboxes that wait for a native component. */
    static final int WARM_NATIVES = 1;

    /** For the service loader. */
    public LinuxKernel() {}

    @Override
    public String name() {
        return "linux";
    }

    @Override
    public String summary() {
        return "every component a process of its own that can do nothing at the host; Linux on x86-64";
    }

    @Override
    public int contractVersion() {
        return ComponentKernel.CONTRACT_VERSION;
    }

    @Override
    public Optional<String> obstacle() {
        return Preflight.run().map(Object::toString);
    }

    @Override
    public List<Enforcement> enforcement() {
        try (ControlGroups groups = ControlGroups.open()) {
            return EnforcementTable.rows(groups.controllers());
        }
    }

    @Override
    public Costs costs() {
        return COSTS;
    }

    @Override
    public String cpuTime() {
        return "of the component's process, counted by the host in hundredths of a second; what the kernel does for it not";
    }

    @Override
    public String hostMemory() {
        return "what the host counts for the component's control group, its own tables for it included, or else the process's private"
                + " pages and their tables; dataspaces are not in it";
    }

    @Override
    public RunningKernel boot(Account ram, Account caps, Options options) {
        try {
            return LinuxRunningKernel.boot(ram, caps, COSTS, options);
        } catch (HostException e) {
            throw new IllegalStateException("The host could do all that kernel linux needs, and cannot any more.", e);
        }
    }
}
