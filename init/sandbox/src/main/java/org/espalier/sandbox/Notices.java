package org.espalier.sandbox;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.espalier.config.Attribute;
import org.espalier.config.ByteSize;
import org.espalier.config.Node;
import org.espalier.config.Position;
import org.espalier.config.Value;

/** Collects the notices of one reading, and reads what every part of the language has in common. Belongs to one reading. */
final class Notices {
    private static final int LONGEST_QUOTE = 64;

    private final List<InitConfig.Notice> list = new ArrayList<>();

    void add(Position position, String message) {
        list.add(new InitConfig.Notice(position, message));
    }

    /** Adds one that speaks for itself, beside another that says where. */
    void add(String message) {
        add(Position.GENERATED, message);
    }

    /** How many there are so far. */
    int count() {
        return list.size();
    }

    /** All of them, from the top of the configuration to its end. */
    List<InitConfig.Notice> inOrder() {
        List<InitConfig.Notice> sorted = new ArrayList<>(list);
        sorted.sort(Comparator.comparing(
                InitConfig.Notice::position,
                Comparator.comparing(Position::file)
                        .thenComparingInt(Position::line)
                        .thenComparingInt(Position::column)));
        return sorted;
    }

    /** The attribute {@code name} of a node that means nothing without one. */
    Optional<String> name(Node node) {
        String name = node.string("name", "");
        if (name.isEmpty()) {
            add(node.position(), "<" + node.name() + "> has no name; it is left out");
            return Optional.empty();
        }
        return Optional.of(name);
    }

    /** The number in an attribute, {@code fallback} where there is none, or none from {@code least} to {@code most}. */
    long number(Node node, String attribute, long least, long most, long fallback) {
        return switch (node.number(attribute)) {
            case Value.Given<Long>(Long value) when value >= least && value <= most -> value;
            case Value.Given<Long>(Long value) -> {
                Position position =
                        node.attribute(attribute).map(Attribute::position).orElse(node.position());
                add(
                        position,
                        "‘" + attribute + "’ of <" + node.name() + "> is " + value + ", and can be " + least + " to "
                                + most + "; it is left out");
                yield fallback;
            }
            case Value.Absent<Long> absent -> fallback;
            case Value.Malformed<Long>(Position position, String message) -> {
                add(position, message + "; it is left out");
                yield fallback;
            }
        };
    }

    /** The size in bytes in an attribute, {@code fallback} where there is none. */
    long size(Node node, String attribute, long fallback) {
        return switch (node.size(attribute)) {
            case Value.Given<ByteSize>(ByteSize size) -> size.bytes();
            case Value.Absent<ByteSize> absent -> fallback;
            case Value.Malformed<ByteSize>(Position position, String message) -> {
                add(position, message + "; it is left out");
                yield fallback;
            }
        };
    }

    /** Whether an attribute says yes; one that is not there says no. */
    boolean bool(Node node, String attribute) {
        return switch (node.bool(attribute)) {
            case Value.Given<Boolean>(Boolean given) -> given;
            case Value.Absent<Boolean> absent -> false;
            case Value.Malformed<Boolean>(Position position, String message) -> {
                add(position, message + "; it is left out");
                yield false;
            }
        };
    }

    /** The names of the {@code <service>} nodes in {@code node}, in order. */
    Set<String> services(Node node) {
        Set<String> services = new LinkedHashSet<>();
        for (Node service : node.children("service")) {
            name(service).ifPresent(services::add);
        }
        return Collections.unmodifiableSet(services);
    }

    /** Any text for a message: on one line and not too long. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("‘");
        text.codePoints()
                .limit(LONGEST_QUOTE)
                .map(c -> Character.isISOControl(c) ? '\uFFFD' : c)
                .forEach(quoted::appendCodePoint);
        return quoted.append(text.codePointCount(0, text.length()) > LONGEST_QUOTE ? "…’" : "’")
                .toString();
    }
}
