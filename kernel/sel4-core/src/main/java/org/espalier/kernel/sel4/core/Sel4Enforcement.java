package org.espalier.kernel.sel4.core;

import java.util.List;
import org.espalier.kernel.spi.Kernel.Enforcement;

/** What this kernel enforces: for components in JAR files, whose threads are those of this JVM, and for those in ring 3. */
final class Sel4Enforcement {
    private Sel4Enforcement() {}

    static List<Enforcement> rows() {
        return List.of(
                new Enforcement(
                        "capabilities",
                        "badged endpoint capabilities in a capability space for each component, looked up by the kernel",
                        true),
                new Enforcement(
                        "RAM quota",
                        "dataspaces are frames, and they, TCBs, CNodes and notifications are made of untyped memory that was charged before",
                        true),
                new Enforcement("capability quota", "every slot is counted before it is filled", true),
                new Enforcement(
                        "kernel memory",
                        "the kernel has none beyond what it booted with: each object is in memory of who caused it",
                        true),
                new Enforcement(
                        "class visibility",
                        "as on hw: byte code is verified before it is defined, unless its parent calls it trusted",
                        true),
                new Enforcement(
                        "security boundary",
                        "not a security boundary between JAR components: they share one JVM, its heap and its processor time",
                        false),
                new Enforcement("Java heap of a component", "nothing: one heap serves all components", false),
                new Enforcement(
                        "priority",
                        "the kernel's scheduler has no part in threads of JAR components: when they run is the JVM's and the host's matter; threads in"
                                + " ring 3 all have one priority, and take turns",
                        false),
                new Enforcement(
                        "affinity",
                        "one engine runs all of ring 3, and threads of JAR components run anywhere in the JVM",
                        false),
                new Enforcement("CPU time of a component", "as on hw, with calls on the account of the server", true),
                new Enforcement(
                        "managed dataspaces",
                        "as on hw: whoever accesses a hole waits in its view until the owner fills it; ELF components do not attach them",
                        true),
                new Enforcement("threads of a component", "counted before they are made", true),
                new Enforcement(
                        "forced stop",
                        "its threads are suspended in the kernel at once; in its own code polls end them within milliseconds, as on hw",
                        true),
                new Enforcement("stack of a server", "each entrypoint has a thread and a stack of its own", true),
                nativeComponents());
    }

    private static Enforcement nativeComponents() {
        return Ring3Programs.obstacle()
                .map(obstacle -> new Enforcement("ELF components", "nothing here: " + obstacle, false))
                .orElse(new Enforcement(
                        "ELF components",
                        "static programs for x86-64 in ring 3, each with a TCB in an address space and a capability space of its own, which ask"
                                + " core by seL4_Call; page tables, frames, CNodes and TCBs are paid by their RAM quota before they are made, and at"
                                + " the quota page tables of attachments are used anew; their turns are the kernel's time slices; a throttled one is"
                                + " held up at system calls alone",
                        true));
    }
}
