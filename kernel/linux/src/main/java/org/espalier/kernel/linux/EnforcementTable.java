package org.espalier.kernel.linux;

import java.util.List;
import java.util.Set;
import org.espalier.kernel.linux.ControlHierarchy.Controller;
import org.espalier.kernel.spi.Kernel.Enforcement;

/** What the kernel enforces. */
final class EnforcementTable {
    private static final String NO_GROUP = "this host lets this process make no control group for it";

    private EnforcementTable() {}

    /**
     * All rows.
     *
     * @param controllers what control groups can be made for on this host
     */
    static List<Enforcement> rows(Set<Controller> controllers) {
        boolean memory = controllers.contains(Controller.MEMORY);
        boolean processes = controllers.contains(Controller.PROCESSES);
        boolean cpu = controllers.contains(Controller.CPU);
        return List.of(
                new Enforcement(
                        "security boundary",
                        "each component is a process in namespaces of its own, as nobody, without files, network or other"
                                + " processes, under a seccomp program",
                        true),
                new Enforcement(
                        "capabilities",
                        "indices into tables of the kernel, which no component can reach, checked on every use",
                        true),
                new Enforcement(
                        "direct slots",
                        "calls without capabilities go from process to process, to what the kernel has granted, where the host is Linux 5.16 or"
                                + " later; " + SlotTable.MOST_OF_CLIENT
                                + " pages of a component at most, beside its quota",
                        true),
                new Enforcement(
                        "RAM quota",
                        "dataspaces are counted in pages before they are made; they are sealed, so nobody can resize them",
                        true),
                new Enforcement(
                        "capability quota", "every slot of a capability space is counted before it is filled", true),
                new Enforcement(
                        "class visibility",
                        "a component's JVM has base, its own classes and the JDK's; byte code is not verified, for the process confines it",
                        true),
                new Enforcement(
                        "freed memory",
                        "its pages are given back at once and read as zeroes; a process that still maps it can fill it again, "
                                + (memory
                                        ? "which counts as host memory of its own"
                                        : "up to its limit of addresses and until it ends; " + NO_GROUP),
                        memory),
                new Enforcement(
                        "Java heap of a component",
                        JvmSandbox.HEAP_MIB
                                + " MiB at most, and as much for classes, by its own JVM; beside the quota, as is what that JVM takes itself",
                        true),
                new Enforcement(
                        "private pages of a native component",
                        "its segments and its stack are charged to its quota; it can map nothing but what it shares",
                        true),
                new Enforcement(
                        "host memory of a component",
                        memory
                                ? "by control group: " + JvmSandbox.HOST_MIB + " MiB for one in a JVM, "
                                        + LinuxCarrier.NATIVE_HOST_MIB
                                        + " beside its own pages for a native one; who takes more is ended"
                                : NO_GROUP,
                        memory),
                new Enforcement(
                        "processes and threads at the host",
                        processes
                                ? "by control group: " + JvmSandbox.THREADS
                                        + " threads of a JVM with its own ones, one of a native component"
                                : "a native component makes none; " + NO_GROUP + " for those of a JVM",
                        processes),
                new Enforcement("forced stop", "SIGKILL, whatever the component computes", true),
                new Enforcement("stack of a server", "a call runs on the server's own stack", true),
                new Enforcement(
                        "threads of a component",
                        "those that the kernel knows are counted before they are made; a JVM's own are not",
                        true),
                new Enforcement(
                        "managed dataspaces", "refused: nothing holds up a process at a hole of a mapping", false),
                priority(Urgency.Means.of(controllers)),
                new Enforcement(
                        "affinity", "passed down the tree and known to each CPU session; threads run anywhere", false),
                new Enforcement(
                        "CPU time of a component",
                        "the host counts that of its process; one that takes more than its limit within a second is stopped",
                        true),
                new Enforcement(
                        "CPU throttling",
                        cpu
                                ? "by control group: a component with a limit that throttles is held up within each tenth of a second"
                                : NO_GROUP + ": a component with a limit that throttles is not started",
                        cpu),
                new Enforcement(
                        "heap that a component allocates",
                        "nothing: a component with this limit is not started",
                        false),
                new Enforcement("ELF components", "static programs for x86-64, with eleven system calls", true));
    }

    /** The row that tells what holds less urgent components to less. */
    static Enforcement priority(Urgency.Means means) {
        return new Enforcement(
                "priority",
                switch (means) {
                    case GROUP ->
                        "by control group: each of " + Urgency.STEPS
                                + " steps of the range takes a fifth of what a component gets where processors are short; a call"
                                + " is computed as urgently as its server is";
                    case NICE ->
                        "by nice values, as " + NO_GROUP + ": each of " + Urgency.STEPS
                                + " steps of the range takes a fifth of what each thread gets where processors are short; a call"
                                + " is computed as urgently as its server is";
                    case NOTHING ->
                        NO_GROUP + ", and nice values say nothing between sandboxes until ‘sysctl"
                                + " kernel.sched_autogroup_enabled=0’: all are equally urgent";
                },
                means != Urgency.Means.NOTHING);
    }
}
