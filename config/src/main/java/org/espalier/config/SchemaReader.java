package org.espalier.config;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Turns the tree of a schema into its rules, telling of mistakes. Which nodes and attributes may stand in one is itself a schema,
 * the resource {@code schema.xml} beside this class; this class holds what that cannot say. Used once.
 */
final class SchemaReader {
    private static final String TOP = "schema";
    private static final Set<String> WITH_RANGE = Set.of("number", "size");

    private final BiConsumer<Position, String> mistakes;
    private final Map<String, Node> kinds = new HashMap<>();

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
        for (Node kind : all) {
            // Named before any is read, because each may stand in each.
            if (kinds.putIfAbsent(kind.string("name", ""), kind) != null) {
                twice(kind);
            }
        }
        Map<String, Content> contents = new HashMap<>();
        for (Node kind : all) {
            contents.put(kind.string("name", ""), content(kind, Optional.empty(), false));
        }
        return new Schema(content(root, kindOf(root), false), contents);
    }

    private Content content(Node place, Optional<String> kind, boolean isFree) {
        Map<String, Content.NodeRule> nodes = new LinkedHashMap<>();
        Rules<Content.AttributeRule> attributes = Rules.of(attributes(place));
        for (Node node : place.children("node")) {
            if (nodes.putIfAbsent(node.string("name", ""), rule(node)) != null) {
                twice(node);
            }
        }
        place.child("policies").ifPresent(policies -> policies(nodes, policies));
        return new Content(attributes, Rules.of(nodes), kind, isFree);
    }

    private Map<String, Content.AttributeRule> attributes(Node place) {
        Map<String, Content.AttributeRule> rules = new LinkedHashMap<>();
        for (Node attribute : place.children("attribute")) {
            Content.AttributeRule rule = new Content.AttributeRule(type(attribute), presence(attribute));
            if (rules.putIfAbsent(attribute.string("name", ""), rule) != null) {
                twice(attribute);
            }
        }
        return rules;
    }

    private Content.NodeRule rule(Node node) {
        boolean isFree = node.bool("free", false);
        Optional<String> kind = kindOf(node);
        Content content = content(node, kind, isFree);
        if (isFree
                && (hasNodes(node)
                        || kind.map(kinds::get).filter(SchemaReader::hasNodes).isPresent())) {
            mistakes.accept(node.position(), "a free <node> has anything inside, and so nothing can be said of it");
        }
        return new Content.NodeRule(content, presence(node), node.bool("once", false), false);
    }

    private static boolean hasNodes(Node place) {
        return place.child("node").isPresent() || place.child("policies").isPresent();
    }

    /** Servers that are left without a policy fall back on a wider one, so no mistake may leave one out. */
    private void policies(Map<String, Content.NodeRule> nodes, Node place) {
        for (Node attribute : place.children("attribute")) {
            if (attribute.bool("required", false)) {
                mistakes.accept(
                        attribute.position(),
                        "a policy is never left out, and so none of its attributes can be ‘required’; ‘without’ says what"
                                + " becomes of one that lacks it");
            }
        }
        Map<String, Content.AttributeRule> attributes = attributes(place);
        Content fallback = withoutNodes(attributes);
        for (String condition : SessionPolicy.CONDITIONS) {
            attributes.put(condition, new Content.AttributeRule(ValueType.TEXT, Presence.OPTIONAL));
        }
        Content.NodeRule policy = new Content.NodeRule(withoutNodes(attributes), Presence.OPTIONAL, false, true);
        Content.NodeRule otherwise = new Content.NodeRule(fallback, Presence.OPTIONAL, true, false);
        boolean isNew = nodes.putIfAbsent(SessionPolicy.POLICY, policy) == null;
        isNew &= nodes.putIfAbsent(SessionPolicy.DEFAULT_POLICY, otherwise) == null;
        if (!isNew) {
            mistakes.accept(
                    place.position(),
                    "<policies> stands for <policy> and <default-policy>, one of which is here already");
        }
    }

    private static Content withoutNodes(Map<String, Content.AttributeRule> attributes) {
        return new Content(Rules.of(attributes), Rules.none(), Optional.empty(), false);
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

    private Optional<String> kindOf(Node node) {
        Optional<String> kind = node.attribute("kind").map(Attribute::value);
        if (kind.isPresent() && !kinds.containsKey(kind.get())) {
            mistakes.accept(
                    position(node, "kind"),
                    "there is no <kind> ‘" + kind.get() + "’"
                            + Nearest.name(kind.get(), kinds.keySet())
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
