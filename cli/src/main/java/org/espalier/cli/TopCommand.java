package org.espalier.cli;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import org.espalier.control.RunningSystem;
import org.espalier.control.SystemView;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code top}: which components of a running system are the busiest, again and again. */
@Command(
        name = "top",
        mixinStandardHelpOptions = true,
        description =
                "Shows again and again which components of a running system take most. A share of 100 %% is one whole"
                        + " processor, in the time since the last refresh.")
final class TopCommand implements Runnable {
    private static final int ROWS_ON_A_TERMINAL = 20;
    private static final Duration SHORTEST = Duration.ofMillis(100);

    @Mixin
    private SystemChoice choice = new SystemChoice();

    @Option(
            names = "--interval",
            paramLabel = "DURATION",
            defaultValue = "2s",
            converter = RunCommand.DurationConverter.class,
            description = "Time between two refreshes, 100ms or more (default: 2s).")
    private Duration interval = Duration.ofSeconds(2);

    @Option(names = "--count", paramLabel = "N", description = "Ends after N refreshes (default: with the system).")
    private @Nullable Integer count;

    @Option(names = "--sort", paramLabel = "WHAT", defaultValue = "cpu", description = "cpu or ram (default: cpu).")
    private String sort = "cpu";

    @Option(
            names = "--rows",
            paramLabel = "N",
            description = "At most N components (default: 20 on a terminal, else all).")
    private @Nullable Integer rows;

    @Spec
    private @Nullable CommandSpec spec;

    /** For picocli. */
    TopCommand() {}

    @Override
    public void run() {
        SystemText.Order order = order();
        require(interval.compareTo(SHORTEST) >= 0, "--interval", "a duration of 100ms or more");
        require(count == null || count > 0, "--count", "a number above 0");
        require(rows == null || rows > 0, "--rows", "a number above 0");
        boolean terminal =
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        int limit = rows != null ? rows : terminal ? ROWS_ON_A_TERMINAL : Integer.MAX_VALUE;
        PrintStream out = Output.standard();
        RunningSystem system = choice.find();
        SystemView before = SystemChoice.view(system);
        for (int shown = 0; count == null || shown < count; shown++) {
            if (!sleep()) {
                return;
            }
            if (!(system.view() instanceof RunningSystem.Reply.Given<SystemView>(SystemView now))) {
                throw new Refusal(ExitCode.NO_SYSTEM, SystemChoice.called(system) + " has ended.");
            }
            // On a terminal from the top left corner, and what was below is erased; else with a blank line between.
            out.print(terminal ? "\u001b[H\u001b[J" : shown == 0 ? "" : System.lineSeparator());
            out.println(SystemText.head(now));
            SystemText.busiest(before, now, order, limit).forEach(out::println);
            out.flush();
            if (out.checkError()) {
                // Whoever read it has gone.
                return;
            }
            before = now;
        }
    }

    private SystemText.Order order() {
        require(sort.equals("cpu") || sort.equals("ram"), "--sort", "cpu or ram");
        return sort.equals("cpu") ? SystemText.Order.CPU : SystemText.Order.RAM;
    }

    private void require(boolean holds, String option, String expected) {
        if (!holds && spec != null) {
            throw new ParameterException(
                    spec.commandLine(), "Invalid value for option '" + option + "': expected " + expected);
        }
    }

    private boolean sleep() {
        try {
            Thread.sleep(interval);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
