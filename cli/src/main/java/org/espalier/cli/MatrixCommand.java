package org.espalier.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import org.espalier.core.Kernels;
import org.espalier.core.RomSource;
import org.espalier.kernel.spi.Kernel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code matrix}: runs scenarios on kernels and compares what came of them. */
@Command(
        name = "matrix",
        mixinStandardHelpOptions = true,
        description =
                "Runs scenarios on every kernel with the same components, and shows where each has shown what is expected of it:"
                        + " with JARs, and with ELF programs for those components that are installed as both.")
final class MatrixCommand implements Callable<Integer> {
    /** The subject of a kernel's enforcement table. */
    private static final String ELF_COMPONENTS = "ELF components";

    @Mixin
    private Output output = new Output();

    @Parameters(
            arity = "0..*",
            paramLabel = "SCENARIO",
            description = "Folders of scenarios (default: all of this installation).")
    private List<Path> paths = new ArrayList<>();

    @Option(names = "--kernel", paramLabel = "K", description = "A kernel; may be repeated (default: all).")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = RunCommand.DurationConverter.class,
            description = "How long a scenario may take on one kernel (default: what the scenario says).")
    private @Nullable Duration limit;

    @Option(
            names = "--native",
            description =
                    "Only with ELF programs, where a component is installed as both, unless it is named with its extension.")
    private boolean elf;

    /** For picocli. */
    MatrixCommand() {}

    /** What came of one scenario on one kernel. */
    private record Cell(String mark, String reason) {
        static final Cell MET = new Cell("✓", "");

        static Cell failed(String reason) {
            return new Cell("✗", reason);
        }

        static Cell without(String reason) {
            return new Cell("n/a", reason);
        }

        /** None of its components is there as JAR and as ELF. */
        static final Cell SAME = new Cell("=", "");
    }

    /** A kernel, and what a component is that is installed as both. */
    private record Column(Kernel kernel, Installation.Preference kind, String name) {}

    private List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        for (Kernel kernel : kernels()) {
            if (elf) {
                columns.add(new Column(kernel, Installation.Preference.ELF, kernel.name()));
            } else {
                columns.add(new Column(kernel, Installation.Preference.JAR, kernel.name()));
                columns.add(new Column(kernel, Installation.Preference.ELF, kernel.name() + " ELF"));
            }
        }
        return columns;
    }

    @Override
    public Integer call() throws InterruptedException {
        List<Column> columns = columns();
        List<Path> folders = paths.isEmpty() ? installed() : paths;
        Table table =
                new Table(Stream.concat(Stream.of("scenario<"), columns.stream().map(column -> column.name() + "<"))
                        .toArray(String[]::new));
        List<String> reasons = new ArrayList<>();
        boolean failed = false;
        for (Path folder : folders) {
            Scenario scenario = Scenario.read(folder);
            List<String> row = new ArrayList<>(List.of(scenario.name()));
            // Known when one of the runs before has asked for all modules: those with JARs come first.
            Set<String> asBoth = new ConcurrentSkipListSet<>();
            for (Column column : columns) {
                Cell cell = cell(scenario, column, asBoth);
                row.add(cell.mark());
                failed |= cell.mark().equals(Cell.failed("").mark());
                if (!cell.reason().isEmpty()) {
                    reasons.add(scenario.name() + " on " + column.name() + ": " + cell.mark() + ", " + cell.reason());
                }
                output.say(scenario.name() + " on " + column.name() + ": " + cell.mark());
            }
            table.row(row.toArray(String[]::new));
        }
        PrintStream out = Output.standard();
        table.lines().forEach(out::println);
        reasons.forEach(out::println);
        out.flush();
        return (failed ? ExitCode.UNEXPECTED : ExitCode.OK).code();
    }

    private List<Kernel> kernels() {
        if (names.isEmpty()) {
            return Kernels.all();
        }
        return names.stream()
                .map(name -> Kernels.named(name)
                        .orElseThrow(() -> new Refusal(
                                ExitCode.REFUSED,
                                "There is no kernel ‘" + name + "’; there is "
                                        + String.join(
                                                ", ",
                                                Kernels.all().stream()
                                                        .map(Kernel::name)
                                                        .toList())
                                        + ".")))
                .toList();
    }

    private static List<Path> installed() {
        Path folder = Installation.home().resolve("scenarios");
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Cell cell(Scenario scenario, Column column, Set<String> asBoth) throws InterruptedException {
        boolean isSecond = !elf && column.kind() == Installation.Preference.ELF;
        if (isSecond && asBoth.isEmpty()) {
            return Cell.SAME;
        }
        Optional<Kernel.Enforcement> carries = isSecond
                ? column.kernel().enforcement().stream()
                        .filter(row -> row.subject().equals(ELF_COMPONENTS))
                        .findAny()
                : Optional.empty();
        if (carries.isPresent() && !carries.get().enforced()) {
            return Cell.without(ELF_COMPONENTS + ": " + carries.get().mechanism());
        }
        return run(scenario, column, asBoth);
    }

    private Cell run(Scenario scenario, Column column, Set<String> asBoth) throws InterruptedException {
        RomSource components = Installation.components(column.kind());
        RomSource roms = scenario.roms().or(name -> {
            if (Installation.isThereAsBoth(name)) {
                asBoth.add(name);
            }
            return components.module(name);
        });
        ScenarioRun run = new ScenarioRun(scenario, column.kernel().name(), roms, line -> {}, false, false);
        try {
            Duration patience = limit == null ? scenario.settings().limit() : limit;
            return switch (run.run(scenario.settings().requires(), patience)) {
                case ScenarioRun.Outcome.Met _ -> Cell.MET;
                case ScenarioRun.Outcome.Missing(String line, String why) ->
                    Cell.failed(why + " before this line appeared: " + line);
                case ScenarioRun.Outcome.Exited(int value) ->
                    value == 0 ? Cell.MET : Cell.failed("init ended with the value " + value);
                case ScenarioRun.Outcome.TimeOver _ -> Cell.failed("it did not end in time");
                case ScenarioRun.Outcome.Interrupted _ -> throw new InterruptedException();
            };
        } catch (Refusal refusal) {
            return Cell.without(String.valueOf(refusal.getMessage()));
        }
    }
}
