package org.espalier.check;

import java.util.Optional;
import java.util.Set;
import org.espalier.base.Label;
import org.espalier.config.Node;
import org.espalier.config.Position;
import org.espalier.config.SessionPolicy;

/**
 * A service that a component announces.
 *
 * @param admission for whom
 */
record Provision(String service, Admission admission) {
    /** Whom a service admits. */
    sealed interface Admission {
        /** Everybody, as far as anybody can tell. */
        record Anybody() implements Admission {}

        /** Whoever a policy of the configuration is for that has the attribute. */
        record ByPolicy(Node config, String attribute) implements Admission {}

        /** Labels whose last part is one of these. */
        record ByName(Position position, Set<String> names) implements Admission {}
    }

    /** What the admission denies a session of that label. */
    Optional<Mistake> refusal(String label) {
        return switch (admission) {
            case Admission.Anybody() -> Optional.empty();
            case Admission.ByPolicy(Node config, String attribute) ->
                SessionPolicy.select(config, label)
                                .filter(policy -> !policy.string(attribute, "").isEmpty())
                                .isPresent()
                        ? Optional.empty()
                        : Optional.of(new Mistake(
                                config.position(), "no policy is for its " + service + " session ‘" + label + "’"));
            case Admission.ByName(Position position, Set<String> names) ->
                names.contains(new Label(label).last())
                        ? Optional.empty()
                        : Optional.of(
                                new Mistake(position, "it has no " + service + " ‘" + new Label(label).last() + "’"));
        };
    }
}
