package org.espalier.os.rom_filter;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.espalier.config.Node;
import org.espalier.config.Position;

/**
 * Makes the output of a {@link Filter} out of what is in its inputs now. Whatever they hold, there is an output: a part that cannot
 * be in it is told of and left out. Used once.
 */
final class Evaluation {
    private final Filter filter;
    private final Function<String, Optional<Node>> roms;
    private final Consumer<String> notices;

    /**
     * An evaluation.
     *
     * @param roms the content of a ROM module as a tree, if it has any
     */
    Evaluation(Filter filter, Function<String, Optional<Node>> roms, Consumer<String> notices) {
        this.filter = filter;
        this.roms = roms;
        this.notices = notices;
    }

    /** The output; empty if the filter has none. */
    Optional<Node> output() {
        return filter.rootName().map(name -> {
            Growing root = new Growing(name);
            root.addAll(filter.parts());
            return root.node();
        });
    }

    private Optional<String> value(String input) {
        Input source = filter.inputs().get(input);
        Optional<String> value = source == null ? Optional.empty() : source.value(roms.apply(source.rom()));
        if (value.isEmpty() && filter.verbose()) {
            notices.accept("input ‘" + input + "’ has no value");
        }
        return value;
    }

    /** A node of the output that gets its parts one after the other. */
    private final class Growing {
        private final Node.Builder builder;
        private final StringBuilder text = new StringBuilder();
        private final Set<String> attributes = new HashSet<>();

        Growing(String name) {
            this.builder = Node.named(name);
        }

        Node node() {
            return builder.text(text.toString()).build();
        }

        void addAll(List<Part> parts) {
            parts.forEach(this::add);
        }

        private void add(Part part) {
            switch (part) {
                case Part.Inline(String inlined, List<Node> nodes) -> {
                    text.append(inlined);
                    builder.children(nodes);
                }
                case Part.Choice choice ->
                    addAll(
                            value(choice.input()).filter(choice.value()::equals).isPresent()
                                    ? choice.then()
                                    : choice.otherwise());
                case Part.Fixed(Position position, String name, String value) -> attribute(position, name, value);
                case Part.Taken(Position position, String name, String input) ->
                    value(input).ifPresent(value -> attribute(position, name, value));
                case Part.Inner(Position position, String type, List<Part> parts) -> {
                    Growing inner = new Growing(type);
                    inner.addAll(parts);
                    child(position, inner.node());
                }
                case Part.Copied copied -> copy(copied);
            }
        }

        private void attribute(Position position, String name, String value) {
            if (attributes.add(name)) {
                builder.attribute(name, value);
            } else {
                notices.accept(position + ": the output has an attribute ‘" + name + "’ already; this one is left out");
            }
        }

        private void child(Position position, Node node) {
            if (node.depth() < Node.MAX_DEPTH) {
                builder.child(node);
            } else {
                notices.accept(position + ": <" + node.name() + "> is left out, because the output would be more than "
                        + Node.MAX_DEPTH + " levels deep");
            }
        }

        private void copy(Part.Copied copied) {
            roms.apply(copied.rom()).ifPresent(node -> {
                if (copied.inside()) {
                    text.append(node.text());
                    node.children().forEach(inner -> child(copied.position(), inner));
                } else {
                    child(copied.position(), node);
                }
            });
        }
    }
}
