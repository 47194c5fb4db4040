package org.espalier.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.espalier.config.XmlWriter;
import org.espalier.control.RunningSystem;
import org.espalier.control.SystemView;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ps}: what a running system consists of. */
@Command(
        name = "ps",
        mixinStandardHelpOptions = true,
        description = "Shows the components of a running system as a tree, with their quotas, threads and CPU time."
                + " What CPU time means is told by the command kernels.")
final class PsCommand implements Runnable {
    @Mixin
    private SystemChoice choice = new SystemChoice();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            converter = RunCommand.LineFormatConverter.class,
            description = "text or json (default: text).")
    private LineFormat format = LineFormat.TEXT;

    @Option(names = "--sessions", description = "Shows what the system reports of sessions as well, in XML.")
    private boolean sessions;

    @Option(names = "--config", description = "Shows the configuration that init has, and nothing else.")
    private boolean config;

    @Spec
    private @Nullable CommandSpec spec;

    /** For picocli. */
    PsCommand() {}

    @Override
    public void run() {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        RunningSystem system = choice.find();
        if (config) {
            out.print(SystemChoice.given(system, system.configuration(), ExitCode.NO_SYSTEM)
                    .text());
        } else {
            show(SystemChoice.given(system, system.view(), ExitCode.NO_SYSTEM), out);
        }
        out.flush();
    }

    private void show(SystemView view, PrintStream out) {
        switch (format) {
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
                            () -> err().println(
                                            "espalier: n/a: sessions: init tells of those between its children when its"
                                                    + " configuration has <report requested=\"yes\""
                                                    + " provided=\"yes\"/>"));
        }
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec, "picocli fills in the spec before it runs a command")
                .commandLine()
                .getErr();
    }
}
