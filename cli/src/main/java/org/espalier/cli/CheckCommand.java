package org.espalier.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.espalier.check.Answer;
import org.espalier.check.Check;
import org.espalier.check.CheckText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code check}: says what would become of every session of a scenario, without starting anything. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description =
                "Says of every session that the components of a scenario need where it leads, or why it is denied, and what"
                        + " else is wrong; starts nothing. Ends with 0 when nothing is wrong, with 1 when something is, and with"
                        + " 2 when the scenario cannot be read. docs/check.md describes the findings and the format json.")
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private ScenarioChoice choice = new ScenarioChoice();

    @Option(
            names = "--why",
            arity = "2..3",
            paramLabel = "CLIENT SERVICE [LABEL]",
            hideParamSyntax = true,
            description =
                    "Explains one session: the label of the client, such as ‘init -> shell’, or its name if there is one"
                            + " such child only, and the service; perhaps the label that the client gives.")
    private List<String> why = new ArrayList<>();

    @Option(names = "--graph", description = "Writes the system as a graph in the language of Graphviz (DOT).")
    private boolean graph;

    @Option(names = "--findings", description = "Says what is wrong and nothing else.")
    private boolean findingsOnly;

    @Mixin
    private FormatChoice format = new FormatChoice();

    /** For picocli. */
    CheckCommand() {}

    @Override
    public Integer call() {
        Check check;
        try {
            Scenario scenario = choice.read();
            check = ScenarioCheck.of(scenario, choice.roms(scenario));
        } catch (Refusal refusal) {
            // To whoever asks whether a scenario is in order, one that cannot be read is no third thing.
            throw new Refusal(ExitCode.USAGE, String.valueOf(refusal.getMessage()));
        }
        PrintStream out = Output.standard();
        int code = why.isEmpty() ? all(check, out) : one(check, out);
        out.flush();
        return code;
    }

    private int all(Check check, PrintStream out) {
        if (graph) {
            out.print(CheckText.dot(check));
        } else if (format.format() == Format.JSON) {
            out.print(CheckText.json(check));
        } else {
            out.print(findingsOnly ? CheckText.findings(check) : CheckText.everything(check));
        }
        return (check.findings().isEmpty() ? ExitCode.OK : ExitCode.UNEXPECTED).code();
    }

    private int one(Check check, PrintStream out) {
        String client = why.getFirst();
        List<String> named = check.named(client);
        if (named.size() != 1) {
            throw new Refusal(
                    ExitCode.USAGE,
                    named.isEmpty()
                            ? "There is no component ‘" + client + "’."
                            : "More than one component is named ‘" + client + "’: "
                                    + String.join(", ", named.subList(0, Math.min(8, named.size()))) + ".");
        }
        Answer answer = check.why(named.getFirst(), why.get(1), why.size() > 2 ? why.get(2) : "");
        out.print(format.format() == Format.JSON ? CheckText.json(answer) : CheckText.explanation(answer));
        return (answer.isReached() ? ExitCode.OK : ExitCode.UNEXPECTED).code();
    }
}
