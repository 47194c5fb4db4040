package org.espalier.sandbox;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.base.CapQuota;
import org.espalier.base.RamQuota;
import org.espalier.config.Attribute;
import org.espalier.config.ByteSize;
import org.espalier.config.Nearest;
import org.espalier.config.Node;
import org.espalier.config.Position;
import org.espalier.config.Value;

/**
 * Reads what a child is to get: the attribute of its {@code <start>}, or else its {@code <resource>}, or else the attribute of
 * {@code <default>}. A quota of zero is a mistake and not a wish for the default. Belongs to one reading.
 */
final class QuotaReader {
    /** The two quotas and how each is written. */
    private enum Kind {
        RAM("ram", "RAM", "RAM quota") {
            @Override
            Value<Long> read(Node node, String attribute) {
                return switch (node.size(attribute)) {
                    case Value.Given<ByteSize>(ByteSize size) -> new Value.Given<>(size.bytes());
                    case Value.Absent<ByteSize>(Position position, String message) ->
                        new Value.Absent<>(position, message);
                    case Value.Malformed<ByteSize>(Position position, String message) ->
                        new Value.Malformed<>(position, message);
                };
            }
        },
        CAPS("caps", "CAP", "capability quota") {
            @Override
            Value<Long> read(Node node, String attribute) {
                return node.number(attribute);
            }
        };

        final String attribute;
        final String resource;
        final String title;

        Kind(String attribute, String resource, String title) {
            this.attribute = attribute;
            this.resource = resource;
            this.title = title;
        }

        abstract Value<Long> read(Node node, String attribute);
    }

    /** Names that {@code <resource>} may have; the last is Genode's and without effect here. */
    private static final List<String> RESOURCES = List.of("RAM", "CAP", "CPU");

    private final Notices notices;
    private final Optional<Long> defaultRam;
    private final Optional<Long> defaultCaps;

    QuotaReader(Node config, Notices notices) {
        this.notices = notices;
        Optional<Node> defaults = config.child("default");
        defaultRam = defaults.flatMap(node -> fallback(node, Kind.RAM));
        defaultCaps = defaults.flatMap(node -> fallback(node, Kind.CAPS));
    }

    private Optional<Long> fallback(Node defaults, Kind kind) {
        return switch (kind.read(defaults, kind.attribute)) {
            case Value.Given<Long>(Long amount) when amount > 0 -> Optional.of(amount);
            case Value.Given<Long>(Long amount) -> {
                notices.add(
                        position(defaults, kind.attribute),
                        "the default " + kind.title + " is " + amount + "; there is no default");
                yield Optional.empty();
            }
            case Value.Absent<Long> absent -> Optional.empty();
            case Value.Malformed<Long>(Position position, String message) -> {
                notices.add(position, message);
                yield Optional.empty();
            }
        };
    }

    /** What the {@code <start>} node of {@code child} says, if the child can be started with it. */
    Optional<ChildQuota> read(Node start, String child) {
        Map<String, Node> resources = resources(start);
        Optional<Long> ram = amount(start, resources, child, Kind.RAM, defaultRam);
        Optional<Long> caps = amount(start, resources, child, Kind.CAPS, defaultCaps);
        return ram.flatMap(bytes -> caps.map(count -> new ChildQuota(new RamQuota(bytes), new CapQuota(count))));
    }

    /** What a child is to get; both are above zero. */
    record ChildQuota(RamQuota ram, CapQuota caps) {}

    private Optional<Long> amount(
            Node start, Map<String, Node> resources, String child, Kind kind, Optional<Long> fallback) {
        if (start.has(kind.attribute)) {
            return given(start, kind.attribute, child, kind);
        }
        Node resource = resources.get(kind.resource);
        if (resource != null) {
            return given(resource, "quantum", child, kind);
        }
        if (fallback.isEmpty()) {
            notices.add(
                    start.position(),
                    "child ‘" + child + "’ has no " + kind.title + " and no default; it is not started");
        }
        return fallback;
    }

    private Optional<Long> given(Node node, String attribute, String child, Kind kind) {
        return switch (kind.read(node, attribute)) {
            case Value.Given<Long>(Long amount) when amount > 0 -> Optional.of(amount);
            case Value.Given<Long>(Long amount) -> {
                notices.add(
                        position(node, attribute),
                        "child ‘" + child + "’ has a " + kind.title + " of " + amount + "; it is not started");
                yield Optional.empty();
            }
            case Value.Absent<Long>(Position position, String message) -> refused(position, message, child);
            case Value.Malformed<Long>(Position position, String message) -> refused(position, message, child);
        };
    }

    private Optional<Long> refused(Position position, String message, String child) {
        notices.add(position, message + "; child ‘" + child + "’ is not started");
        return Optional.empty();
    }

    /** The first {@code <resource>} of each name that states an amount. */
    private Map<String, Node> resources(Node start) {
        Map<String, Node> resources = new HashMap<>();
        for (Node resource : start.children("resource")) {
            notices.name(resource).ifPresent(name -> add(resources, name, resource));
        }
        return resources;
    }

    private void add(Map<String, Node> resources, String name, Node resource) {
        if (!RESOURCES.contains(name)) {
            notices.add(
                    position(resource, "name"),
                    "unknown resource " + Notices.quote(name)
                            + Nearest.name(name, RESOURCES)
                                    .map(near -> "; did you mean ‘" + near + "’?")
                                    .orElse(""));
            return;
        }
        if (name.equals("CPU")) {
            notices.add(resource.position(), "<resource> ‘CPU’ has no effect here");
            return;
        }
        if (!resource.has("quantum") && resource.has("preserve")) {
            return;
        }
        Node first = resources.putIfAbsent(name, resource);
        if (first != null) {
            notices.add(
                    resource.position(),
                    "<start> has more than one <resource> ‘" + name + "’; this one is left out, the first is at "
                            + first.position());
        }
    }

    private static Position position(Node node, String attribute) {
        return node.attribute(attribute).map(Attribute::position).orElse(node.position());
    }
}
