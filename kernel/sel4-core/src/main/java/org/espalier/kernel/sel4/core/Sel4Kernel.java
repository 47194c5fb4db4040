package org.espalier.kernel.sel4.core;

import java.util.List;
import java.util.Optional;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.kernel.hw.HwKernel;
import org.espalier.kernel.sel4.BootFailure;
import org.espalier.kernel.spi.Account;
import org.espalier.kernel.spi.Kernel;
import org.espalier.kernel.spi.RunningKernel;
import org.espalier.machine.Engines;
import org.espalier.machine.PhysicalMemory;

/** Describes and starts kernel {@code sel4} with core as its root task. */
public final class Sel4Kernel implements Kernel {
    /**
     * What objects are made of. A domain: CNodes of 128, 8 and 2 slots, a TCB, its IPC buffer, an endpoint and a notification, together less
     * than three pages. A thread: a TCB and its buffer, and for an entrypoint the other two. Further slots are charged as they come, a page
     * for each 128.
     */
    private static final Costs COSTS = new Costs(12288, 2, 8192, 1, 1, 1);

    private static final System.Logger LOG = System.getLogger(Sel4Kernel.class.getName());

    /** For the service loader. */
    public Sel4Kernel() {}

    @Override
    public String name() {
        return "sel4";
    }

    @Override
    public String summary() {
        return "core as a root task on the object model of seL4, for JAR components and ELF components in ring 3: all kernel memory is user land's,"
                + " and is traded like the rest; Linux on x86-64";
    }

    @Override
    public int contractVersion() {
        return ComponentKernel.CONTRACT_VERSION;
    }

    @Override
    public Optional<String> obstacle() {
        String host = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (!host.equals("Linux amd64")) {
            return Optional.of("Kernel sel4 needs Linux on x86-64, and this is " + host + ".");
        }
        Module machine = PhysicalMemory.class.getModule();
        return machine.isNativeAccessEnabled()
                ? Optional.empty()
                : Optional.of("Module " + machine.getName()
                        + " may not use native access: start Java with --enable-native-access=" + machine.getName()
                        + ".");
    }

    @Override
    public Optional<String> obstacle(String engine) {
        return Engines.obstacle(engine);
    }

    @Override
    public List<Enforcement> enforcement() {
        return Sel4Enforcement.rows();
    }

    @Override
    public Costs costs() {
        return COSTS;
    }

    @Override
    public String cpuTime() {
        return "of a component's threads, its entrypoints included, counted by the host; what a call makes a server do is the server's; of an ELF"
                + " component what it ran in ring 3, by the clock on the wall";
    }

    @Override
    public RunningKernel boot(Account ram, Account caps, Options options) {
        try {
            Sel4Fabric fabric =
                    Sel4Fabric.boot(ram.quota(), options.engine(), line -> LOG.log(System.Logger.Level.WARNING, line));
            return HwKernel.boot(ram, caps, COSTS, options, fabric);
        } catch (BootFailure e) {
            throw new IllegalStateException("The machine has too little memory for core.", e);
        }
    }
}
