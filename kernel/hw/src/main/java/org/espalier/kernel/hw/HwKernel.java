package org.espalier.kernel.hw;

import java.util.List;
import java.util.Optional;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.kernel.ring3.Ring3;
import org.espalier.kernel.spi.Account;
import org.espalier.kernel.spi.Kernel;
import org.espalier.kernel.spi.RunningKernel;
import org.espalier.machine.Engines;

/** Describes and starts the kernel {@code hw}. */
public final class HwKernel implements Kernel {
    /** Two pages for a domain and one for a thread: what is charged stands for heap that one JVM cannot meter exactly. */
    private static final Costs COSTS = new Costs(8192, 2, 4096, 1, 1, 1);

    /** For the service loader. */
    public HwKernel() {}

    @Override
    public String name() {
        return "hw";
    }

    @Override
    public String summary() {
        return "JAR components in one JVM, isolated by class loaders and capability spaces; plain Java on any host, and on Linux"
                + " on x86-64 ELF components in ring 3";
    }

    @Override
    public int contractVersion() {
        return ComponentKernel.CONTRACT_VERSION;
    }

    @Override
    public Optional<String> obstacle() {
        return Optional.empty();
    }

    @Override
    public Optional<String> obstacle(String engine) {
        return Engines.obstacle(engine);
    }

    @Override
    public List<Enforcement> enforcement() {
        return List.of(
                new Enforcement(
                        "capabilities", "indices into a capability space per component, checked on every use", true),
                new Enforcement(
                        "RAM quota", "dataspaces are counted in pages before they are allocated, off the heap", true),
                new Enforcement(
                        "capability quota", "every slot of a capability space is counted before it is filled", true),
                new Enforcement(
                        "class visibility",
                        "byte code is verified before it is defined: it names base, its own classes and listed members"
                                + " of the JDK; a component that its parent calls trusted is not verified",
                        true),
                new Enforcement(
                        "security boundary",
                        "not a security boundary: a verified component reaches nothing that it was not given, but it can"
                                + " use up the heap, and processor time inside methods of the JDK",
                        false),
                new Enforcement("Java heap of a component", "nothing: one heap serves all components", false),
                new Enforcement(
                        "priority",
                        "passed down the tree and known to each CPU session; the host schedules threads without it",
                        false),
                new Enforcement(
                        "affinity", "passed down the tree and known to each CPU session; threads run anywhere", false),
                new Enforcement(
                        "CPU time of a component",
                        "within a second, from `limits` in its start node: looked at 50 times a second, and stopped when it"
                                + " took more, or held up in its own code with `throttle`; with virtual threads nobody counts it, and a component with this limit is not"
                                + " started; threads are scheduled by the host",
                        true),
                new Enforcement(
                        "heap that a component allocates",
                        "the same, within a second and in all; what it allocated before it was looked at is allocated; with"
                                + " virtual threads a component with this limit is not started",
                        true),
                new Enforcement(
                        "managed dataspaces",
                        "whoever accesses a hole waits in its view until the owner fills it",
                        true),
                new Enforcement("threads of a component", "counted before they are made", true),
                forcedStop(),
                stackOfAServer(),
                nativeComponents());
    }

    private static Enforcement nativeComponents() {
        return HwCarrier.obstacle()
                .map(obstacle -> new Enforcement("ELF components", "nothing here: " + obstacle, false))
                .orElse(new Enforcement(
                        "ELF components",
                        "static programs for x86-64 in ring 3 of a machine, each in an address space of its own, which enter this kernel"
                                + " by 13 system calls; their memory and page tables are paid by their RAM quota, and they take turns of "
                                + Ring3.TURN.toMillis() + " ms; a throttled one is held up at system calls alone",
                        true));
    }

    private static Enforcement stackOfAServer() {
        return new Enforcement(
                "stack of a server",
                StackGauge.works()
                        ? "a call runs on its caller's stack, and is refused when less than 128 KiB of it are left for the"
                                + " server's method"
                        : "nothing: a call runs on its caller's stack, and may exhaust it; what is left can be told on Linux on"
                                + " x86-64 by a JVM that is started with --enable-native-access=org.espalier.kernel.hw",
                StackGauge.works());
    }

    private static Enforcement forcedStop() {
        boolean everywhere = LoopSafepoints.exist();
        String mechanism =
                "polls in a component's own code end its threads within milliseconds; not while they compute in a"
                        + " method of the JDK or wait there for a lock, nor before a server's method has served them";
        return new Enforcement(
                "forced stop",
                everywhere
                        ? mechanism
                        : mechanism + "; and this JVM runs counted loops to their end first: start it with "
                                + LoopSafepoints.OPTIONS,
                everywhere);
    }

    @Override
    public Costs costs() {
        return COSTS;
    }

    @Override
    public String cpuTime() {
        return "of a component's threads and of the threads borrowed for its signals, counted by the host; calls that they make at"
                + " servers included, calls that it serves for others not; n/a on virtual threads; of a native component what it ran in ring 3, by"
                + " the clock on the wall";
    }

    @Override
    public RunningKernel boot(Account ram, Account caps, Options options) {
        HwCarrier carrier = HwCarrier.forQuota(ram.quota(), options.engine());
        return new HwRunningKernel(ram, caps, COSTS, options, carrier, carrier::close);
    }

    /**
     * Starts a kernel whose tables stand on the objects of another one beneath.
     *
     * @param costs what its objects cost
     * @param fabric that kernel, which ends with this one
     */
    public static RunningKernel boot(Account ram, Account caps, Costs costs, Options options, Fabric fabric) {
        return new HwRunningKernel(ram, caps, costs, options, fabric, fabric, fabric::close);
    }

    /**
     * Starts a kernel whose domains and memory {@code carrier} carries, with core's own domain in this JVM. The carrier stays the caller's.
     *
     * @param costs what its objects cost
     */
    public static RunningKernel boot(Account ram, Account caps, Costs costs, Options options, Carrier carrier) {
        return new HwRunningKernel(ram, caps, costs, options, carrier, () -> {});
    }
}
