package org.espalier.os.rom_filter;

import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.config.Node;

/** The way from a node to the value of an attribute of it, or of a node below. Immutable. */
sealed interface Path {
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

    /** The path that the first node inside of {@code place} begins, telling if it leads nowhere. */
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
        return first.name().equals("attribute")
                ? Optional.of(new Attribute(first.string("name", "")))
                : read(first, notices).map(rest -> below(first, rest));
    }

    private static Path below(Node node, Path rest) {
        // An attribute without a value to compare it with asks for nothing.
        String value = node.string("value", "");
        return new Below(node.string("type", ""), value.isEmpty() ? "" : node.string("attribute", ""), value, rest);
    }
}
