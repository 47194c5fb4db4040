package org.espalier.os.rom_filter;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.espalier.config.Attribute;
import org.espalier.config.ConfigChecks;
import org.espalier.config.Nearest;
import org.espalier.config.Node;
import org.espalier.config.Position;

/** Reads the parts of the output, telling of mistakes and leaving out what they are in. */
final class PartReader {
    private final Map<String, Input> inputs;
    private final Consumer<String> notices;

    /** Parts may speak of these inputs. */
    PartReader(Map<String, Input> inputs, Consumer<String> notices) {
        this.inputs = inputs;
        this.notices = notices;
    }

    /** What may stand in a node with parts inside that has these attributes. */
    static ConfigChecks checks(String... attributes) {
        return ConfigChecks.attributes(attributes)
                .node("inline", ConfigChecks.free())
                .node("attribute", ConfigChecks.attributes("name", "value", "input"))
                .node("input", ConfigChecks.attributes("name", "skip_toplevel"))
                .node("node", () -> checks("type"))
                .node(
                        "if",
                        () -> ConfigChecks.attributes()
                                .node("has_value", ConfigChecks.attributes("input", "value"))
                                .node("then", PartReader::checks)
                                .node("else", PartReader::checks));
    }

    /** The parts inside of {@code node}. */
    List<Part> parts(Node node) {
        return node.children().stream().flatMap(this::part).toList();
    }

    private Stream<Part> part(Node node) {
        return switch (node.name()) {
            case "inline" -> Stream.of(new Part.Inline(node.text(), node.children()));
            case "if" -> choice(node);
            case "attribute" -> name(node, "name").flatMap(name -> attribute(node, name)).stream();
            case "node" -> name(node, "type").stream().map(type -> new Part.Inner(node.position(), type, parts(node)));
            case "input" -> copied(node).stream();
            default -> Stream.empty(); // was told of when the configuration was read
        };
    }

    private Stream<Part> choice(Node node) {
        List<Part> then = inside(node, "then");
        List<Part> otherwise = inside(node, "else");
        Optional<Node> condition = first(node, "has_value");
        if (condition.isEmpty()) {
            notices.accept(node.position() + ": <if> has no <has_value>, and so its condition is never met");
        }
        return condition
                .flatMap(has -> input(has, "input")
                        .flatMap(input -> ConfigChecks.required(has.string("value"), notices)
                                .<Part>map(value -> new Part.Choice(input, value, then, otherwise))))
                .map(Stream::of)
                .orElseGet(otherwise::stream);
    }

    private List<Part> inside(Node node, String name) {
        return first(node, name).map(this::parts).orElse(List.of());
    }

    private Optional<Node> first(Node node, String name) {
        List<Node> all = node.children(name);
        all.stream()
                .skip(1)
                .forEach(more -> notices.accept(more.position() + ": <" + node.name() + "> has more than one <" + name
                        + ">; this one is left out, the first is at "
                        + all.getFirst().position()));
        return all.stream().findFirst();
    }

    private Optional<Part> attribute(Node node, String name) {
        if (node.has("input")) {
            return input(node, "input").map(input -> new Part.Taken(node.position(), name, input));
        }
        return Optional.of(new Part.Fixed(node.position(), name, node.string("value", "")));
    }

    private Optional<Part> copied(Node node) {
        boolean inside = ConfigChecks.optional(node.bool("skip_toplevel"), false, notices);
        String name = node.string("name", "");
        // In Genode it is the ROM module that is named here; most inputs have the name of theirs.
        boolean isRom = inputs.values().stream().anyMatch(input -> input.rom().equals(name));
        return isRom && !inputs.containsKey(name)
                ? Optional.of(new Part.Copied(node.position(), name, inside))
                : input(node, "name")
                        .flatMap(input -> Optional.ofNullable(inputs.get(input)))
                        .map(input -> new Part.Copied(node.position(), input.rom(), inside));
    }

    /** An attribute that names a node or an attribute of the output. */
    private Optional<String> name(Node node, String attribute) {
        return ConfigChecks.required(node.string(attribute), notices).filter(name -> {
            if (!Node.isName(name)) {
                notices.accept(position(node, attribute) + ": attribute ‘" + attribute + "’ of <" + node.name()
                        + ">: expected a name, found ‘" + name + "’");
            }
            return Node.isName(name);
        });
    }

    /** An attribute that names an input. */
    private Optional<String> input(Node node, String attribute) {
        return ConfigChecks.required(node.string(attribute), notices).filter(name -> {
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
