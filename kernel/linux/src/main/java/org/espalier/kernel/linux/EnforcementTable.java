package org.espalier.kernel.linux;

import java.util.List;
import org.espalier.kernel.spi.Kernel.Enforcement;

/** What the kernel enforces. */
final class EnforcementTable {
    private EnforcementTable() {}

    static List<Enforcement> rows() {
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
                        "its pages are given back at once and read as zeroes; a process that still maps it can fill it again, up to its limit"
                                + " of addresses and until it ends",
                        false),
                new Enforcement(
                        "Java heap of a component",
                        JvmSandbox.HEAP_MIB
                                + " MiB at most, by its own JVM; beside the quota, as is what that JVM takes itself",
                        true),
                new Enforcement("forced stop", "SIGKILL, whatever the component computes", true),
                new Enforcement("stack of a server", "a call runs on the server's own stack", true),
                new Enforcement(
                        "threads of a component",
                        "those that the kernel knows are counted before they are made; a JVM's own are not",
                        true),
                new Enforcement(
                        "managed dataspaces", "refused: nothing holds up a process at a hole of a mapping", false),
                new Enforcement(
                        "priority and affinity",
                        "passed down the tree and known to each CPU session; the host schedules threads without them",
                        false),
                new Enforcement(
                        "CPU time of a component",
                        "the host counts that of its process; one that takes more than its limit within a second is stopped, and nobody is"
                                + " held up: a component with a limit that throttles is not started",
                        true),
                new Enforcement(
                        "heap that a component allocates",
                        "nothing: a component with this limit is not started",
                        false),
                new Enforcement("ELF components", "static programs for x86-64, with eleven system calls", true));
    }
}
