package org.espalier.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.stream.Collectors;
import org.espalier.core.Version;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;

/** The command line. */
@Command(
        name = "espalier",
        description =
                "An operating-system framework: runs trees of components that have only what their parents hand them.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            VerifyCommand.class,
            KernelsCommand.class,
            MatrixCommand.class,
            ConvertCommand.class,
            PsCommand.class,
            TopCommand.class,
            InspectCommand.class,
            ApplyCommand.class,
            Sel4Command.class,
            NewCommand.class,
            AutoComplete.GenerateCompletion.class,
            HelpCommand.class
        },
        footerHeading = "%nAlso understood by ./espalier:%n",
        footer = {
            "  test [--slow]        builds and runs all tests",
            "  bench [NAME]         runs the benchmarks",
            "  prove [--list]       proves the contracts of kernel sel4's core, and checks its model",
            "  --install            may install packages that are missing",
            "  --debug-port N       lets an IDE attach at 127.0.0.1:N"
        })
public final class Main implements Runnable {
    /** For picocli. */
    public Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs a command and returns its exit code. */
    public static int run(String... args) {
        CommandLine line = new CommandLine(new Main());
        line.getCommandSpec().usageMessage().width(110);
        line.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(Arrays.stream(ExitCode.values())
                        .collect(Collectors.toMap(
                                code -> Integer.toString(code.code()),
                                ExitCode::meaning,
                                (first, second) -> first,
                                LinkedHashMap::new)));
        line.setExecutionExceptionHandler((exception, command, result) -> {
            if (exception instanceof Refusal refusal) {
                command.getErr().println("espalier: " + refusal.getMessage());
                return refusal.code().code();
            }
            throw exception;
        });
        return line.execute(args);
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    /** Tells the version. */
    static final class Versions implements IVersionProvider {
        /** For picocli. */
        Versions() {}

        @Override
        public String[] getVersion() {
            return new String[] {"Espalier " + Version.TEXT, "JDK " + Runtime.version()};
        }
    }
}
