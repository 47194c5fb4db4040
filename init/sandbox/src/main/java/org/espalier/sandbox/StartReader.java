package org.espalier.sandbox;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.base.Label;
import org.espalier.base.Limits;
import org.espalier.base.Placement;
import org.espalier.base.RomRpc;
import org.espalier.config.Attribute;
import org.espalier.config.Node;
import org.espalier.config.Position;

/** Reads {@code <start>} nodes, one after the other, because no two children may have one name. Belongs to one reading. */
final class StartReader {
    /** Longest name of a child, so that some levels of children fit into a {@link Label}. */
    private static final int MAX_NAME = 64;

    /** The ROM module that holds a component's configuration, and the node that does. */
    private static final String CONFIG = "config";

    /** What may stand in {@code <limits>}. */
    static final List<String> LIMITS = List.of("cpu", "heap_rate", "heap_total", "threads", "throttle", "heap");

    private static final int MAX_SKIPPED = 1_000_000;
    private static final int MAX_CPU = 100_000;
    private static final int MAX_THREADS = 1_000_000;

    private final QuotaReader quotas;
    private final RouteReader routes;
    private final List<Rule> defaultRoute;
    private final PlacementReader placements;
    private final Notices notices;
    private final Map<String, Position> names = new HashMap<>();

    StartReader(
            QuotaReader quotas,
            RouteReader routes,
            List<Rule> defaultRoute,
            PlacementReader placements,
            Notices notices) {
        this.quotas = quotas;
        this.routes = routes;
        this.defaultRoute = defaultRoute;
        this.placements = placements;
        this.notices = notices;
    }

    /** The child, unless something keeps it from being started. */
    Optional<ChildSpec> read(Node start) {
        Optional<String> mistake = mistakeInName(start);
        if (mistake.isPresent()) {
            notices.add(start.position(), mistake.get());
            return Optional.empty();
        }
        String name = start.string("name", "");
        Optional<QuotaReader.ChildQuota> quota = quotas.read(start, name);
        // Read in any case: whoever mends the quota should know of the other mistakes, too.
        String binary = start.child("binary").flatMap(notices::name).orElse(name);
        Set<String> provides = start.child("provides").map(notices::services).orElse(Set.of());
        List<Rule> route = route(start);
        boolean propagateExit =
                start.child("exit").map(exit -> notices.bool(exit, "propagate")).orElse(false);
        Optional<Node> config = config(start, name, route);
        Placement placement = placements.read(start);
        Optional<Limits> limits = limits(start, name);
        Optional<ChildSpec.Heartbeat> heartbeat = start.child("heartbeat").map(this::heartbeat);
        return limits.flatMap(most -> quota.map(amounts -> new ChildSpec(
                start.position(),
                name,
                start.string("version", ""),
                binary,
                amounts.ram(),
                amounts.caps(),
                provides,
                route,
                config,
                propagateExit,
                placement,
                most,
                heartbeat,
                notices.bool(start, "trusted"))));
    }

    /** The limits; empty if they cannot be those that were meant, for a child must not have wider ones because of a slip. */
    private Optional<Limits> limits(Node start, String name) {
        Optional<Node> node = start.child("limits");
        if (node.isEmpty()) {
            return Optional.of(Limits.NONE);
        }
        int before = notices.count();
        Limits read = limits(node.get());
        boolean isKnown = node.get().attributes().stream().map(Attribute::name).allMatch(LIMITS::contains);
        if (isKnown && notices.count() == before) {
            return Optional.of(read);
        }
        notices.add(node.get().position(), "limits of child ‘" + name + "’ have a mistake; it is not started");
        return Optional.empty();
    }

    /** The rules of the child, after one for the file that holds its configuration. */
    private List<Rule> route(Node start) {
        List<Rule> rules = start.child("route").map(routes::read).orElse(defaultRoute);
        Optional<Node> file = start.child("configfile");
        Optional<String> name = file.flatMap(notices::name);
        if (file.isEmpty() || name.isEmpty()) {
            return rules;
        }
        if (start.child(CONFIG).isPresent()) {
            notices.add(file.get().position(), "<configfile> is beside a <config>, which counts");
            return rules;
        }
        Rule.Target parent = new Rule.Target.ToParent(Rewriting.to(name));
        Rule.Match config = new Rule.Match(
                Optional.of(CONFIG), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        List<Rule> all = new ArrayList<>(rules);
        all.addFirst(new Rule(file.get().position(), Optional.of(RomRpc.TYPE.name()), config, List.of(parent)));
        return List.copyOf(all);
    }

    /** The child's configuration: without one an empty one, unless the route says by name where it is to come from. */
    private static Optional<Node> config(Node start, String name, List<Rule> route) {
        Label relative = new Label(CONFIG);
        Label absolute = relative.under(name);
        return route.stream().anyMatch(rule -> rule.names(RomRpc.TYPE.name(), relative, absolute))
                ? start.child(CONFIG)
                : start.child(CONFIG)
                        .or(() -> Optional.of(
                                Node.named(CONFIG).at(start.position()).build()));
    }

    private Limits limits(Node node) {
        boolean throttles = notices.bool(node, "throttle");
        if (throttles && !node.has("cpu")) {
            notices.add(node.position(), "‘throttle’ of <limits> is for a limit of ‘cpu’, and there is none");
        }
        return new Limits(
                notices.number(node, "cpu", 1, MAX_CPU, Limits.UNLIMITED),
                bytes(node, "heap_rate"),
                bytes(node, "heap_total"),
                notices.number(node, "threads", 0, MAX_THREADS, Limits.UNLIMITED),
                throttles,
                bytes(node, "heap"));
    }

    /** A size, of which 0 would let no component start: the least then. */
    private long bytes(Node node, String attribute) {
        return Math.max(1, notices.size(node, attribute, Limits.UNLIMITED));
    }

    private ChildSpec.Heartbeat heartbeat(Node node) {
        return new ChildSpec.Heartbeat((int) notices.number(node, "report_after_skipped", 1, MAX_SKIPPED, 1), (int)
                notices.number(node, "restart_after_skipped", 1, MAX_SKIPPED, 0));
    }

    /** Why there can be no child of that name. A name is taken even by a child that is not started for another reason. */
    private Optional<String> mistakeInName(Node start) {
        String name = start.attribute("name").map(Attribute::value).orElse("");
        if (name.isEmpty()) {
            return Optional.of("a child without a name is not started");
        }
        if (name.length() > MAX_NAME) {
            return Optional.of("the name of this child has " + name.length() + " characters, at most " + MAX_NAME
                    + " are possible; it is not started");
        }
        if (name.codePoints().anyMatch(Character::isISOControl)) {
            return Optional.of("the name of this child has a control character in it; it is not started");
        }
        // With spaces around it, because in a label the separator on either side could complete one.
        if ((" " + name + " ").contains(Label.SEPARATOR)) {
            return Optional.of("the name of child ‘" + name
                    + "’ has the word ‘->’ in it, which separates the parts of a label; it is not started");
        }
        Position first = names.putIfAbsent(name, start.position());
        return first == null
                ? Optional.empty()
                : Optional.of("two children are named ‘" + name + "’; this one is left out, the first is at " + first);
    }
}
