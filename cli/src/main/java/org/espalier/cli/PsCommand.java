package org.espalier.cli;

import java.io.PrintStream;
import org.espalier.config.XmlWriter;
import org.espalier.control.RunningSystem;
import org.espalier.control.SystemView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ps}: what a running system consists of. */
@Command(
        name = "ps",
        mixinStandardHelpOptions = true,
        description = "Shows the components of a running system as a tree, with their quotas, threads and CPU time."
                + " What CPU time means is told by the command kernels.")
final class PsCommand implements Runnable {
    @Mixin
    private SystemChoice choice = new SystemChoice();

    @Mixin
    private FormatChoice format = new FormatChoice();

    @Mixin
    private Output output = new Output();

    @Option(names = "--sessions", description = "Shows what the system reports of sessions as well, in XML.")
    private boolean sessions;

    @Option(names = "--config", description = "Shows the configuration that init has, and nothing else.")
    private boolean config;

    /** For picocli. */
    PsCommand() {}

    @Override
    public void run() {
        PrintStream out = Output.standard();
        RunningSystem system = choice.find();
        if (config) {
            out.print(SystemChoice.given(system, system.configuration(), ExitCode.NO_SYSTEM)
                    .text());
        } else {
            show(SystemChoice.view(system), out);
        }
        out.flush();
    }

    private void show(SystemView view, PrintStream out) {
        switch (format.format()) {
            case TEXT -> {
                out.println(SystemText.head(view));
                SystemText.tree(view).forEach(out::println);
            }
            case JSON -> out.println(SystemText.json(view));
        }
        if (sessions) {
            view.report()
                    .ifPresentOrElse(
                            report -> out.print(XmlWriter.write(report)),
                            () -> output.say("n/a: sessions: init tells of those between its children when its"
                                    + " configuration has <report requested=\"yes\" provided=\"yes\"/>"));
        }
    }
}
