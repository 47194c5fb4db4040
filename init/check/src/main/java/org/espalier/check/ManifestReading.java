package org.espalier.check;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.espalier.config.Attribute;
import org.espalier.config.Node;

/** Applies a manifest to a configuration. Used once. */
final class ManifestReading {
    private static final String UNKNOWN = "unknown";

    private final Node manifest;
    private final Optional<Node> config;
    private final Consumer<String> mistakes;
    private final List<Provision> provides = new ArrayList<>();
    private final List<Need> needs = new ArrayList<>();
    private Optional<Hosting> hosts = Optional.empty();
    private boolean isCertain = true;

    ManifestReading(Node manifest, Optional<Node> config, Consumer<String> mistakes) {
        this.manifest = manifest;
        this.config = config;
        this.mistakes = mistakes;
    }

    Declared declared() {
        part(manifest);
        manifest.children("when").forEach(when -> conditional(when, true));
        manifest.children("unless").forEach(unless -> conditional(unless, false));
        return new Declared(List.copyOf(provides), List.copyOf(needs), hosts, isCertain);
    }

    private void conditional(Node node, boolean wanted) {
        if (!node.has("node") && !node.has("attribute")) {
            mistakes.accept(node.position() + ": <" + node.name() + "> has neither ‘node’ nor ‘attribute’");
        } else if (config.isEmpty()) {
            isCertain = false;
        } else if (holds(node, config.get()) == wanted) {
            part(node);
        }
    }

    private static boolean holds(Node when, Node config) {
        List<Node> nodes = when.has("node") ? at(config, when.string("node", "")) : List.of(config);
        return nodes.stream()
                .anyMatch(node -> !when.has("attribute")
                        || (when.has("value")
                                ? node.string(when.string("attribute", ""), "").equals(when.string("value", ""))
                                : node.has(when.string("attribute", ""))));
    }

    private void part(Node part) {
        part.child("requires")
                .ifPresent(requires -> requires.children("service").forEach(this::need));
        part.child("provides").ifPresent(list -> list.children("service").forEach(this::provision));
        part.child("hosts").ifPresent(node -> hosts = Optional.of(hosting(node)));
    }

    private void need(Node node) {
        String service = node.string("name", "");
        if (service.isEmpty()) {
            mistakes.accept(node.position() + ": <service> has no name");
            return;
        }
        boolean isForwarded = node.bool("forwards", false);
        Set<String> serving = new LinkedHashSet<>(List.of(node.string("for", "").split(" ", -1)));
        serving.remove("");
        if (isForwarded && serving.isEmpty()) {
            mistakes.accept(node.position() + ": <service> forwards, and does not say ‘for’ which service");
        }
        for (Optional<String> label : labels(node)) {
            needs.add(new Need(
                    node.position(),
                    service,
                    label,
                    node.bool("optional", false),
                    node.bool("late", false),
                    serving,
                    isForwarded));
        }
    }

    /** The labels of a need, one of which may be unknown. */
    private List<Optional<String>> labels(Node node) {
        if (node.has("labels")) {
            if (!node.string("labels", "").equals(UNKNOWN)) {
                mistakes.accept(node.position() + ": ‘labels’ can be " + UNKNOWN + " and nothing else");
            }
            return List.of(Optional.empty());
        }
        if (!node.has("attribute")) {
            return List.of(Optional.of(node.string("label", "")));
        }
        if (config.isEmpty()) {
            return List.of(Optional.empty());
        }
        return values(node, config.get()).stream().map(Optional::of).toList();
    }

    private void provision(Node node) {
        if (node.has("name")) {
            admission(node).ifPresent(admission -> provides.add(new Provision(node.string("name", ""), admission)));
        } else if (!node.has("attribute")) {
            mistakes.accept(node.position() + ": <service> has neither ‘name’ nor ‘attribute’");
        } else if (config.isEmpty()) {
            isCertain = false;
        } else {
            values(node, config.get())
                    .forEach(name -> provides.add(new Provision(name, new Provision.Admission.Anybody())));
        }
    }

    private Optional<Provision.Admission> admission(Node node) {
        String admits = node.string("admits", "anybody");
        if (config.isEmpty()) {
            return Optional.of(new Provision.Admission.Anybody());
        }
        Node known = config.get();
        return switch (admits) {
            case "anybody" -> Optional.of(new Provision.Admission.Anybody());
            case "policy" -> Optional.of(new Provision.Admission.ByPolicy(known, node.string("attribute", "label")));
            case "names" -> Optional.of(new Provision.Admission.ByName(known.position(), values(node, known)));
            default -> {
                mistakes.accept(
                        node.position() + ": ‘admits’ can be anybody, policy or names and not ‘" + admits + "’");
                yield Optional.empty();
            }
        };
    }

    private Hosting hosting(Node node) {
        Set<String> offers = new LinkedHashSet<>();
        node.child("offers")
                .ifPresent(list -> list.children("service").forEach(service -> offers.add(service.string("name", ""))));
        if (node.string("children", "").equals(UNKNOWN)) {
            return new Hosting(Optional.empty(), offers);
        }
        return new Hosting(
                node.child("config")
                        .map(made -> config.map(known -> filled(made, known)).orElse(made))
                        .or(() -> config),
                offers);
    }

    /** The node with each {@code <insert from=".."/>} replaced by that node of the configuration. */
    private static Node filled(Node made, Node config) {
        Node.Builder copy = Node.named(made.name()).at(made.position());
        made.attributes().forEach(copy::attribute);
        for (Node inner : made.children()) {
            if (inner.name().equals("insert")) {
                at(config, inner.string("from", "")).stream().limit(1).forEach(copy::child);
            } else {
                copy.child(filled(inner, config));
            }
        }
        return copy.build();
    }

    /** What the attribute says in the nodes that {@code from} names; without it, in the configuration itself. */
    private static Set<String> values(Node rule, Node config) {
        Set<String> values = new LinkedHashSet<>();
        for (Node node : rule.has("from") ? at(config, rule.string("from", "")) : List.of(config)) {
            node.attribute(rule.string("attribute", ""))
                    .or(() -> node.attribute(rule.string("or", "-")))
                    .map(Attribute::value)
                    .or(() -> rule.attribute("default").map(Attribute::value))
                    .ifPresent(values::add);
        }
        return values;
    }

    /** The nodes at the end of a path of names, such as {@code rom/sleep}. */
    private static List<Node> at(Node config, String path) {
        List<Node> nodes = List.of(config);
        for (String name : path.split("/", -1)) {
            nodes = nodes.stream().flatMap(node -> node.children(name).stream()).toList();
        }
        return nodes;
    }
}
