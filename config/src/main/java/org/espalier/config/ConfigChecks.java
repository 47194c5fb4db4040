package org.espalier.config;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The names that may stand in the configuration of a component, and how a component tells of mistakes in it. A mistake is
 * never fatal: it is told, in one line that begins with its position, and what it concerns is left out. Whoever hears of it
 * usually logs it as a warning.
 *
 * <p>Immutable.
 */
public final class ConfigChecks {
    private static final String TOP = "config";

    private final Set<String> attributes;
    private final Map<String, Supplier<ConfigChecks>> nodes;
    /** Whether whatever is inside is somebody else's business. */
    private final boolean free;

    private ConfigChecks(Set<String> attributes, Map<String, Supplier<ConfigChecks>> nodes, boolean free) {
        this.attributes = Set.copyOf(attributes);
        this.nodes = Map.copyOf(nodes);
        this.free = free;
    }

    /** A kind of node that has these attributes and no nodes inside. */
    public static ConfigChecks attributes(String... names) {
        return new ConfigChecks(new LinkedHashSet<>(List.of(names)), Map.of(), false);
    }

    /** A kind of node that has these attributes and any nodes inside, which are not looked at. */
    public static ConfigChecks free(String... names) {
        return new ConfigChecks(new LinkedHashSet<>(List.of(names)), Map.of(), true);
    }

    /** This kind of node, with nodes {@code name} of the kind {@code inside} in it, any number of them. */
    public ConfigChecks node(String name, ConfigChecks inside) {
        return node(name, () -> inside);
    }

    /** As {@link #node(String, ConfigChecks)}, for a kind that may be found inside of itself. */
    public ConfigChecks node(String name, Supplier<ConfigChecks> inside) {
        Map<String, Supplier<ConfigChecks>> more = new HashMap<>(nodes);
        more.put(name, inside);
        return new ConfigChecks(attributes, more, free);
    }

    /** This kind of node, with {@code <policy>} and {@code <default-policy>} nodes whose attributes are these. */
    public ConfigChecks policies(String... names) {
        ConfigChecks fallback = attributes(names);
        Set<String> conditional = new LinkedHashSet<>(fallback.attributes);
        conditional.addAll(SessionPolicy.CONDITIONS);
        return node("policy", new ConfigChecks(conditional, Map.of(), false)).node("default-policy", fallback);
    }

    /**
     * Reads the text of a component's ROM module {@code config} and tells of every name in it that has no meaning here. Empty
     * when the text is no configuration; a component then goes on with the one that it has.
     */
    public Optional<Node> read(String text, Consumer<String> notices) {
        return switch (ConfigReader.read(SourceNote.fileOf(text, TOP), text)) {
            case ReadResult.Parsed(Node root) -> {
                if (!root.name().equals(TOP)) {
                    notices.accept(
                            root.position() + ": the top node is <" + root.name() + ">; it is read as <" + TOP + ">");
                }
                check(root, notices);
                yield Optional.of(root);
            }
            case ReadResult.Malformed malformed -> {
                notices.accept(malformed + "; this configuration changes nothing");
                yield Optional.empty();
            }
        };
    }

    /** Tells of every name in {@code node}, and in all that is below it, that has no meaning here; in the order of the text. */
    public void check(Node node, Consumer<String> notices) {
        for (Attribute attribute : node.attributes()) {
            if (!attributes.contains(attribute.name())) {
                notices.accept(attribute.position() + ": " + unknown(node, attribute, attributes));
            }
        }
        for (Node inner : free ? List.<Node>of() : node.children()) {
            Supplier<ConfigChecks> inside = nodes.get(inner.name());
            if (inside != null) {
                inside.get().check(inner, notices);
            } else {
                notices.accept(inner.position() + ": " + unknown(node, inner, nodes.keySet()));
            }
        }
    }

    /** What to say of an attribute of {@code node} that is none of the {@code valid} ones. */
    public static String unknown(Node node, Attribute attribute, Collection<String> valid) {
        return "unknown attribute ‘" + attribute.name() + "’ of <" + node.name() + ">"
                + Nearest.name(attribute.name(), valid)
                        .map(name -> "; did you mean ‘" + name + "’?")
                        .orElse("");
    }

    /** What to say of a node {@code inner} in {@code node} that is none of the {@code valid} ones. */
    public static String unknown(Node node, Node inner, Collection<String> valid) {
        return "unknown node <" + inner.name() + ">"
                + Nearest.name(inner.name(), valid)
                        .map(name -> "; did you mean <" + name + ">?")
                        .orElse(" in <" + node.name() + ">");
    }

    /** The value of an attribute that a component can do without; tells when it is there and malformed. */
    public static <T> T optional(Value<T> value, T fallback, Consumer<String> notices) {
        if (value instanceof Value.Malformed<T> malformed) {
            notices.accept(malformed.toString());
        }
        return value.or(fallback);
    }

    /** The value of an attribute without which its node means nothing; tells when it is missing or malformed. */
    public static <T> Optional<T> required(Value<T> value, Consumer<String> notices) {
        return switch (value) {
            case Value.Given<T>(T given) -> Optional.of(given);
            case Value.Absent<T> absent -> {
                notices.accept(absent.toString());
                yield Optional.empty();
            }
            case Value.Malformed<T> malformed -> {
                notices.accept(malformed.toString());
                yield Optional.empty();
            }
        };
    }
}
