package org.espalier.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.espalier.check.Answer;
import org.espalier.check.Check;
import org.espalier.check.CheckText;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code check}: says what would become of every session of a scenario, without starting anything. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description =
                "Says of every session that the components of a scenario need where it leads, or why it is denied, and what"
                        + " else is wrong; starts nothing. Ends with 0 when nothing is wrong, with 1 when something is, and with"
                        + " 2 when the scenario cannot be read. docs/check.md describes the findings and the format json.")
final class CheckCommand implements Callable<Integer> {
    /** What the output looks like. */
    enum Format {
        TEXT,
        JSON
    }

    @Parameters(paramLabel = "SCENARIO", description = "A scenario's folder, or a bare configuration of init.")
    private Path path = Path.of(".");

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

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            converter = FormatConverter.class,
            description = "text or json (default: text).")
    private Format format = Format.TEXT;

    @Option(
            names = "--rom",
            paramLabel = "NAME=FILE",
            description = "A file as the ROM module of that name, in place of one that there may be; may be repeated.")
    private Map<String, Path> modules = new LinkedHashMap<>();

    /** For picocli. */
    CheckCommand() {}

    @Override
    public Integer call() {
        Check check;
        try {
            Scenario scenario = Scenario.read(path);
            check = ScenarioCheck.of(
                    scenario, RunCommand.named(modules).or(scenario.roms()).or(Installation.components()));
        } catch (Refusal refusal) {
            // To whoever asks whether a scenario is in order, one that cannot be read is no third thing.
            throw new Refusal(ExitCode.USAGE, String.valueOf(refusal.getMessage()));
        }
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        int code = why.isEmpty() ? all(check, out) : one(check, out);
        out.flush();
        return code;
    }

    private int all(Check check, PrintStream out) {
        if (graph) {
            out.print(CheckText.dot(check));
        } else if (format == Format.JSON) {
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
        out.print(format == Format.JSON ? CheckText.json(answer) : CheckText.explanation(answer));
        return (answer.isReached() ? ExitCode.OK : ExitCode.UNEXPECTED).code();
    }

    /** Reads the name of a format in lower case. */
    static final class FormatConverter implements ITypeConverter<Format> {
        /** For picocli. */
        FormatConverter() {}

        @Override
        public Format convert(String value) {
            return switch (value) {
                case "text" -> Format.TEXT;
                case "json" -> Format.JSON;
                default -> throw new TypeConversionException("expected text or json, found ‘" + value + "’");
            };
        }
    }
}
