package org.espalier.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import org.espalier.config.ConfigReader;
import org.espalier.config.Node;
import org.espalier.config.ReadResult;
import org.espalier.control.RunningSystem;
import org.espalier.core.EspalierSystem.Configuration;
import org.espalier.sandbox.InitConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code apply}: hands a running system a new configuration. */
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        description =
                "Hands the init of a running system a new configuration, and shows what is different in it. Children"
                        + " that are not named run on.")
final class ApplyCommand implements Runnable {
    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description = "A configuration in either notation, or a scenario's folder.")
    private Path path = Path.of(".");

    @Mixin
    private SystemChoice choice = new SystemChoice();

    @Mixin
    private Output output = new Output();

    @Option(names = "--dry-run", description = "Shows the difference and changes nothing.")
    private boolean dryRun;

    /** For picocli. */
    ApplyCommand() {}

    @Override
    public void run() {
        Scenario scenario = Scenario.read(path);
        Configuration configuration = new Configuration(scenario.configName(), scenario.config());
        Node after = read(configuration);
        InitConfig.of(after).notices().forEach(notice -> output.say(notice.toString()));
        RunningSystem system = choice.find();
        Configuration before = SystemChoice.given(
                system, dryRun ? system.configuration() : system.apply(configuration), ExitCode.INPUT);
        PrintStream out = Output.standard();
        ConfigDifference.between(read(before), after).forEach(out::println);
        out.flush();
        output.say((dryRun ? "not applied to " : "applied to ") + SystemChoice.called(system));
    }

    private static Node read(Configuration configuration) {
        return switch (ConfigReader.read(configuration.name(), configuration.text())) {
            case ReadResult.Malformed malformed -> throw new Refusal(ExitCode.INPUT, malformed.toString());
            case ReadResult.Parsed parsed -> parsed.root();
        };
    }
}
