package org.espalier.os.rom_filter;

import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.config.ConfigChecks;
import org.espalier.config.Node;

/** The way from a node to the value of an attribute of it, or of a node below. Immutable. */
sealed interface Path {
    /** What may stand in an {@code <input>}, or in a {@code <node>} of a path, that has these attributes. */
    static ConfigChecks checks(String... attributes) {
        return ConfigChecks.attributes(attributes)
                .node("attribute", ConfigChecks.attributes("name"))
                .node("node", () -> checks("type", "attribute", "value"));
    }

    /** The value that this leads to in {@code content}. */
    Optional<String> find(Node content);

    /** The value is that of an attribute. */
    record Attribute(String name) implements Path {
        @Override
        public Optional<String> find(Node content) {
            return content.attribute(name).map(org.espalier.config.Attribute::value);
        }
    }

    /**
     * The value is below the first node of that type, and with that value of an attribute if one is asked for.
     *
     * @param attribute whose value must be {@code value}; empty when any will do
     */
    record Below(String type, String attribute, String value, Path rest) implements Path {
        @Override
        public Optional<String> find(Node content) {
            for (Node node : content.children()) {
                if (node.name().equals(type) && matches(node)) {
                    return rest.find(node);
                }
            }
            return Optional.empty();
        }

        private boolean matches(Node node) {
            return attribute.isEmpty() || node.string(attribute, "").equals(value);
        }
    }

    /** The path that the first node inside of {@code place} begins, telling of mistakes. */
    static Optional<Path> read(Node place, Consumer<String> notices) {
        if (place.children().isEmpty()) {
            notices.accept(place.position() + ": <" + place.name() + "> names no <attribute> to take the value from");
            return Optional.empty();
        }
        place.children().stream()
                .skip(1)
                .forEach(node -> notices.accept(node.position() + ": <" + place.name()
                        + "> has one way to its value; this one is left out, the first is at "
                        + place.children().getFirst().position()));
        Node first = place.children().getFirst();
        return switch (first.name()) {
            case "attribute" ->
                ConfigChecks.required(first.string("name"), notices).map(Attribute::new);
            case "node" ->
                ConfigChecks.required(first.string("type"), notices)
                        .flatMap(type -> read(first, notices).map(rest -> below(first, type, rest)));
            default -> Optional.empty(); // was told of when the configuration was read
        };
    }

    private static Path below(Node node, String type, Path rest) {
        // An attribute without a value to compare it with asks for nothing.
        String value = node.string("value", "");
        return new Below(type, value.isEmpty() ? "" : node.string("attribute", ""), value, rest);
    }
}
