package org.espalier.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sel4}: what can be done with root tasks for seL4. */
@Command(
        name = "sel4",
        mixinStandardHelpOptions = true,
        description = "Runs programs for the seL4 microkernel on a kernel that speaks seL4.",
        subcommands = Sel4BootCommand.class)
final class Sel4Command implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    /** For picocli. */
    Sel4Command() {}

    @Override
    public void run() {
        if (spec == null) {
            throw new IllegalStateException("picocli fills in the spec before it runs a command.");
        }
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
