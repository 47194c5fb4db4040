package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.testkit.Choices;
import org.espalier.testkit.ForAll;
import org.junit.jupiter.api.Test;

/**
 * Random schemas, and configurations that are made to follow them: nothing is found in these, and something in each that has
 * one mistake. What follows a schema, and what does not, is decided here, apart from the code under test.
 */
final class SchemaRandomTest {
    /** Types, each with a right value and a wrong one. Whatever is a text is right. */
    private static final List<Map<String, String>> TYPES = List.of(
            Map.of("type", "name", "right", "n-1", "wrong", "1 n"),
            Map.of("type", "bool", "right", "on", "wrong", "2"),
            Map.of("type", "number", "right", "-9", "wrong", "nine"),
            Map.of("type", "number", "least", "2", "most", "4", "right", "4", "wrong", "5"),
            Map.of("type", "size", "least", "4K", "right", "1M", "wrong", "4095"),
            Map.of("type", "milliseconds", "right", "0x10", "wrong", "-1"),
            Map.of("values", "a b", "right", "b", "wrong", "c"));

    /** A node that follows its rules until a mutation is done. */
    private static final class Item {
        private String name;
        private final Map<String, String> attributes = new LinkedHashMap<>();
        private final List<Item> children = new ArrayList<>();

        Item(String name) {
            this.name = name;
        }

        Node node() {
            Node.Builder node = Node.named(name);
            attributes.forEach(node::attribute);
            children.forEach(child -> node.child(child.node()));
            return node.build();
        }
    }

    /** A schema, a configuration that follows it, and the same with one mistake. */
    private record Case(String schema, String right, String wrong) {}

    private final List<String> told = new ArrayList<>();

    @Test
    void whatFollowsASchemaHasNoMistakeAndOneMistakeIsFound() {
        ForAll.forAll(SchemaRandomTest::random, 2_000, one -> {
            if (!(Schema.read("schema", one.schema.getBytes(StandardCharsets.UTF_8))
                    instanceof Schema.Reading.Read(Schema schema))) {
                throw new AssertionError("the schema cannot be read");
            }
            Node right = Trees.parse(one.right);
            assertThat(check(schema, right)).isSameAs(right);
            assertThat(told).isEmpty();
            Node rest = check(schema, Trees.parse(one.wrong));
            assertThat(told).isNotEmpty();
            check(schema, rest);
            // The top node and policies stay, whatever they lack.
            assertThat(told)
                    .hasSizeLessThan(2)
                    .allMatch(text -> text.startsWith("config.xml:1:1: <config> has no ")
                            || text.contains(": <policy> has none of "));
        });
    }

    private Node check(Schema schema, Node config) {
        told.clear();
        return schema.check(config, (position, text) -> told.add(position + ": " + text));
    }

    private static Case random(Choices choices) {
        Node kind =
                content(choices, Node.named("kind").attribute("name", "k"), 1).build();
        Node schema = content(choices, Node.named("schema").child(kind), 3).build();
        List<Runnable> mutations = new ArrayList<>();
        Item config = item(choices, "config", List.of(schema), kind, 4, mutations);
        String right = ConfigWriter.writeInPlace(config.node());
        choices.pick(mutations).run();
        return new Case(XmlWriter.write(schema), right, ConfigWriter.writeInPlace(config.node()));
    }

    /** Adds random rules to a node of a schema. */
    private static Node.Builder content(Choices choices, Node.Builder place, int levels) {
        for (int i = choices.below(4); i > 0; i--) {
            place.child(attribute(choices, "a" + i, true));
        }
        for (int i = levels == 0 ? 0 : choices.below(4); i > 0; i--) {
            Node.Builder node = Node.named("node").attribute("name", "n" + i);
            if (choices.oneIn(3)) {
                node.attribute("once", "yes");
            }
            if (choices.oneIn(6)) {
                place.child(node.attribute("free", "yes").build());
                continue;
            }
            if (choices.oneIn(3)) {
                node.attribute("kind", "k");
            } else if (choices.oneIn(3)) {
                node.attribute("required", "yes");
            }
            place.child(content(choices, node, levels - 1).build());
        }
        if (choices.oneIn(4)) {
            place.child(
                    Node.named("policies").child(attribute(choices, "p", false)).build());
        }
        return place;
    }

    private static Node attribute(Choices choices, String name, boolean mayBeRequired) {
        Node.Builder attribute = Node.named("attribute").attribute("name", name);
        choices.pick(TYPES).forEach((key, value) -> {
            if (!key.equals("right") && !key.equals("wrong")) {
                attribute.attribute(key, value);
            }
        });
        if (mayBeRequired && choices.oneIn(2)) {
            attribute.attribute("required", "yes");
        }
        return attribute.build();
    }

    /** A node that follows {@code rules}, the first of which beat the others where they speak of the same name. */
    private static Item item(
            Choices choices, String name, List<Node> rules, Node kind, int levels, List<Runnable> mutations) {
        Item item = new Item(name);
        mutations.add(() -> item.attributes.put("zz", ""));
        mutations.add(() -> item.children.add(new Item("zz")));
        united(rules, "attribute").forEach((attribute, rule) -> {
            boolean isRequired = rule.bool("required", false);
            if (isRequired || choices.oneIn(2)) {
                attribute(item, rule, isRequired, mutations);
            }
        });
        united(rules, "node").forEach((inner, rule) -> {
            boolean isRequired = rule.bool("required", false);
            int most = levels <= 0 && rule.has("kind") ? 0 : rule.bool("once", false) ? 1 : 2;
            int count = choices.between(isRequired ? 1 : 0, most);
            for (int i = 0; i < count; i++) {
                List<Node> inside = rule.has("kind") ? List.of(rule, kind) : List.of(rule);
                Item child = rule.bool("free", false)
                        ? free(inner, mutations)
                        : item(choices, inner, inside, kind, levels - 1, mutations);
                item.children.add(child);
                mutations.add(() -> child.name = "zz");
                if (rule.bool("once", false)) {
                    mutations.add(() -> item.children.add(child));
                }
            }
            if (isRequired) {
                mutations.add(() -> item.children.removeIf(child -> child.name.equals(inner)));
            }
        });
        for (Node policies : rules.getFirst().children("policies")) {
            Item policy = new Item("policy");
            policy.attributes.put("label", "a");
            attribute(policy, policies.children().getFirst(), false, mutations);
            item.children.add(policy);
            mutations.add(() -> policy.attributes.remove("label"));
        }
        return item;
    }

    private static Item free(String name, List<Runnable> mutations) {
        Item item = new Item(name);
        item.children.add(new Item("whatever"));
        mutations.add(() -> item.attributes.put("zz", ""));
        return item;
    }

    private static void attribute(Item item, Node rule, boolean isRequired, List<Runnable> mutations) {
        String name = rule.string("name", "");
        Map<String, String> type = TYPES.stream()
                .filter(known -> known.entrySet().stream()
                        .allMatch(entry -> entry.getKey().equals("right")
                                || entry.getKey().equals("wrong")
                                || rule.string(entry.getKey(), "").equals(entry.getValue())))
                .filter(known -> known.containsKey("least") == rule.has("least"))
                .findFirst()
                .orElseThrow();
        item.attributes.put(name, type.getOrDefault("right", ""));
        mutations.add(() -> item.attributes.put(name, type.getOrDefault("wrong", "")));
        mutations.add(() -> item.attributes.put("zz", String.valueOf(item.attributes.remove(name))));
        if (isRequired) {
            mutations.add(() -> item.attributes.remove(name));
        }
    }

    /** Rules of a sort by the name that they are for. */
    private static Map<String, Node> united(List<Node> rules, String sort) {
        Map<String, Node> all = new LinkedHashMap<>();
        rules.forEach(rule -> rule.children(sort).forEach(inner -> all.putIfAbsent(inner.string("name", ""), inner)));
        return all;
    }
}
