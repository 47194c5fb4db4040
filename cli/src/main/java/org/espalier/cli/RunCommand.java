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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.espalier.core.RomSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code run}: runs a scenario until it has shown what is expected, or a configuration until it ends. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description =
                "Runs a scenario: until its log has shown what expected.txt names, or, without one, until init exits.")
final class RunCommand implements Callable<Integer> {
    @Parameters(paramLabel = "SCENARIO", description = "A scenario's folder, or a bare configuration of init.")
    private Path path = Path.of(".");

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
            converter = LineFormatConverter.class,
            description = "text or json (default: text).")
    private LineFormat format = LineFormat.TEXT;

    @Option(
            names = "--require",
            paramLabel = "ENFORCEMENT",
            description = "Refuses to start where the kernel does not enforce this; see the command kernels.")
    private List<String> required = new ArrayList<>();

    @Option(
            names = "--rom",
            paramLabel = "NAME=FILE",
            description = "A file as the ROM module of that name, in place of one that there may be; may be repeated.")
    private Map<String, Path> modules = new LinkedHashMap<>();

    @Option(names = "--debug", description = "Checks after every operation that quota is conserved.")
    private boolean debug;

    @Option(names = "--virtual-threads", description = "Runs components on virtual threads, where the kernel can.")
    private boolean virtualThreads;

    @Option(names = "--no-control", description = "Opens no control channel: ps, top and apply do not see this system.")
    private boolean noControl;

    @Spec
    private @Nullable CommandSpec spec;

    /** For picocli. */
    RunCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        Scenario scenario = Scenario.read(path);
        List<String> allRequired = new ArrayList<>(scenario.settings().requires());
        allRequired.addAll(required);
        // The log goes out line by line, whatever the terminal believes of buffering; standard output stays open.
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (PrintWriter file = logFile()) {
            LogSink sink = line -> {
                String text = format.format(line, timestamps);
                out.println(text);
                file.println(text);
            };
            RomSource roms = named(modules).or(scenario.roms()).or(Installation.components());
            ScenarioRun run = new ScenarioRun(scenario, kernel, roms, sink, debug, virtualThreads);
            return finish(run, allRequired, scenario);
        }
    }

    /** The files that the command line names, which are read before anything starts. */
    static RomSource named(Map<String, Path> files) {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        files.forEach((name, file) -> {
            if (!Files.isRegularFile(file)) {
                throw new Refusal(ExitCode.INPUT, "The file of ROM module ‘" + name + "’ does not exist: " + file);
            }
            contents.put(name, Installation.read(file));
        });
        return name -> Optional.ofNullable(contents.get(name));
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
                say("this system cannot be controlled from outside: " + reason);
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
                say("scenario " + scenario.name() + ": all " + lines + " expected lines have appeared");
                yield ExitCode.OK;
            }
            case ScenarioRun.Outcome.Missing(String line, String why) -> {
                say("scenario " + scenario.name() + ": " + why + " before this line appeared: " + line);
                yield ExitCode.UNEXPECTED;
            }
            case ScenarioRun.Outcome.Exited(int value) -> {
                if (value != 0) {
                    say("init ended with the value " + value);
                }
                yield value == 0 ? ExitCode.OK : ExitCode.EXITED;
            }
            case ScenarioRun.Outcome.TimeOver() -> ExitCode.OK;
            case ScenarioRun.Outcome.Interrupted() -> ExitCode.INTERRUPTED;
        };
    }

    private void say(String text) {
        if (spec != null) {
            spec.commandLine().getErr().println("espalier: " + text);
        }
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

    /** Reads the name of a format in lower case. */
    static final class LineFormatConverter implements ITypeConverter<LineFormat> {
        /** For picocli. */
        LineFormatConverter() {}

        @Override
        public LineFormat convert(String value) {
            return switch (value) {
                case "text" -> LineFormat.TEXT;
                case "json" -> LineFormat.JSON;
                default -> throw new TypeConversionException("expected text or json, found ‘" + value + "’");
            };
        }
    }
}
