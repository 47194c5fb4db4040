package org.espalier.cli;

import java.io.PrintWriter;
import org.espalier.core.Kernels;
import org.espalier.kernel.spi.Kernel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kernels}: what each kernel is and what it enforces on this host. */
@Command(
        name = "kernels",
        mixinStandardHelpOptions = true,
        description = "Shows what each kernel is, what it enforces on this host, and what its objects cost.")
final class KernelsCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    /** For picocli. */
    KernelsCommand() {}

    @Override
    public void run() {
        if (spec == null) {
            throw new IllegalStateException("picocli fills in the spec before it runs a command.");
        }
        PrintWriter out = spec.commandLine().getOut();
        for (Kernel kernel : Kernels.all()) {
            out.println(kernel.name() + ": " + kernel.summary());
            kernel.obstacle().ifPresent(reason -> out.println("  n/a: " + reason));
            for (Kernel.Enforcement row : kernel.enforcement()) {
                out.printf("  %-3s  %-26s %s%n", row.enforced() ? "yes" : "no", row.subject(), row.mechanism());
            }
            out.println("  CPU time: " + kernel.cpuTime());
            out.println("  host memory: " + kernel.hostMemory());
            Kernel.Costs costs = kernel.costs();
            out.printf(
                    "  costs: a domain %d bytes and %d capabilities, a thread or entrypoint %d bytes and %d, a dataspace its"
                            + " pages and %d,%n         an RPC object, a signal context, an attachment or a received"
                            + " capability %d%n",
                    costs.domainRam(),
                    costs.domainCaps(),
                    costs.threadRam(),
                    costs.threadCaps(),
                    costs.memoryCaps(),
                    costs.slotCaps());
        }
        out.flush();
    }
}
