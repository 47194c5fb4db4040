package org.espalier.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * An element of a configuration: a name, attributes, child nodes and text, each where its author wrote it.
 *
 * <p>Immutable, hence free to be shared between threads and between trees; a node does not know its parent. Equality is
 * identity. Two nodes that say the same are found by {@link #sameContent}.
 *
 * <p>A tree is at most {@link #MAX_DEPTH} nodes deep, so whoever walks it may use recursion. Names are XML names,
 * attribute names are unique within a node, and text is Unicode text without halves of surrogate pairs; the builder
 * refuses anything else with an {@link IllegalArgumentException}. The order of attributes is kept but means nothing, the
 * order of children does. Where text stood between the children is not kept.
 */
public final class Node {

    /** The number of levels that a tree may have. */
    public static final int MAX_DEPTH = 256;

    private final String name;
    private final List<Attribute> attributes;
    private final Map<String, Attribute> attributeIndex;
    private final List<Node> children;
    private final String text;
    private final Position position;
    private final int depth;
    private final long contentHash;

    /** For those who checked the rules above already. */
    Node(String name, AttributeList attributes, List<Node> children, String text, Position position) {
        this.name = name;
        this.attributes = attributes.frozenList();
        this.attributeIndex = attributes.frozenIndex();
        this.children = List.copyOf(children);
        this.text = text;
        this.position = position;
        this.depth = 1 + deepest(this.children);
        this.contentHash = hash(name, this.attributes, this.children, text);
    }

    private static int deepest(List<Node> children) {
        int deepest = 0;
        for (Node child : children) {
            deepest = Math.max(deepest, child.depth);
        }
        return deepest;
    }

    private static long hash(String name, List<Attribute> attributes, List<Node> children, String text) {
        long hash = mix(name.hashCode(), text.hashCode());
        for (Attribute attribute : attributes) {
            // A sum, because the order of attributes means nothing.
            hash += mix(attribute.name().hashCode(), attribute.value().hashCode());
        }
        for (Node child : children) {
            hash = mix(hash, child.contentHash);
        }
        return hash;
    }

    private static long mix(long a, long b) {
        long mixed = (a * 0x9E3779B97F4A7C15L) ^ (b + 0x7F4A7C159E3779B9L);
        mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
        return mixed ^ (mixed >>> 29);
    }

    /** Starts a node that a program makes. */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /** Whether a node or an attribute may be named so. */
    public static boolean isName(String text) {
        return Characters.isName(text);
    }

    /** The name of the element. */
    public String name() {
        return name;
    }

    /** All attributes, in the order in which they were written; unmodifiable. */
    public List<Attribute> attributes() {
        return attributes;
    }

    /** All child nodes, in order; unmodifiable. */
    public List<Node> children() {
        return children;
    }

    /** The character data directly inside this node, all pieces joined; empty if there is none. */
    public String text() {
        return text;
    }

    /** The place of the first character of the start tag; in HID that of its {@code +}. */
    public Position position() {
        return position;
    }

    /** The number of levels of this tree: 1 for a node without children. */
    public int depth() {
        return depth;
    }

    /** The attribute of that name. */
    public Optional<Attribute> attribute(String name) {
        return Optional.ofNullable(find(name));
    }

    /** Whether there is an attribute of that name. */
    public boolean has(String name) {
        return find(name) != null;
    }

    /** The value of an attribute, or {@code fallback} without it. */
    public String string(String name, String fallback) {
        Attribute attribute = find(name);
        return attribute == null ? fallback : attribute.value();
    }

    /** The text of an attribute. */
    public Value<String> string(String name) {
        return typed(name, (node, attribute) -> new Value.Given<>(attribute.value()));
    }

    /** As {@link #bool(String)}, with {@code fallback} for an absent and also for a malformed attribute. */
    public boolean bool(String name, boolean fallback) {
        Attribute attribute = find(name);
        return attribute == null ? fallback : TypedText.bool(attribute.value()).orElse(fallback);
    }

    /** An attribute that says yes, true, on or 1, or else no, false, off or 0. */
    public Value<Boolean> bool(String name) {
        return typed(name, TypedText::bool);
    }

    /** A whole number that fits 64 bits with sign: decimal, or hexadecimal after {@code 0x}; a minus may precede both. */
    public Value<Long> number(String name) {
        return typed(name, TypedText::number);
    }

    /** An amount of memory: decimal or {@code 0x} hexadecimal bytes, or as many K, M or G (2^10, 2^20, 2^30 bytes). */
    public Value<ByteSize> size(String name) {
        return typed(name, TypedText::size);
    }

    /** A duration given as a whole number of milliseconds, decimal or {@code 0x} hexadecimal. */
    public Value<Duration> milliseconds(String name) {
        return typed(name, TypedText::milliseconds);
    }

    private <T> Value<T> typed(String name, BiFunction<Node, Attribute, Value<T>> reader) {
        Attribute attribute = find(name);
        return attribute == null
                ? new Value.Absent<>(position, "<" + this.name + "> has no attribute ‘" + name + "’")
                : reader.apply(this, attribute);
    }

    private @Nullable Attribute find(String name) {
        return AttributeList.find(name, attributes, attributeIndex);
    }

    /** The first child node of that name. */
    public Optional<Node> child(String name) {
        for (Node child : children) {
            if (child.name.equals(name)) {
                return Optional.of(child);
            }
        }
        return Optional.empty();
    }

    /** All child nodes of that name, in order; unmodifiable. */
    public List<Node> children(String name) {
        return children.stream().filter(child -> child.name.equals(name)).toList();
    }

    /**
     * Whether both trees say the same: equal names, text and attributes in whatever order, and children that say the
     * same in the same order. Positions do not count.
     */
    public boolean sameContent(Node other) {
        if (this == other) {
            return true;
        }
        if (contentHash != other.contentHash
                || depth != other.depth
                || attributes.size() != other.attributes.size()
                || children.size() != other.children.size()
                || !name.equals(other.name)
                || !text.equals(other.text)) {
            return false;
        }
        for (Attribute attribute : attributes) {
            Attribute counterpart = other.find(attribute.name());
            if (counterpart == null || !counterpart.value().equals(attribute.value())) {
                return false;
            }
        }
        for (int i = 0; i < children.size(); i++) {
            if (!children.get(i).sameContent(other.children.get(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * A hash that goes with {@link #sameContent}, computed once: the same on every machine, well spread, and of no use
     * against somebody who looks for collisions.
     */
    public long contentHash() {
        return contentHash;
    }

    /** The name and the position, for messages. {@link XmlWriter} shows the content. */
    @Override
    public String toString() {
        return "<" + name + "> (" + position + ")";
    }

    /**
     * Puts one node together. Belongs to one thread; may go on after {@link #build}, which does not affect nodes built
     * before.
     */
    public static final class Builder {

        private final String name;
        private final AttributeList attributes = new AttributeList();
        private final List<Node> children = new ArrayList<>();
        private String text = "";
        private Position position = Position.GENERATED;

        private Builder(String name) {
            Characters.requireName(name);
            this.name = name;
        }

        /** Adds an attribute at the position of the node as known by now. */
        public Builder attribute(String name, String value) {
            return attribute(new Attribute(name, value, position));
        }

        /** Adds an attribute; refuses a name that is taken. */
        public Builder attribute(Attribute attribute) {
            if (attributes.find(attribute.name()) != null) {
                throw new IllegalArgumentException(
                        "<" + name + "> has an attribute ‘" + attribute.name() + "’ already.");
            }
            attributes.add(attribute);
            return this;
        }

        /** Adds a child node after those that are there; refuses one that makes the tree too deep. */
        public Builder child(Node child) {
            if (child.depth >= MAX_DEPTH) {
                throw new IllegalArgumentException("<" + child.name + "> is " + child.depth
                        + " levels deep and cannot be a child: a tree has at most " + MAX_DEPTH + " levels.");
            }
            children.add(child);
            return this;
        }

        /** Adds child nodes after those that are there. */
        public Builder children(Iterable<Node> children) {
            children.forEach(this::child);
            return this;
        }

        /** The text of the node, in place of what was said before. */
        public Builder text(String text) {
            Characters.requireText(text);
            this.text = text;
            return this;
        }

        /** The position of the node; {@link Position#GENERATED} if nothing is said. */
        public Builder at(Position position) {
            this.position = position;
            return this;
        }

        /** The node. */
        public Node build() {
            return new Node(name, attributes, children, text, position);
        }
    }
}
