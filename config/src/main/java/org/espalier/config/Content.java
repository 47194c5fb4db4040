package org.espalier.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * What may stand in a node, as a schema says it: its own rules, and after them those of a kind that it shares with others. Immutable;
 * kinds are named, because each may stand in each.
 *
 * @param kind the name of the kind whose rules hold as well
 * @param isFree whether nodes inside are somebody else's business
 */
record Content(
        Rules<Content.AttributeRule> attributes, Rules<Content.NodeRule> nodes, Optional<String> kind, boolean isFree) {

    /** How the value of an attribute is to be, and what its lack means. */
    record AttributeRule(ValueType type, Presence presence) {}

    /**
     * What may stand in a node inside.
     *
     * @param isOnce whether the first of its name is the only one that counts
     * @param isPolicy whether it has conditions on the label of a session
     */
    record NodeRule(Content content, Presence presence, boolean isOnce, boolean isPolicy) {}

    /**
     * What is left of a node without its mistakes.
     *
     * @param isWhole whether it still has all that it needs to mean something
     */
    record Checked(Node node, boolean isWhole) {}

    /** What of it is somebody's business, with the rules of its kind. */
    private record Wanted(Rules<AttributeRule> attributes, Rules<NodeRule> nodes) {}

    private Wanted wanted(Map<String, Content> kinds) {
        Content shared = kind.map(kinds::get).orElse(null);
        if (shared == null) {
            return new Wanted(attributes, nodes);
        }
        Wanted more = shared.wanted(kinds);
        return new Wanted(attributes.and(more.attributes), nodes.and(more.nodes));
    }

    /**
     * Tells of all mistakes in {@code node} and below, node by node, and leaves out what they concern.
     *
     * @param kinds the kinds of the schema by name
     */
    Checked check(Node node, Map<String, Content> kinds, BiConsumer<Position, String> mistakes) {
        Wanted all = wanted(kinds);
        Wanted wanted = isFree ? new Wanted(all.attributes, Rules.none()) : all;
        tellLacks(node, wanted, mistakes);
        Set<String> left = new HashSet<>();
        Node.Builder rest = Node.named(node.name()).at(node.position()).text(node.text());
        boolean isUntouched = true;
        for (Attribute attribute : node.attributes()) {
            if (isRight(node, attribute, wanted, mistakes)) {
                rest.attribute(attribute);
                left.add(attribute.name());
            } else {
                isUntouched = false;
            }
        }
        boolean isWhole = wanted.attributes.byName().entrySet().stream()
                .allMatch(rule -> !rule.getValue().presence().isRequired() || left.contains(rule.getKey()));
        if (isFree) {
            return new Checked(
                    isUntouched ? node : rest.children(node.children()).build(), isWhole);
        }
        left.clear();
        Map<String, Position> first = new HashMap<>();
        for (Node inner : node.children()) {
            Checked checked = checkInner(node, inner, wanted, kinds, first, mistakes);
            if (checked.isWhole()) {
                rest.child(checked.node());
                left.add(inner.name());
            }
            isUntouched &= checked.isWhole() && checked.node() == inner;
        }
        isWhole &= wanted.nodes.byName().entrySet().stream()
                .allMatch(rule -> !rule.getValue().presence().isRequired() || left.contains(rule.getKey()));
        return new Checked(isUntouched ? node : rest.build(), isWhole);
    }

    private static void tellLacks(Node node, Wanted wanted, BiConsumer<Position, String> mistakes) {
        wanted.attributes.forEach((name, rule) -> {
            if (!node.has(name)) {
                rule.presence()
                        .lack(node, "attribute ‘" + name + "’")
                        .ifPresent(text -> mistakes.accept(node.position(), text));
            }
        });
        wanted.nodes.forEach((name, rule) -> {
            if (node.child(name).isEmpty()) {
                rule.presence().lack(node, "<" + name + ">").ifPresent(text -> mistakes.accept(node.position(), text));
            }
        });
    }

    private static boolean isRight(
            Node node, Attribute attribute, Wanted wanted, BiConsumer<Position, String> mistakes) {
        AttributeRule rule = wanted.attributes.get(attribute.name());
        if (rule == null) {
            mistakes.accept(attribute.position(), Mistakes.unknown(node, attribute, wanted.attributes.names()));
            return false;
        }
        return rule.type()
                .mistake(node, attribute)
                .map(text -> {
                    mistakes.accept(attribute.position(), text);
                    return false;
                })
                .orElse(true);
    }

    private static Checked checkInner(
            Node node,
            Node inner,
            Wanted wanted,
            Map<String, Content> kinds,
            Map<String, Position> first,
            BiConsumer<Position, String> mistakes) {
        NodeRule rule = wanted.nodes.get(inner.name());
        if (rule == null) {
            mistakes.accept(inner.position(), Mistakes.unknown(node, inner, wanted.nodes.names()));
            return new Checked(inner, false);
        }
        Position earlier = first.putIfAbsent(inner.name(), inner.position());
        if (rule.isOnce() && earlier != null) {
            mistakes.accept(inner.position(), Mistakes.repeated(node, inner, earlier));
            return new Checked(inner, false);
        }
        if (rule.isPolicy()) {
            SessionPolicy.checkPolicy(inner, mistakes);
        }
        return rule.content().check(inner, kinds, mistakes);
    }
}
