package org.espalier.config;

import java.util.List;
import java.util.Optional;

/** How a schema wants the value of an attribute to be. Stateless. */
interface ValueType {
    /** Any text. */
    ValueType TEXT = (node, attribute) -> Optional.empty();

    /** The name of a node or an attribute. */
    ValueType NAME = (node, attribute) ->
            Node.isName(attribute.value()) ? Optional.empty() : refused(TypedText.malformed(node, attribute, "a name"));

    ValueType BOOL = (node, attribute) -> refused(TypedText.bool(node, attribute));

    ValueType MILLISECONDS = (node, attribute) -> refused(TypedText.milliseconds(node, attribute));

    /** What to say of the value of an attribute; empty if it is right. */
    Optional<String> mistake(Node node, Attribute attribute);

    static ValueType number(Optional<Long> least, Optional<Long> most) {
        return (node, attribute) -> refused(
                TypedText.number(node, attribute) instanceof Value.Given<Long>(Long value)
                                && !isWithin(value, least, most)
                        ? TypedText.malformed(node, attribute, "a number" + range(least, most))
                        : TypedText.number(node, attribute));
    }

    static ValueType size(Optional<ByteSize> least, Optional<ByteSize> most) {
        return (node, attribute) -> refused(
                TypedText.size(node, attribute) instanceof Value.Given<ByteSize>(ByteSize value)
                                && !isWithin(value.bytes(), least.map(ByteSize::bytes), most.map(ByteSize::bytes))
                        ? TypedText.malformed(node, attribute, "a size" + range(least, most))
                        : TypedText.size(node, attribute));
    }

    static ValueType oneOf(List<String> values) {
        return (node, attribute) -> values.contains(attribute.value())
                ? Optional.empty()
                : refused(TypedText.malformed(node, attribute, listed(values)))
                        .map(text -> text
                                + Nearest.name(attribute.value(), values)
                                        .map(near -> "; did you mean ‘" + near + "’?")
                                        .orElse(""));
    }

    private static boolean isWithin(long value, Optional<Long> least, Optional<Long> most) {
        return value >= least.orElse(Long.MIN_VALUE) && value <= most.orElse(Long.MAX_VALUE);
    }

    private static String range(Optional<?> least, Optional<?> most) {
        if (least.isPresent() && most.isPresent()) {
            return " from " + least.get() + " to " + most.get();
        }
        return least.map(bound -> " of at least " + bound)
                .or(() -> most.map(bound -> " of at most " + bound))
                .orElse("");
    }

    /** As people write it: a, b or c. */
    private static String listed(List<String> values) {
        String last = values.getLast();
        return values.size() == 1 ? last : String.join(", ", values.subList(0, values.size() - 1)) + " or " + last;
    }

    private static Optional<String> refused(Value<?> value) {
        return value instanceof Value.Malformed<?> malformed ? Optional.of(malformed.message()) : Optional.empty();
    }
}
