package org.espalier.sandbox;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.config.Attribute;
import org.espalier.config.Mistakes;
import org.espalier.config.Node;
import org.espalier.config.Position;

/**
 * The names that may stand in one kind of node. Tells of those that may not, of those that have no effect, and of nodes
 * that are there more often than once; it does not look at values. Immutable.
 */
final class Vocabulary {
    /** What a name stands for. */
    private sealed interface Entry {
        /** A node that may be repeated. */
        record Many(Vocabulary inside) implements Entry {}

        /** A node of which the first counts. */
        record One(Vocabulary inside) implements Entry {}

        /** A node of which the first counts, with whatever its reader understands inside. */
        record Free() implements Entry {}

        /** A node of Genode's language that has no effect here, and hence nothing inside it has. */
        record Idle() implements Entry {}
    }

    private final Set<String> attributes;
    private final Set<String> idleAttributes;
    private final Map<String, Entry> nodes;

    private Vocabulary(Set<String> attributes, Set<String> idleAttributes, Map<String, Entry> nodes) {
        this.attributes = Set.copyOf(attributes);
        this.idleAttributes = Set.copyOf(idleAttributes);
        this.nodes = Map.copyOf(nodes);
    }

    /** A kind of node with these attributes and no more. */
    static Vocabulary attributes(String... names) {
        return new Vocabulary(Set.of(names), Set.of(), Map.of());
    }

    /** This one, with more attributes. */
    Vocabulary and(String... names) {
        return and(List.of(names));
    }

    Vocabulary and(List<String> names) {
        return new Vocabulary(union(attributes, Set.copyOf(names)), idleAttributes, nodes);
    }

    /** This one, and attributes of Genode's language that have no effect here. */
    Vocabulary idleAttributes(String... names) {
        return new Vocabulary(attributes, union(idleAttributes, Set.of(names)), nodes);
    }

    Vocabulary many(String name, Vocabulary inside) {
        return with(name, new Entry.Many(inside));
    }

    Vocabulary one(String name, Vocabulary inside) {
        return with(name, new Entry.One(inside));
    }

    Vocabulary free(String name) {
        return with(name, new Entry.Free());
    }

    Vocabulary idleNodes(String... names) {
        Vocabulary all = this;
        for (String name : names) {
            all = all.with(name, new Entry.Idle());
        }
        return all;
    }

    private Vocabulary with(String name, Entry entry) {
        Map<String, Entry> more = new HashMap<>(nodes);
        more.put(name, entry);
        return new Vocabulary(attributes, idleAttributes, more);
    }

    private static Set<String> union(Set<String> some, Set<String> more) {
        Set<String> all = new LinkedHashSet<>(some);
        all.addAll(more);
        return all;
    }

    /** Looks at the names in {@code node} and in all that is below it. */
    void check(Node node, Notices notices) {
        node.attributes().forEach(attribute -> check(node, attribute, notices));
        Map<String, Position> first = new HashMap<>();
        for (Node inner : node.children()) {
            Position earlier = first.putIfAbsent(inner.name(), inner.position());
            Entry entry = nodes.get(inner.name());
            if (entry == null) {
                notices.add(inner.position(), Mistakes.unknown(node, inner, nodes.keySet()));
                continue;
            }
            switch (entry) {
                case Entry.Many(Vocabulary inside) -> inside.check(inner, notices);
                case Entry.One(Vocabulary inside) -> {
                    if (earlier == null) {
                        inside.check(inner, notices);
                    } else {
                        notices.add(inner.position(), Mistakes.repeated(node, inner, earlier));
                    }
                }
                case Entry.Free() -> {
                    if (earlier != null) {
                        notices.add(inner.position(), Mistakes.repeated(node, inner, earlier));
                    }
                }
                case Entry.Idle() ->
                    notices.add(inner.position(), "<" + inner.name() + "> of <" + node.name() + "> has no effect here");
            }
        }
    }

    private void check(Node node, Attribute attribute, Notices notices) {
        String name = attribute.name();
        if (attributes.contains(name)) {
            return;
        }
        if (!idleAttributes.contains(name)) {
            notices.add(attribute.position(), Mistakes.unknown(node, attribute, union(attributes, idleAttributes)));
        } else if (node.bool(name, true)) {
            // One that says no or 0 asks for nothing, and that is what it gets.
            notices.add(attribute.position(), "‘" + name + "’ of <" + node.name() + "> has no effect here");
        }
    }
}
