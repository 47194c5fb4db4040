package org.espalier.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.espalier.config.Attribute;
import org.espalier.config.Node;
import org.espalier.config.Position;
import org.espalier.sandbox.ChildSpec;
import org.espalier.sandbox.InitConfig;
import org.espalier.sandbox.Rule;

/**
 * What is different between two configurations of init, as it shows in what each child gets: a new default that reaches a child is a
 * change of that child. How something is written, and where, is no difference. Stateless.
 */
final class ConfigDifference {
    /** What a {@link ChildSpec} tells of a start node; everything else is compared as it is written. */
    private static final Set<String> READ_ATTRIBUTES = Set.of("name", "ram", "caps", "priority");

    private static final Set<String> READ_NODES =
            Set.of("binary", "resource", "provides", "route", "config", "exit", "affinity", "heartbeat");

    private ConfigDifference() {}

    /** One line for each child that is added ({@code +}), removed ({@code -}) or changed ({@code ~}), and for all else. */
    static List<String> between(Node before, Node after) {
        Map<String, ChildSpec> old = children(before);
        Map<String, ChildSpec> young = children(after);
        List<String> lines = new ArrayList<>();
        List<String> global = written(before, after, Set.of(), Set.of("start"));
        if (!common(old, young).equals(common(young, old))) {
            global.add("order of children");
        }
        global.forEach(change -> lines.add("~ global: " + change));
        old.keySet().stream().filter(name -> !young.containsKey(name)).forEach(name -> lines.add("- child " + name));
        young.forEach((name, child) -> {
            ChildSpec former = old.get(name);
            if (former == null) {
                lines.add("+ child " + name + ": binary " + child.binary() + ", RAM " + child.ram() + ", capabilities "
                        + child.caps());
                return;
            }
            List<String> changes = changes(former, child);
            changes.addAll(written(start(before, name), start(after, name), READ_ATTRIBUTES, READ_NODES));
            if (!changes.isEmpty()) {
                lines.add("~ child " + name + ": " + String.join(", ", changes));
            }
        });
        return lines.isEmpty() ? List.of("no difference") : lines;
    }

    private static Map<String, ChildSpec> children(Node config) {
        Map<String, ChildSpec> children = new LinkedHashMap<>();
        InitConfig.of(config).children().forEach(child -> children.put(child.name(), child));
        return children;
    }

    private static List<String> common(Map<String, ChildSpec> some, Map<String, ChildSpec> others) {
        return some.keySet().stream().filter(others::containsKey).toList();
    }

    private static Node start(Node config, String name) {
        return config.children("start").stream()
                .filter(start -> start.string("name", "").equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("Child " + name + " was read from a start node."));
    }

    private static List<String> changes(ChildSpec before, ChildSpec after) {
        List<String> changes = new ArrayList<>();
        compare(changes, "binary", before.binary(), after.binary());
        compare(changes, "RAM", before.ram().toString(), after.ram().toString());
        compare(changes, "capabilities", before.caps().toString(), after.caps().toString());
        if (!before.provides().equals(after.provides())) {
            compare(changes, "provides", list(before.provides()), list(after.provides()));
        }
        if (!rules(before).equals(rules(after))) {
            changes.add("routes");
        }
        if (!same(before.config(), after.config())) {
            changes.add("config");
        }
        compare(changes, "exit propagated", yes(before.propagateExit()), yes(after.propagateExit()));
        if (!before.placement().equals(after.placement())) {
            changes.add("priority or affinity");
        }
        if (!before.heartbeat().equals(after.heartbeat())) {
            changes.add("heartbeat");
        }
        return changes;
    }

    private static void compare(List<String> changes, String what, String before, String after) {
        if (!before.equals(after)) {
            changes.add(what + " " + before + " → " + after);
        }
    }

    private static String list(Set<String> services) {
        return services.isEmpty() ? "nothing" : String.join(" ", services);
    }

    private static String yes(boolean value) {
        return value ? "yes" : "no";
    }

    private static boolean same(Optional<Node> before, Optional<Node> after) {
        return before.isPresent() == after.isPresent()
                && before.flatMap(old -> after.map(old::sameContent)).orElse(true);
    }

    private static List<Rule> rules(ChildSpec child) {
        return child.routes().stream().map(ConfigDifference::anywhere).toList();
    }

    private static Rule anywhere(Rule rule) {
        List<Rule.Target> targets = rule.targets().stream()
                .map(target -> target instanceof Rule.Target.ToChild child
                        ? new Rule.Target.ToChild(Position.GENERATED, child.name(), child.rewriting())
                        : target)
                .toList();
        return new Rule(Position.GENERATED, rule.service(), rule.match(), targets);
    }

    /** What is written differently, but for what is named. */
    private static List<String> written(Node before, Node after, Set<String> readAttributes, Set<String> readNodes) {
        List<String> changes = new ArrayList<>();
        Set<String> attributes = new LinkedHashSet<>();
        Stream.concat(before.attributes().stream(), after.attributes().stream())
                .map(Attribute::name)
                .filter(name -> !readAttributes.contains(name))
                .forEach(attributes::add);
        attributes.forEach(name -> compare(changes, name, value(before, name), value(after, name)));
        Set<String> nodes = new LinkedHashSet<>();
        Stream.concat(before.children().stream(), after.children().stream())
                .map(Node::name)
                .filter(name -> !readNodes.contains(name))
                .forEach(nodes::add);
        for (String name : nodes) {
            List<Node> old = before.children(name);
            List<Node> young = after.children(name);
            if (!same(old, young)) {
                changes.add("<" + name + "> " + (old.isEmpty() ? "added" : young.isEmpty() ? "removed" : "changed"));
            }
        }
        return changes;
    }

    private static String value(Node node, String attribute) {
        return node.attribute(attribute).map(found -> "‘" + found.value() + "’").orElse("nothing");
    }

    private static boolean same(List<Node> before, List<Node> after) {
        if (before.size() != after.size()) {
            return false;
        }
        for (int i = 0; i < before.size(); i++) {
            if (!before.get(i).sameContent(after.get(i))) {
                return false;
            }
        }
        return true;
    }
}
