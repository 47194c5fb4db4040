package org.espalier.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.config.Attribute;
import org.espalier.config.Node;

/** Reads the rules of a {@code <route>} or {@code <default-route>}. Belongs to one reading. */
final class RouteReader {
    private final Notices notices;
    private final Map<String, String> aliases;

    /**
     * A reader of routes.
     *
     * @param aliases other names of children
     */
    RouteReader(Notices notices, Map<String, String> aliases) {
        this.notices = notices;
        this.aliases = aliases;
    }

    List<Rule> read(Node route) {
        List<Rule> rules = new ArrayList<>();
        for (Node rule : route.children()) {
            switch (rule.name()) {
                case "service" -> notices.name(rule).ifPresent(service -> rules.add(rule(rule, Optional.of(service))));
                case "any-service" -> rules.add(rule(rule, Optional.empty()));
                default -> {}
            }
        }
        return List.copyOf(rules);
    }

    private Rule rule(Node node, Optional<String> service) {
        List<Rule.Target> targets = new ArrayList<>();
        node.children().forEach(target -> target(target).ifPresent(targets::add));
        if (targets.isEmpty()) {
            notices.add(
                    node.position(),
                    service.map(name -> "the rule for service " + Notices.quote(name)
                                    + " has no target; requests that it speaks of are denied")
                            .orElse("the rule for any service has no target; it has no effect"));
        }
        return new Rule(node.position(), service, match(node), List.copyOf(targets));
    }

    private static Rule.Match match(Node node) {
        return new Rule.Match(
                text(node, "label"),
                text(node, "label_prefix"),
                text(node, "label_suffix"),
                text(node, "label_last"),
                text(node, "unscoped_label"));
    }

    private Optional<Rule.Target> target(Node node) {
        Rewriting rewriting = Rewriting.of(node);
        return switch (node.name()) {
            case "parent" -> Optional.of(new Rule.Target.ToParent(rewriting));
            case "child" ->
                notices.name(node)
                        .map(name ->
                                new Rule.Target.ToChild(node.position(), aliases.getOrDefault(name, name), rewriting));
            case "any-child" -> Optional.of(new Rule.Target.ToAnyChild(rewriting));
            default -> Optional.empty();
        };
    }

    /** The attribute as it is: an empty one is a condition, or a label, too. */
    private static Optional<String> text(Node node, String attribute) {
        return node.attribute(attribute).map(Attribute::value);
    }
}
