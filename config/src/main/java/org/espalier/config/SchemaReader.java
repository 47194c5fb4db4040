package org.espalier.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns the tree of a schema into its rules, telling of mistakes. Which nodes and attributes may stand in one is itself a schema,
 * the resource {@code schema.xml} beside this class; this class holds what that cannot say. Used once.
 */
final class SchemaReader {
    private static final String TOP = "schema";
    private static final Set<String> WITH_RANGE = Set.of("number", "size");

    private final BiConsumer<Position, String> mistakes;
    private final Map<String, Content> kinds = new HashMap<>();

    private SchemaReader(BiConsumer<Position, String> mistakes) {
        this.mistakes = mistakes;
    }

    /** The schema of schemas. In a class of its own, because it cannot be there when itself is read. */
    private static final class Language {
        static final Schema SCHEMA = unchecked();

        private static Schema unchecked() {
            byte[] text = Schema.bytes(SchemaReader.class.getResourceAsStream("schema.xml"));
            if (ConfigReader.read("schema.xml", text) instanceof ReadResult.Parsed(Node root)) {
                return new SchemaReader((position, mistake) -> {}).schema(root);
            }
            throw new IllegalStateException("The schema of schemas cannot be read.");
        }
    }

    /** The rules in {@code root}; of no use once a mistake was told. */
    static Schema read(Node root, BiConsumer<Position, String> mistakes) {
        if (!root.name().equals(TOP)) {
            mistakes.accept(root.position(), "the top node is <" + root.name() + "> and not <" + TOP + ">");
        }
        return new SchemaReader(mistakes).schema(Language.SCHEMA.check(root, mistakes));
    }

    private Schema schema(Node root) {
        List<Node> all = root.children("kind");
        List<Content> contents = new ArrayList<>();
        for (Node kind : all) {
            // Named before any is filled, because each may stand in each.
            contents.add(new Content(null, false));
            if (kinds.putIfAbsent(kind.string("name", ""), contents.getLast()) != null) {
                twice(kind);
            }
        }
        for (int i = 0; i < all.size(); i++) {
            fill(contents.get(i), all.get(i));
        }
        Content top = new Content(kindOf(root), false);
        fill(top, root);
        return new Schema(top);
    }

    private void fill(Content content, Node place) {
        attributes(content, place);
        for (Node node : place.children("node")) {
            if (!content.add(node.string("name", ""), rule(node))) {
                twice(node);
            }
        }
        place.child("policies").ifPresent(policies -> policies(content, policies));
    }

    private void attributes(Content content, Node place) {
        for (Node attribute : place.children("attribute")) {
            if (!content.add(
                    attribute.string("name", ""), new Content.AttributeRule(type(attribute), presence(attribute)))) {
                twice(attribute);
            }
        }
    }

    private Content.NodeRule rule(Node node) {
        boolean isFree = node.bool("free", false);
        Content content = new Content(kindOf(node), isFree);
        fill(content, node);
        if (isFree && content.hasNodes()) {
            mistakes.accept(node.position(), "a free <node> has anything inside, and so nothing can be said of it");
        }
        return new Content.NodeRule(content, presence(node), node.bool("once", false), false);
    }

    /** Servers that are left without a policy fall back on a wider one, so no mistake may leave one out. */
    private void policies(Content content, Node place) {
        for (Node attribute : place.children("attribute")) {
            if (attribute.bool("required", false)) {
                mistakes.accept(
                        attribute.position(),
                        "a policy is never left out, and so none of its attributes can be ‘required’; ‘without’ says what"
                                + " becomes of one that lacks it");
            }
        }
        Content fallback = new Content(null, false);
        attributes(fallback, place);
        Content conditional = new Content(fallback, false);
        for (String condition : SessionPolicy.CONDITIONS) {
            conditional.add(condition, new Content.AttributeRule(ValueType.TEXT, Presence.OPTIONAL));
        }
        Content.NodeRule policy = new Content.NodeRule(conditional, Presence.OPTIONAL, false, true);
        Content.NodeRule otherwise = new Content.NodeRule(fallback, Presence.OPTIONAL, true, false);
        if (!content.add(SessionPolicy.POLICY, policy) || !content.add(SessionPolicy.DEFAULT_POLICY, otherwise)) {
            mistakes.accept(
                    place.position(),
                    "<policies> stands for <policy> and <default-policy>, one of which is here already");
        }
    }

    private Presence presence(Node node) {
        boolean isRequired = node.bool("required", false);
        if (isRequired && node.has("without")) {
            mistakes.accept(
                    position(node, "without"),
                    "what is ‘required’ leaves out the node around it, and so ‘without’ has no effect");
        }
        return new Presence(isRequired, node.attribute("without").map(Attribute::value));
    }

    private ValueType type(Node attribute) {
        String type = attribute.string("type", "text");
        if (attribute.has("values")) {
            return oneOf(attribute);
        }
        for (String bound : List.of("least", "most")) {
            if (attribute.has(bound) && !WITH_RANGE.contains(type)) {
                mistakes.accept(
                        position(attribute, bound),
                        "‘" + bound + "’ goes with the types number and size, and not with " + type);
            }
        }
        return switch (type) {
            case "name" -> ValueType.NAME;
            case "bool" -> ValueType.BOOL;
            case "number" -> {
                Optional<Long> least = bound(attribute.number("least"));
                Optional<Long> most = bound(attribute.number("most"));
                notEmpty(attribute, least, most);
                yield ValueType.number(least, most);
            }
            case "size" -> {
                Optional<ByteSize> least = bound(attribute.size("least"));
                Optional<ByteSize> most = bound(attribute.size("most"));
                notEmpty(attribute, least.map(ByteSize::bytes), most.map(ByteSize::bytes));
                yield ValueType.size(least, most);
            }
            case "milliseconds" -> ValueType.MILLISECONDS;
            default -> ValueType.TEXT;
        };
    }

    private ValueType oneOf(Node attribute) {
        for (String other : List.of("type", "least", "most")) {
            if (attribute.has(other)) {
                mistakes.accept(
                        position(attribute, other),
                        "where ‘values’ names all that is right, ‘" + other + "’ has no effect");
            }
        }
        List<String> values = Stream.of(attribute.string("values", "").split(" ", -1))
                .filter(value -> !value.isEmpty())
                .toList();
        if (values.isEmpty()) {
            mistakes.accept(position(attribute, "values"), "‘values’ is empty, and so no value would be right");
            return ValueType.TEXT;
        }
        return ValueType.oneOf(values);
    }

    private <T> Optional<T> bound(Value<T> value) {
        return switch (value) {
            case Value.Given<T>(T given) -> Optional.of(given);
            case Value.Absent<T> absent -> Optional.empty();
            case Value.Malformed<T>(Position position, String message) -> {
                mistakes.accept(position, message);
                yield Optional.empty();
            }
        };
    }

    private void notEmpty(Node attribute, Optional<Long> least, Optional<Long> most) {
        if (least.isPresent() && most.isPresent() && least.get() > most.get()) {
            mistakes.accept(position(attribute, "most"), "‘most’ is less than ‘least’, and so no value would be right");
        }
    }

    private @Nullable Content kindOf(Node node) {
        if (!node.has("kind")) {
            return null;
        }
        String name = node.string("kind", "");
        Content kind = kinds.get(name);
        if (kind == null) {
            mistakes.accept(
                    position(node, "kind"),
                    "there is no <kind> ‘" + name + "’"
                            + Nearest.name(name, kinds.keySet())
                                    .map(near -> "; did you mean ‘" + near + "’?")
                                    .orElse(""));
        }
        return kind;
    }

    private void twice(Node node) {
        mistakes.accept(node.position(), "two <" + node.name() + "> are named ‘" + node.string("name", "") + "’");
    }

    private static Position position(Node node, String attribute) {
        return node.attribute(attribute).map(Attribute::position).orElse(node.position());
    }
}
