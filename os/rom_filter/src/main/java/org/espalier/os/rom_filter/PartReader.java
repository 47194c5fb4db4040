package org.espalier.os.rom_filter;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.espalier.config.Attribute;
import org.espalier.config.Nearest;
import org.espalier.config.Node;
import org.espalier.config.Position;

/** Reads the parts of an output that follows the schema, telling of inputs that are not there and leaving out what names them. */
final class PartReader {
    private final Map<String, Input> inputs;
    private final Consumer<String> notices;

    /** Parts may speak of these inputs. */
    PartReader(Map<String, Input> inputs, Consumer<String> notices) {
        this.inputs = inputs;
        this.notices = notices;
    }

    /** The parts inside of {@code node}. */
    List<Part> parts(Node node) {
        return node.children().stream().flatMap(this::part).toList();
    }

    private Stream<Part> part(Node node) {
        return switch (node.name()) {
            case "inline" -> Stream.of(new Part.Inline(node.text(), node.children()));
            case "if" -> choice(node);
            case "attribute" -> attribute(node).stream();
            case "node" -> Stream.of(new Part.Inner(node.position(), node.string("type", ""), parts(node)));
            case "input" -> copied(node).stream();
            default -> throw new IllegalStateException("The schema has a part that is not known: " + node + ".");
        };
    }

    private Stream<Part> choice(Node node) {
        List<Part> then = inside(node, "then");
        List<Part> otherwise = inside(node, "else");
        return node.child("has_value")
                .flatMap(has -> input(has, "input")
                        .<Part>map(input -> new Part.Choice(input, has.string("value", ""), then, otherwise)))
                .map(Stream::of)
                .orElseGet(otherwise::stream);
    }

    private List<Part> inside(Node node, String name) {
        return node.child(name).map(this::parts).orElse(List.of());
    }

    private Optional<Part> attribute(Node node) {
        String name = node.string("name", "");
        if (node.has("input")) {
            return input(node, "input").map(input -> new Part.Taken(node.position(), name, input));
        }
        return Optional.of(new Part.Fixed(node.position(), name, node.string("value", "")));
    }

    private Optional<Part> copied(Node node) {
        boolean inside = node.bool("skip_toplevel", false);
        String name = node.string("name", "");
        // In Genode it is the ROM module that is named here; most inputs have the name of theirs.
        boolean isRom = inputs.values().stream().anyMatch(input -> input.rom().equals(name));
        return isRom && !inputs.containsKey(name)
                ? Optional.of(new Part.Copied(node.position(), name, inside))
                : input(node, "name")
                        .flatMap(input -> Optional.ofNullable(inputs.get(input)))
                        .map(input -> new Part.Copied(node.position(), input.rom(), inside));
    }

    /** An attribute that names an input. */
    private Optional<String> input(Node node, String attribute) {
        return node.attribute(attribute).map(Attribute::value).filter(name -> {
            if (!inputs.containsKey(name)) {
                notices.accept(position(node, attribute) + ": no <input> is named ‘" + name + "’"
                        + Nearest.name(name, inputs.keySet())
                                .map(near -> "; did you mean ‘" + near + "’?")
                                .orElse(""));
            }
            return inputs.containsKey(name);
        });
    }

    private static Position position(Node node, String attribute) {
        return node.attribute(attribute).map(Attribute::position).orElse(node.position());
    }
}
