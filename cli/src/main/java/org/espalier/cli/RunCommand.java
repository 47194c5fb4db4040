package org.espalier.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.espalier.config.ConfigReader;
import org.espalier.config.Node;
import org.espalier.config.ReadResult;
import org.espalier.control.ControlChannel;
import org.espalier.core.EspalierSystem;
import org.espalier.core.LogSink;
import org.espalier.kernel.spi.Kernel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code run}: runs a scenario until it has shown what is expected, or a configuration until it ends. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description =
                "Runs a scenario: until its log has shown what expected.txt names, or, without one, until init exits.")
final class RunCommand implements Callable<Integer> {
    @Mixin
    private ScenarioChoice choice = new ScenarioChoice();

    @Mixin
    private Output output = new Output();

    @Option(names = "--kernel", paramLabel = "K", defaultValue = "hw", description = "The kernel (default: hw).")
    private String kernel = "hw";

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "Ends the system after this time: 500ms, 10s, 2m.")
    private @Nullable Duration limit;

    @Option(names = "--log", paramLabel = "FILE", description = "Writes the log to a file as well.")
    private @Nullable Path logFile;

    @Option(names = "--timestamps", description = "Seconds since the start in front of each line.")
    private boolean timestamps;

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            converter = Format.Converter.class,
            description = "text or json (default: text).")
    private Format format = Format.TEXT;

    @Option(
            names = "--require",
            paramLabel = "ENFORCEMENT",
            description = "Refuses to start where the kernel does not enforce this; see the command kernels.")
    private List<String> required = new ArrayList<>();

    @Option(names = "--debug", description = "Checks after every operation that quota is conserved.")
    private boolean debug;

    @Option(names = "--virtual-threads", description = "Runs components on virtual threads, where the kernel can.")
    private boolean virtualThreads;

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            defaultValue = Kernel.BEST_ENGINE,
            description = "What runs ELF components on hw and sel4: ptrace or kvm (default: the better one here).")
    private String engine = Kernel.BEST_ENGINE;

    @Option(names = "--no-control", description = "Opens no control channel: ps, top and apply do not see this system.")
    private boolean noControl;

    /** For picocli. */
    RunCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        Scenario scenario = choice.read();
        List<String> allRequired = new ArrayList<>(scenario.settings().requires());
        allRequired.addAll(required);
        // The log goes out line by line, whatever the terminal believes of buffering; standard output stays open.
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (PrintWriter file = logFile()) {
            LogSink sink = line -> {
                String text = LineFormat.line(format, line, timestamps);
                out.println(text);
                file.println(text);
            };
            ScenarioRun run = new ScenarioRun(scenario, kernel, choice.roms(scenario), sink, debug, virtualThreads)
                    .withEngine(engine);
            return finish(run, allRequired, scenario);
        }
    }

    private PrintWriter logFile() {
        if (logFile == null) {
            return new PrintWriter(PrintWriter.nullWriter());
        }
        try {
            return new PrintWriter(Files.newBufferedWriter(logFile, StandardCharsets.UTF_8), true);
        } catch (NoSuchFileException e) {
            throw new Refusal(ExitCode.USAGE, logFile + " cannot be written: its folder does not exist.");
        } catch (IOException e) {
            throw new Refusal(ExitCode.USAGE, logFile + " cannot be written: " + e.getMessage());
        }
    }

    private int finish(ScenarioRun run, List<String> allRequired, Scenario scenario) throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch closed = new CountDownLatch(1);
        Thread interrupt = new Thread(
                () -> {
                    if (!over.get()) {
                        run.interrupt();
                        try {
                            closed.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                },
                "espalier-interrupt");
        Runtime.getRuntime().addShutdownHook(interrupt);
        try {
            ScenarioRun.Outcome outcome = run.run(allRequired, limit, system -> control(system, scenario.name()));
            return report(outcome, scenario).code();
        } finally {
            over.set(true);
            closed.countDown();
        }
    }

    private ScenarioRun.Companion.End control(EspalierSystem system, String name) {
        if (noControl) {
            return () -> {};
        }
        return switch (ControlChannel.open(system, name, () -> state(system))) {
            case ControlChannel.Opening.Opened(ControlChannel channel) -> channel::close;
            case ControlChannel.Opening.Failed(String reason) -> {
                output.say("this system cannot be controlled from outside: " + reason);
                yield () -> {};
            }
        };
    }

    /** What init reports of its children, if its configuration has it do so. */
    private static Optional<Node> state(EspalierSystem system) {
        return system.report("init -> state")
                .flatMap(text -> ConfigReader.read("state", text) instanceof ReadResult.Parsed(Node root)
                        ? Optional.of(root)
                        : Optional.empty());
    }

    private ExitCode report(ScenarioRun.Outcome outcome, Scenario scenario) {
        return switch (outcome) {
            case ScenarioRun.Outcome.Met(int lines) -> {
                output.say("scenario " + scenario.name() + ": all " + lines + " expected lines have appeared");
                yield ExitCode.OK;
            }
            case ScenarioRun.Outcome.Missing(String line, String why) -> {
                output.say("scenario " + scenario.name() + ": " + why + " before this line appeared: " + line);
                yield ExitCode.UNEXPECTED;
            }
            case ScenarioRun.Outcome.Exited(int value) -> {
                if (value != 0) {
                    output.say("init ended with the value " + value);
                }
                yield value == 0 ? ExitCode.OK : ExitCode.EXITED;
            }
            case ScenarioRun.Outcome.TimeOver() -> ExitCode.OK;
            case ScenarioRun.Outcome.Interrupted() -> ExitCode.INTERRUPTED;
        };
    }

    /** Reads {@code 500ms}, {@code 10s}, {@code 2m}, {@code 1h}. */
    static final class DurationConverter implements ITypeConverter<Duration> {
        /** For picocli. */
        DurationConverter() {}

        @Override
        public Duration convert(String value) {
            String unit = value.replaceFirst("^[0-9]+", "");
            String digits = value.substring(0, value.length() - unit.length());
            if (digits.isEmpty() || digits.length() > 9) {
                throw new TypeConversionException(
                        "expected a duration such as 500ms, 10s or 2m, found ‘" + value + "’");
            }
            long amount = Long.parseLong(digits);
            return switch (unit) {
                case "ms" -> Duration.ofMillis(amount);
                case "s", "" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default ->
                    throw new TypeConversionException(
                            "expected a duration such as 500ms, 10s or 2m, found ‘" + value + "’");
            };
        }
    }
}
