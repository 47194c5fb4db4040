package org.espalier.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.config.Position;

/** What a check found, for people, for tools and as a graph. docs/check.md describes the last two. Stateless. */
public final class CheckText {
    private CheckText() {}

    /** All sessions by component, what is wrong, and a summary. */
    public static String everything(Check check) {
        StringBuilder out = new StringBuilder();
        Map<String, List<Answer>> byClient = new LinkedHashMap<>();
        check.components().forEach(component -> byClient.put(component, new ArrayList<>()));
        check.answers()
                .forEach(answer -> byClient.computeIfAbsent(answer.client(), any -> new ArrayList<>())
                        .add(answer));
        byClient.forEach((client, answers) -> {
            out.append(client).append('\n');
            answers.forEach(answer -> out.append("  ")
                    .append(answer)
                    .append(
                            answer.sort() == Answer.Sort.REQUIRED || answer.sort() == Answer.Sort.ENVIRONMENT
                                    ? ""
                                    : " (" + answer.sort().id() + ")")
                    .append('\n'));
        });
        return out.append('\n').append(findings(check)).toString();
    }

    /** What is wrong, one line each, and a summary. */
    public static String findings(Check check) {
        StringBuilder out = new StringBuilder();
        check.findings()
                .forEach(finding -> out.append(finding)
                        .append(" [")
                        .append(finding.kind().id())
                        .append("]\n"));
        int count = check.findings().size();
        return out.append(check.components().size())
                .append(" components, ")
                .append(check.answers().size())
                .append(" sessions, ")
                .append(count == 0 ? "nothing is wrong" : count == 1 ? "1 finding" : count + " findings")
                .append('\n')
                .toString();
    }

    /** One session, decision by decision. */
    public static String explanation(Answer answer) {
        StringBuilder out = new StringBuilder(answer.client() + " asks for " + answer.service()
                + answer.label()
                        .filter(label -> !label.isEmpty())
                        .map(label -> " ‘" + label + "’")
                        .orElse("")
                + "\n");
        for (Answer.Step step : answer.path()) {
            out.append("  ")
                    .append(step.rule())
                    .append(": decided by the route of ‘")
                    .append(step.asker())
                    .append("’\n");
        }
        switch (answer.outcome()) {
            case Answer.Outcome.Reached(String server, String label) ->
                out.append("  reaches ")
                        .append(server)
                        .append(label.isEmpty() ? "" : " as ‘" + label + "’")
                        .append('\n');
            case Answer.Outcome.Denied(Position position, String reason) ->
                out.append("  denied: ")
                        .append(position)
                        .append(": ")
                        .append(reason)
                        .append('\n');
        }
        return out.toString();
    }

    /** Everything as one JSON object. */
    public static String json(Check check) {
        return "{\"format\":1,\"clean\":" + check.findings().isEmpty()
                + ",\"components\":" + Json.strings(check.components())
                + ",\"findings\":"
                + Json.array(check.findings().stream().map(CheckText::json).toList())
                + ",\"sessions\":"
                + Json.array(check.answers().stream().map(CheckText::object).toList()) + "}\n";
    }

    /** One session as a JSON object. */
    public static String json(Answer answer) {
        return object(answer) + "\n";
    }

    private static String json(Finding finding) {
        return "{\"kind\":" + Json.string(finding.kind().id()) + "," + position(finding.position()) + ",\"message\":"
                + Json.string(finding.message()) + ",\"components\":" + Json.strings(finding.components()) + "}";
    }

    private static String object(Answer answer) {
        return "{\"client\":" + Json.string(answer.client()) + ",\"service\":" + Json.string(answer.service())
                + ",\"label\":" + answer.label().map(Json::string).orElse("null")
                + ",\"sort\":" + Json.string(answer.sort().id())
                + ",\"path\":"
                + Json.array(answer.path().stream()
                        .map(step -> "{\"asker\":" + Json.string(step.asker()) + "," + position(step.rule()) + "}")
                        .toList())
                + switch (answer.outcome()) {
                    case Answer.Outcome.Reached(String server, String label) ->
                        ",\"outcome\":\"reached\",\"server\":" + Json.string(server) + ",\"seen\":"
                                + Json.string(label);
                    case Answer.Outcome.Denied(Position position, String reason) ->
                        ",\"outcome\":\"denied\"," + position(position) + ",\"reason\":" + Json.string(reason);
                }
                + "}";
    }

    private static String position(Position position) {
        return "\"file\":" + Json.string(position.file()) + ",\"line\":" + position.line() + ",\"column\":"
                + position.column();
    }

    /**
     * The system in the language of Graphviz: components as nodes, sessions of their own as edges, those that are denied in red.
     * The environment, which everybody has of core, is left out where it is just that.
     */
    public static String dot(Check check) {
        StringBuilder out = new StringBuilder("digraph system {\n  rankdir=LR;\n  node [shape=box];\n");
        for (String component : check.components()) {
            out.append("  ").append(Json.string(component)).append(";\n");
            int end = component.lastIndexOf(" -> ");
            if (end > 0) {
                out.append("  ")
                        .append(Json.string(component.substring(0, end)))
                        .append(" -> ")
                        .append(Json.string(component))
                        .append(" [style=dotted, arrowhead=none];\n");
            }
        }
        for (Answer answer : check.answers()) {
            String edge = "  " + Json.string(answer.client()) + " -> ";
            String label = "[label=" + Json.string(answer.service());
            switch (answer.outcome()) {
                case Answer.Outcome.Reached(String server, String seen) -> {
                    if (answer.sort() != Answer.Sort.ENVIRONMENT || !server.equals("core")) {
                        out.append(edge)
                                .append(Json.string(server))
                                .append(' ')
                                .append(label)
                                .append("];\n");
                    }
                }
                case Answer.Outcome.Denied denied ->
                    out.append(edge).append("denied ").append(label).append(", color=red, style=dashed];\n");
            }
        }
        return out.append("}\n").toString();
    }
}
