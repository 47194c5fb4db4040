package org.espalier.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What may stand in a node, as a schema says it: its own rules, and after them those of a kind that it shares with others.
 * Filled by {@link SchemaReader}, and immutable from then on.
 */
final class Content {

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

    private final Map<String, AttributeRule> attributes = new LinkedHashMap<>();
    private final Map<String, NodeRule> nodes = new LinkedHashMap<>();
    private final @Nullable Content kind;
    private final boolean isFree;

    /**
     * Nothing may stand there yet.
     *
     * @param kind whose rules hold as well
     * @param isFree whether nodes inside are somebody else's business
     */
    Content(@Nullable Content kind, boolean isFree) {
        this.kind = kind;
        this.isFree = isFree;
    }

    /** Adds a rule; false if there is one for that name already. */
    boolean add(String name, AttributeRule rule) {
        return attributes.putIfAbsent(name, rule) == null;
    }

    /** Adds a rule; false if there is one for that name already. */
    boolean add(String name, NodeRule rule) {
        return nodes.putIfAbsent(name, rule) == null;
    }

    /** Whether anything may stand inside of the node. */
    boolean hasNodes() {
        return !nodes.isEmpty() || (kind != null && kind.hasNodes());
    }

    private @Nullable AttributeRule attribute(String name) {
        AttributeRule own = attributes.get(name);
        return own != null || kind == null ? own : kind.attribute(name);
    }

    private @Nullable NodeRule node(String name) {
        NodeRule own = nodes.get(name);
        return own != null || kind == null ? own : kind.node(name);
    }

    private Map<String, AttributeRule> allAttributes() {
        return kind == null ? attributes : united(kind.allAttributes(), attributes);
    }

    private Map<String, NodeRule> allNodes() {
        return kind == null ? nodes : united(kind.allNodes(), nodes);
    }

    private static <T> Map<String, T> united(Map<String, T> shared, Map<String, T> own) {
        Map<String, T> all = new LinkedHashMap<>(own);
        shared.forEach(all::putIfAbsent);
        return all;
    }

    /** Tells of all mistakes in {@code node} and below, node by node, and leaves out what they concern. */
    Checked check(Node node, BiConsumer<Position, String> mistakes) {
        Map<String, AttributeRule> wantedAttributes = allAttributes();
        Map<String, NodeRule> wantedNodes = isFree ? Map.of() : allNodes();
        tellLacks(node, wantedAttributes, wantedNodes, mistakes);
        Set<String> left = new HashSet<>();
        Node.Builder rest = Node.named(node.name()).at(node.position()).text(node.text());
        boolean isUntouched = true;
        for (Attribute attribute : node.attributes()) {
            if (isRight(node, attribute, mistakes)) {
                rest.attribute(attribute);
                left.add(attribute.name());
            } else {
                isUntouched = false;
            }
        }
        boolean isWhole = wantedAttributes.entrySet().stream()
                .allMatch(wanted -> !wanted.getValue().presence().isRequired() || left.contains(wanted.getKey()));
        if (isFree) {
            return new Checked(
                    isUntouched ? node : rest.children(node.children()).build(), isWhole);
        }
        left.clear();
        Map<String, Position> first = new HashMap<>();
        for (Node inner : node.children()) {
            Checked checked = checkInner(node, inner, first, mistakes);
            if (checked.isWhole()) {
                rest.child(checked.node());
                left.add(inner.name());
            }
            isUntouched &= checked.isWhole() && checked.node() == inner;
        }
        isWhole &= wantedNodes.entrySet().stream()
                .allMatch(wanted -> !wanted.getValue().presence().isRequired() || left.contains(wanted.getKey()));
        return new Checked(isUntouched ? node : rest.build(), isWhole);
    }

    private static void tellLacks(
            Node node,
            Map<String, AttributeRule> wantedAttributes,
            Map<String, NodeRule> wantedNodes,
            BiConsumer<Position, String> mistakes) {
        wantedAttributes.forEach((name, rule) -> {
            if (!node.has(name)) {
                rule.presence()
                        .lack(node, "attribute ‘" + name + "’")
                        .ifPresent(text -> mistakes.accept(node.position(), text));
            }
        });
        wantedNodes.forEach((name, rule) -> {
            if (node.child(name).isEmpty()) {
                rule.presence().lack(node, "<" + name + ">").ifPresent(text -> mistakes.accept(node.position(), text));
            }
        });
    }

    private boolean isRight(Node node, Attribute attribute, BiConsumer<Position, String> mistakes) {
        AttributeRule rule = attribute(attribute.name());
        if (rule == null) {
            mistakes.accept(
                    attribute.position(),
                    Mistakes.unknown(node, attribute, allAttributes().keySet()));
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

    private Checked checkInner(
            Node node, Node inner, Map<String, Position> first, BiConsumer<Position, String> mistakes) {
        NodeRule rule = node(inner.name());
        if (rule == null) {
            mistakes.accept(
                    inner.position(), Mistakes.unknown(node, inner, allNodes().keySet()));
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
        return rule.content().check(inner, mistakes);
    }
}
