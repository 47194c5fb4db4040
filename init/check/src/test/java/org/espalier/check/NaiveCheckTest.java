package org.espalier.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.espalier.config.Attribute;
import org.espalier.config.Node;
import org.junit.jupiter.api.Test;

/** Random nested systems, and for every session the answer of a resolver that knows nothing but the tree of the configuration. */
final class NaiveCheckTest {
    private static final String[] SERVICES = {"A", "B", "C"};
    private static final String[] LABELS = {"", "x", "y"};

    /** The node of a child and those of its parents, the innermost first. */
    private record Place(Node start, List<Node> configs, List<Node> parents, String path) {}

    @Test
    void everySessionLeadsWhereANaiveResolverSays() {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        int reached = 0;
        int denied = 0;
        for (int round = 0; round < 300; round++) {
            Random random = new Random(seed + round);
            Node config = config(random, 0);
            Systems systems = new Systems()
                    .foreign("foreign")
                    .with(
                            "init",
                            "<hosts/> <provides> <service name=\"A\"/> <service name=\"B\"/> <service name=\"C\"/>"
                                    + " </provides>");
            Check check = systems.check(config);
            List<Place> places = new ArrayList<>();
            collect(config, List.of(config), List.of(), "init", places);
            for (Place place : places) {
                for (String service : SERVICES) {
                    for (String label : LABELS) {
                        Answer answer = check.why(place.path(), service, label);
                        String found = answer.outcome() instanceof Answer.Outcome.Reached(String server, String seen)
                                ? server + " as " + seen
                                : "denied";
                        String expected = naive(place, service, label);
                        assertThat(found)
                                .as("seed %d: %s asks for %s ‘%s’", seed + round, place.path(), service, label)
                                .isEqualTo(expected);
                        reached += expected.equals("denied") ? 0 : 1;
                        denied += expected.equals("denied") ? 1 : 0;
                    }
                }
            }
        }
        assertThat(reached).as("sessions that reach somebody").isGreaterThan(500);
        assertThat(denied).as("sessions that are denied").isGreaterThan(500);
    }

    // ---- systems

    private static Node config(Random random, int depth) {
        Node.Builder config = Node.named("config");
        Node.Builder provides = Node.named("parent-provides");
        for (String service : List.of("PD", "CPU", "LOG", "ROM")) {
            provides.child(service(service));
        }
        for (String service : SERVICES) {
            if (random.nextInt(3) > 0) {
                provides.child(service(service));
            }
        }
        config.child(provides.build());
        int children = 1 + random.nextInt(4);
        for (int i = 0; i < children; i++) {
            boolean nests = depth < 2 && random.nextInt(3) == 0;
            Node.Builder start = Node.named("start")
                    .attribute("name", "c" + i)
                    .attribute("ram", "1K")
                    .attribute("caps", "1")
                    .child(named("binary", nests ? "init" : "foreign"));
            Node.Builder own = Node.named("provides");
            for (String service : SERVICES) {
                if (random.nextInt(3) == 0) {
                    own.child(service(service));
                }
            }
            start.child(own.build()).child(route(random, children));
            if (nests) {
                start.child(config(random, depth + 1));
            }
            config.child(start.build());
        }
        return config.build();
    }

    private static Node route(Random random, int children) {
        Node.Builder route = Node.named("route");
        for (String service : List.of("PD", "CPU", "LOG", "ROM")) {
            route.child(Node.named("service")
                    .attribute("name", service)
                    .child(Node.named("parent").build())
                    .build());
        }
        int rules = random.nextInt(4);
        for (int i = 0; i < rules; i++) {
            boolean any = random.nextInt(3) == 0;
            Node.Builder rule = Node.named(any ? "any-service" : "service");
            if (!any) {
                rule.attribute("name", SERVICES[random.nextInt(SERVICES.length)]);
            }
            switch (random.nextInt(5)) {
                case 0 -> rule.attribute("label", LABELS[random.nextInt(LABELS.length)]);
                case 1 -> rule.attribute("label_last", "x");
                case 2 -> rule.attribute("label_prefix", "x");
                case 3 -> rule.attribute("unscoped_label", "c0 -> y");
                default -> {}
            }
            for (int targets = 1 + random.nextInt(2); targets > 0; targets--) {
                Node.Builder target = switch (random.nextInt(3)) {
                    case 0 -> Node.named("parent");
                    case 1 -> Node.named("child").attribute("name", "c" + random.nextInt(children + 1));
                    default -> Node.named("any-child");
                };
                if (random.nextInt(4) == 0) {
                    target.attribute("label", "new");
                }
                rule.child(target.build());
            }
            route.child(rule.build());
        }
        Node.Builder rest = Node.named("any-service").child(Node.named("parent").build());
        return route.child(rest.build()).build();
    }

    private static Node service(String name) {
        return named("service", name);
    }

    private static Node named(String node, String name) {
        return Node.named(node).attribute("name", name).build();
    }

    private static void collect(Node config, List<Node> configs, List<Node> parents, String path, List<Place> places) {
        for (Node start : config.children("start")) {
            String own = path + " -> " + start.string("name", "");
            places.add(new Place(start, configs, parents, own));
            start.child("config").ifPresent(inner -> {
                List<Node> deeper = new ArrayList<>(List.of(inner));
                deeper.addAll(configs);
                List<Node> above = new ArrayList<>(List.of(start));
                above.addAll(parents);
                collect(inner, deeper, above, own, places);
            });
        }
    }

    // ---- the naive resolver

    private static String naive(Place client, String service, String label) {
        Node start = client.start();
        String relative = label;
        for (int level = 0; level < client.configs().size(); level++) {
            Node config = client.configs().get(level);
            String path = client.path();
            for (int up = 0; up <= level; up++) {
                path = path.substring(0, path.lastIndexOf(" -> "));
            }
            String name = start.string("name", "");
            String absolute = relative.isEmpty() ? name : name + " -> " + relative;
            Optional<Node> target = target(config, start, service, relative, absolute);
            if (target.isEmpty()) {
                return "denied";
            }
            String passed =
                    target.get().attribute("label").map(Attribute::value).orElse(absolute);
            if (!target.get().name().equals("parent")) {
                return path + " -> " + server(config, start, target.get(), service) + " as " + passed;
            }
            if (level + 1 == client.configs().size()) {
                return "denied"; // core has none of these services
            }
            start = client.parents().get(level);
            relative = passed;
        }
        throw new AssertionError("core was not reached");
    }

    private static Optional<Node> target(Node config, Node start, String service, String relative, String absolute) {
        for (Node rule : start.child("route").orElseThrow().children()) {
            boolean named = rule.name().equals("service");
            if ((named && !rule.string("name", "").equals(service))
                    || !rule.string("label", relative).equals(relative)
                    || !relative.startsWith(rule.string("label_prefix", ""))
                    || !rule.string("unscoped_label", absolute).equals(absolute)
                    || !last(relative).equals(rule.string("label_last", last(relative)))) {
                continue;
            }
            for (Node target : rule.children()) {
                boolean found = target.name().equals("parent")
                        ? provides(config.child("parent-provides"), service)
                        : !server(config, start, target, service).isEmpty();
                if (found) {
                    return Optional.of(target);
                }
            }
            if (named) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static String last(String label) {
        return label.substring(label.lastIndexOf(' ') + 1);
    }

    private static String server(Node config, Node client, Node target, String service) {
        List<String> servers = config.children("start").stream()
                .filter(start -> provides(start.child("provides"), service))
                .filter(start -> target.name().equals("any-child")
                        ? start != client
                        : start.string("name", "").equals(target.string("name", "")))
                .map(start -> start.string("name", ""))
                .toList();
        return servers.size() == 1 ? servers.getFirst() : "";
    }

    private static boolean provides(Optional<Node> list, String service) {
        return list.stream()
                .flatMap(node -> node.children("service").stream())
                .anyMatch(node -> node.string("name", "").equals(service));
    }
}
