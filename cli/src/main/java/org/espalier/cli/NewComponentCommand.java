package org.espalier.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code new component}: makes a Maven project of a component. */
@Command(name = "component", mixinStandardHelpOptions = true, description = "Makes a Maven project of a component.")
final class NewComponentCommand implements Runnable {
    @Parameters(paramLabel = "NAME", description = "The component's name: letters, digits, - and _.")
    private String name = "";

    /** For picocli. */
    NewComponentCommand() {}

    @Override
    public void run() {
        throw new Refusal(ExitCode.USAGE, "new component " + name);
    }
}
