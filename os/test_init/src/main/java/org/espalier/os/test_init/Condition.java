package org.espalier.os.test_init;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.espalier.config.ByteSize;
import org.espalier.config.Node;
import org.espalier.config.Position;
import org.espalier.config.Value;

/**
 * What a node of a state report is to be like. Immutable.
 *
 * <p>An attribute that is not there has the empty text as its value, and as a size it is zero, as is one that is no size.
 */
sealed interface Condition {
    /** Where it is written. */
    Position position();

    /** What {@code node} has instead; empty if it is as it is to be. */
    Optional<Finding> finding(Node node);

    /**
     * Why a state is not as expected.
     *
     * @param position of the condition
     * @param text what was expected and what was found
     */
    record Finding(Position position, String text) {
        /** The position and the text. */
        @Override
        public String toString() {
            return position + ": " + text;
        }
    }

    /** The attribute has this value. */
    record Equal(Position position, String name, String value) implements Condition {
        @Override
        public Optional<Finding> finding(Node node) {
            String found = node.string(name, "");
            return found.equals(value)
                    ? Optional.empty()
                    : Optional.of(new Finding(position, unexpected(node, name, "‘" + value + "’", found)));
        }
    }

    /** The attribute is a larger size, or a larger number. */
    record Higher(Position position, String name, ByteSize limit) implements Condition {
        @Override
        public Optional<Finding> finding(Node node) {
            return size(node, name) > limit.bytes()
                    ? Optional.empty()
                    : Optional.of(
                            new Finding(position, unexpected(node, name, "more than " + limit, node.string(name, ""))));
        }
    }

    /** The attribute is a smaller size, or a smaller number. */
    record Lower(Position position, String name, ByteSize limit) implements Condition {
        @Override
        public Optional<Finding> finding(Node node) {
            return size(node, name) < limit.bytes()
                    ? Optional.empty()
                    : Optional.of(
                            new Finding(position, unexpected(node, name, "less than " + limit, node.string(name, ""))));
        }
    }

    /** There is a node of this name inside for which all of these hold. */
    record Inside(Position position, String name, List<Condition> conditions) implements Condition {
        @Override
        public Optional<Finding> finding(Node node) {
            List<Node> candidates = node.children(name);
            if (candidates.stream().anyMatch(inner -> unmet(conditions, inner).isEmpty())) {
                return Optional.empty();
            }
            String expected = "<" + node.name() + "> is to have a <" + name + ">"
                    + (conditions.isEmpty() ? "" : " that meets what is inside");
            // With one candidate, what it lacks is what matters.
            return candidates.size() == 1
                    ? unmet(conditions, candidates.getFirst())
                    : Optional.of(new Finding(position, expected + ", and none of its " + candidates.size() + " does"));
        }
    }

    /** These do not hold all together. */
    record Not(Position position, List<Condition> conditions) implements Condition {
        @Override
        public Optional<Finding> finding(Node node) {
            return unmet(conditions, node).isPresent()
                    ? Optional.empty()
                    : Optional.of(new Finding(
                            position, "<" + node.name() + "> meets what is inside of <not>, and is not to"));
        }
    }

    private static String unexpected(Node node, String name, String expected, String found) {
        return "attribute ‘" + name + "’ of <" + node.name() + ">: expected " + expected + ", found ‘" + found + "’";
    }

    private static long size(Node node, String name) {
        return node.size(name).or(new ByteSize(0)).bytes();
    }

    /** The first of {@code conditions} that does not hold for {@code node}; empty if all do. */
    static Optional<Finding> unmet(List<Condition> conditions, Node node) {
        return conditions.stream()
                .flatMap(condition -> condition.finding(node).stream())
                .findFirst();
    }

    /** The conditions inside of {@code node}, telling of those that say nothing. */
    static List<Condition> read(Node node, Consumer<String> notices) {
        return node.children().stream().flatMap(inner -> one(inner, notices)).toList();
    }

    private static Stream<Condition> one(Node node, Consumer<String> notices) {
        return switch (node.name()) {
            case "attribute" -> attribute(node, node.string("name", ""), notices);
            case "node" -> Stream.of(new Inside(node.position(), node.string("name", ""), read(node, notices)));
            case "not" -> Stream.of(new Not(node.position(), read(node, notices)));
            default -> throw new IllegalStateException("The schema has a condition that is not known: " + node + ".");
        };
    }

    private static Stream<Condition> attribute(Node node, String name, Consumer<String> notices) {
        Position position = node.position();
        if (node.has("value")) {
            return Stream.of(new Equal(position, name, node.string("value", "")));
        }
        if (node.size("higher") instanceof Value.Given<ByteSize>(ByteSize limit)) {
            return Stream.of(new Higher(position, name, limit));
        }
        if (node.size("lower") instanceof Value.Given<ByteSize>(ByteSize limit)) {
            return Stream.of(new Lower(position, name, limit));
        }
        notices.accept(position + ": <attribute> has none of ‘value’, ‘higher’ and ‘lower’");
        return Stream.empty();
    }
}
