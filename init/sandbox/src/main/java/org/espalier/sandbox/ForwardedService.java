package org.espalier.sandbox;

import java.util.Optional;
import org.espalier.config.Node;
import org.espalier.config.Position;
import org.espalier.config.SessionPolicy;

/**
 * A service that a host offers its own parent and has its children serve: a {@code <service>} node of the configuration. Whose requests
 * go to which child is up to its policies, which are chosen as servers choose theirs ({@link SessionPolicy}). Immutable.
 *
 * @param position where it is written
 * @param name of the service
 * @param policies the node with the {@code <policy>} and {@code <default-policy>} nodes
 */
public record ForwardedService(Position position, String name, Node policies) {
    /** The child that serves clients of that label, if a policy speaks of them. */
    public Optional<Rule.Target.ToChild> target(String label) {
        return SessionPolicy.select(policies, label).flatMap(ForwardedService::target);
    }

    private static Optional<Rule.Target.ToChild> target(Node policy) {
        return policy.child("child")
                .filter(child -> !child.string("name", "").isEmpty())
                .map(child -> new Rule.Target.ToChild(child.position(), child.string("name", ""), Rewriting.of(child)));
    }

    static ForwardedService read(Node service, String name, Notices notices) {
        SessionPolicy.check(service, notices::add);
        for (Node policy : service.children()) {
            boolean isPolicy = policy.name().equals("policy") || policy.name().equals("default-policy");
            if (isPolicy && target(policy).isEmpty()) {
                notices.add(policy.position(), "<" + policy.name() + "> names no <child>, and so denies");
            }
        }
        return new ForwardedService(service.position(), name, service);
    }

    @Override
    public String toString() {
        return position + ": service " + name;
    }
}
