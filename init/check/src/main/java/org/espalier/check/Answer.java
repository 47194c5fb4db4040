package org.espalier.check;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.espalier.config.Position;

/**
 * What would become of one session.
 *
 * @param client the label of the component that asks
 * @param label the label that it gives; empty when that is not known before it runs
 * @param path decisions on the way
 */
public record Answer(
        String client, String service, Optional<String> label, Sort sort, List<Step> path, Outcome outcome) {
    public Answer {
        path = List.copyOf(path);
    }

    /** Why it is asked for. */
    public enum Sort {
        /** The parent asks for it, for the child to run at all. */
        ENVIRONMENT,
        /** The component needs it. */
        REQUIRED,
        /** The component makes do without it. */
        OPTIONAL,
        /** A server asks for it on behalf of a client. */
        FORWARDED,
        /** Somebody wants to know. */
        ASKED;

        /** The name as tools see it. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One decision.
     *
     * @param rule where the rule that decided is written; that of the start node where no rule did
     * @param asker whose rule it was: the client, or one of its parents
     */
    public record Step(Position rule, String asker) {}

    /** What becomes of it. */
    public sealed interface Outcome {
        /**
         * A server gets the request.
         *
         * @param server its label, or {@code core}
         * @param label the label that the server sees
         */
        record Reached(String server, String label) implements Outcome {}

        /** It is denied. */
        record Denied(Position position, String reason) implements Outcome {}
    }

    /** Whether a server gets it. */
    public boolean isReached() {
        return outcome instanceof Outcome.Reached;
    }

    /** On one line, without the client. */
    @Override
    public String toString() {
        String what = service
                + label.map(text -> text.isEmpty() ? "" : " ‘" + text + "’").orElse(" (any label)");
        String way = String.join(
                "", path.stream().skip(1).map(step -> " via " + step.asker()).toList());
        return switch (outcome) {
            case Outcome.Reached(String server, String seen) ->
                what + " -> " + server + way + (seen.isEmpty() ? "" : " as ‘" + seen + "’");
            case Outcome.Denied(Position position, String reason) -> what + " denied: " + position + ": " + reason;
        };
    }
}
