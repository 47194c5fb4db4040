package org.espalier.cli;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.espalier.control.RunningSystem;
import org.espalier.control.SystemView;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** Which running system a command speaks of. */
final class SystemChoice {
    @Parameters(
            paramLabel = "SYSTEM",
            arity = "0..1",
            description =
                    "A running system: the number of its process, or the name of its scenario. Needed when there are"
                            + " several.")
    private @Nullable String wanted;

    /** For picocli. */
    SystemChoice() {}

    /** The one that is meant; a {@link Refusal} lists those that there are when it is not clear which. */
    RunningSystem find() {
        List<RunningSystem> all = all();
        if (all.isEmpty()) {
            throw new Refusal(ExitCode.NO_SYSTEM, "No system is running that can be controlled.");
        }
        String text = wanted;
        List<RunningSystem> meant = text == null ? all : matching(all, text);
        if (meant.isEmpty()) {
            throw new Refusal(ExitCode.NO_SYSTEM, "There is no running system ‘" + text + "’; there is" + list(all));
        }
        if (meant.size() > 1) {
            throw new Refusal(
                    ExitCode.USAGE,
                    (text == null
                                    ? "Several systems are running; name one of them:"
                                    : "Several running systems are named ‘" + text + "’; name the process of one:")
                            + list(meant));
        }
        return meant.getFirst();
    }

    private static List<RunningSystem> all() {
        try {
            return RunningSystem.all();
        } catch (IOException e) {
            throw new Refusal(ExitCode.NO_SYSTEM, "Running systems cannot be looked for: " + e.getMessage());
        }
    }

    private static List<RunningSystem> matching(List<RunningSystem> all, String text) {
        List<RunningSystem> numbered = all.stream()
                .filter(system -> Long.toString(system.pid()).equals(text))
                .toList();
        return numbered.isEmpty()
                ? all.stream().filter(system -> system.name().equals(text)).toList()
                : numbered;
    }

    private static String list(List<RunningSystem> systems) {
        return systems.stream()
                .map(system -> "%n  %7d  %s".formatted(system.pid(), system.name()))
                .collect(Collectors.joining());
    }

    /** What the system is now; a {@link Refusal} when it does not tell. */
    static SystemView view(RunningSystem system) {
        return given(system, system.view(), ExitCode.NO_SYSTEM);
    }

    /** The value that a system gave; a {@link Refusal} when it gave none. */
    static <T> T given(RunningSystem system, RunningSystem.Reply<T> reply, ExitCode refused) {
        return switch (reply) {
            case RunningSystem.Reply.Given<T>(T value) -> value;
            case RunningSystem.Reply.Refused<T>(String reason) -> throw new Refusal(refused, reason);
            case RunningSystem.Reply.Unreachable<T>(String reason) ->
                throw new Refusal(ExitCode.NO_SYSTEM, called(system) + ": " + reason + ".");
        };
    }

    /** How messages call a system. */
    static String called(RunningSystem system) {
        return "system " + system.name() + " (process " + system.pid() + ")";
    }
}
