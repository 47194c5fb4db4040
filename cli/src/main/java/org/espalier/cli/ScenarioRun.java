package org.espalier.cli;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.espalier.core.Boot;
import org.espalier.core.EspalierSystem;
import org.espalier.core.Kernels;
import org.espalier.core.LogSink;
import org.espalier.core.RomSource;
import org.espalier.kernel.spi.Kernel;
import org.jspecify.annotations.Nullable;

/** One run of a scenario on one kernel. Used once; {@link #interrupt} may come from any thread. */
public final class ScenarioRun {
    /** How long lines may take that were written before init ended. */
    private static final Duration LAST_LINES = Duration.ofSeconds(10);

    private final Scenario scenario;
    private final String kernelName;
    private final RomSource roms;
    private final LogSink sink;
    private final boolean debug;
    private final boolean virtualThreads;
    private String engine = Kernel.BEST_ENGINE;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    /** How a run ended. */
    public sealed interface Outcome {
        /** All expected lines appeared. */
        record Met(int lines) implements Outcome {}

        /** The first line that did not appear, and what ended the run. */
        record Missing(String line, String why) implements Outcome {}

        /** init ended itself; nothing was expected of the log. */
        record Exited(int value) implements Outcome {}

        /** The time asked for is over; nothing was expected of the log. */
        record TimeOver() implements Outcome {}

        /** Somebody interrupted it. */
        record Interrupted() implements Outcome {}
    }

    /** What a program does beside the system, from its start to its end. */
    public interface Companion {
        /** Begins; what it returns is closed before the system is. */
        End begin(EspalierSystem system);

        /** Ends what was begun. */
        interface End extends AutoCloseable {
            @Override
            void close();
        }
    }

    /** A run of {@code scenario}, with its log to {@code sink}. */
    public ScenarioRun(
            Scenario scenario, String kernelName, RomSource roms, LogSink sink, boolean debug, boolean virtualThreads) {
        this.scenario = scenario;
        this.kernelName = kernelName;
        this.roms = roms;
        this.sink = sink;
        this.debug = debug;
        this.virtualThreads = virtualThreads;
    }

    /** Has native components run by an engine of that name, where the kernel runs them in a machine. */
    public ScenarioRun withEngine(String name) {
        engine = name;
        return this;
    }

    /** Ends the run from outside. */
    public void interrupt() {
        outcome.complete(new Outcome.Interrupted());
    }

    /**
     * Runs the scenario to its end and closes the system.
     *
     * @param required subjects that the kernel must enforce
     * @param limit how long it may take; {@code null} for the scenario's own limit
     */
    public Outcome run(List<String> required, @Nullable Duration limit) throws InterruptedException {
        return run(required, limit, system -> () -> {});
    }

    /** The same, with something beside the system. */
    public Outcome run(List<String> required, @Nullable Duration limit, Companion companion)
            throws InterruptedException {
        check(required);
        for (String module : scenario.settings().modules()) {
            if (roms.module(module).isEmpty()) {
                throw new Refusal(
                        ExitCode.INPUT,
                        "Scenario " + scenario.name() + " needs the ROM module ‘" + module
                                + "’, which does not come with it; its README.md says where it is to be had. Name the file"
                                + " with --rom " + module + "=FILE.");
            }
        }
        Optional<Expectation> expected = scenario.expected().map(Expectation::of);
        EspalierSystem.Builder builder = EspalierSystem.builder()
                .kernel(kernelName)
                .config(scenario.configName(), scenario.config())
                .roms(roms)
                .log(line -> {
                    sink.line(line);
                    expected.ifPresent(lines -> {
                        if (lines.sees(line.toString())) {
                            outcome.complete(new Outcome.Met(lines.size()));
                        }
                    });
                })
                .debug(debug)
                .virtualThreads(virtualThreads)
                .engine(engine);
        builder = scenario.settings().ram().map(builder::ram).orElse(builder);
        builder = scenario.settings().caps().map(builder::caps).orElse(builder);
        switch (builder.start()) {
            case Boot.Refused(String reason) -> throw new Refusal(ExitCode.INPUT, reason);
            case Boot.Running(EspalierSystem system) -> {
                try (system;
                        var _ = companion.begin(system)) {
                    if (expected.isPresent()) {
                        endAfter(system.exit(), expected.get());
                    } else {
                        var _ = system.exit().thenAccept(value -> outcome.complete(new Outcome.Exited(value)));
                    }
                    return await(expected, limit);
                }
            }
        }
    }

    /** Has the run end some time after init has: what was written before may still be on its way to the sink, and nothing else will come. */
    private void endAfter(CompletableFuture<Integer> exit, Expectation lines) {
        var _ = exit.thenAcceptAsync(
                value -> lines.missing()
                        .ifPresent(line ->
                                outcome.complete(new Outcome.Missing(line, "init ended with the value " + value))),
                CompletableFuture.delayedExecutor(LAST_LINES.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void check(List<String> required) {
        Kernel kernel = Kernels.named(kernelName)
                .orElseThrow(() -> new Refusal(
                        ExitCode.REFUSED,
                        "There is no kernel ‘" + kernelName + "’; there is "
                                + String.join(
                                        ", ",
                                        Kernels.all().stream().map(Kernel::name).toList()) + "."));
        kernel.obstacle().ifPresent(reason -> {
            throw new Refusal(ExitCode.REFUSED, "Kernel " + kernelName + " cannot run here: " + reason);
        });
        kernel.obstacle(engine).ifPresent(reason -> {
            throw new Refusal(
                    ExitCode.REFUSED,
                    "Kernel " + kernelName + " cannot run with engine ‘" + engine + "’ here: " + reason);
        });
        for (String subject : required) {
            Kernel.Enforcement row = kernel.enforcement().stream()
                    .filter(enforcement -> enforcement.subject().equals(subject))
                    .findFirst()
                    .orElseThrow(() -> new Refusal(
                            ExitCode.REFUSED,
                            "‘" + subject + "’ is required, and the enforcement table of kernel " + kernelName
                                    + " has no such subject; it has "
                                    + String.join(
                                            ", ",
                                            kernel.enforcement().stream()
                                                    .map(Kernel.Enforcement::subject)
                                                    .toList())
                                    + "."));
            if (!row.enforced()) {
                throw new Refusal(
                        ExitCode.REFUSED,
                        "‘" + subject + "’ is required, and kernel " + kernelName + " does not enforce it here: "
                                + row.mechanism());
            }
        }
    }

    private Outcome await(Optional<Expectation> expected, @Nullable Duration limit) throws InterruptedException {
        Duration patience = limit != null ? limit : scenario.settings().limit();
        try {
            if (expected.isEmpty() && limit == null) {
                return outcome.get();
            }
            return outcome.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return expected.flatMap(Expectation::missing)
                    .<Outcome>map(line -> new Outcome.Missing(line, patience.toMillis() + " ms were over"))
                    .orElseGet(Outcome.TimeOver::new);
        } catch (ExecutionException e) {
            throw new IllegalStateException("The outcome of a run is a value and never fails.", e);
        }
    }
}
