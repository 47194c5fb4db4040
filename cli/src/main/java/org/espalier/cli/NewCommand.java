package org.espalier.cli;

import picocli.CommandLine.Command;

/** {@code new}: makes projects. */
@Command(
        name = "new",
        mixinStandardHelpOptions = true,
        description = "Makes a project to start from.",
        subcommands = {NewComponentCommand.class},
        synopsisSubcommandLabel = "component")
final class NewCommand {
    /** For picocli. */
    NewCommand() {}
}
