package org.espalier.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.espalier.base.Label;
import org.espalier.base.Quotas;
import org.espalier.check.Json;
import org.espalier.control.SystemView;
import org.espalier.control.SystemView.Component;

/** Shows a system as text: the tree, the busiest first, or JSON. Stateless. */
final class SystemText {
    private static final String ROOT = "core";
    private static final long KIB = 1024;
    static final String UNKNOWN = "n/a";

    private SystemText() {}

    /** The first line about a system. */
    static String head(SystemView view) {
        return view.name() + ": process " + view.pid() + ", kernel " + view.kernel() + ", "
                + counted(view.components().size(), "component") + ", "
                + counted(view.threads(), "thread") + " at work";
    }

    private static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    // ---- the tree

    /** The components as a tree, then their faults and the threads in quarantine. */
    static List<String> tree(SystemView view) {
        Table table = new Table(
                "COMPONENT<",
                "STATE<",
                "TRUSTED<",
                "RAM USED",
                "FREE",
                "LIMIT",
                "CAPS USED",
                "FREE",
                "LIMIT",
                "THREADS",
                "CPU S",
                "HOST KB");
        Map<String, List<Component>> below = new HashMap<>();
        List<Component> tops = new ArrayList<>();
        for (Component component : view.components()) {
            Optional<String> parent = parent(component, view);
            parent.ifPresentOrElse(
                    label -> below.computeIfAbsent(label, key -> new ArrayList<>())
                            .add(component),
                    () -> tops.add(component));
        }
        tops.forEach(top -> add(table, top, "", 0, below));
        List<String> lines = new ArrayList<>(table.lines());
        view.components().stream()
                .filter(component -> !component.fault().isEmpty())
                .forEach(component -> lines.add("fault of " + component.label() + ": " + printable(component.fault())));
        view.quarantine()
                .forEach(stuck -> lines.add(
                        "quarantine: thread " + printable(stuck.thread()) + " of " + printable(stuck.component())));
        return lines;
    }

    /** The closest component above; all are below core, which has no part in their labels. */
    private static Optional<String> parent(Component component, SystemView view) {
        Label label = component.label();
        if (label.text().equals(ROOT)) {
            return Optional.empty();
        }
        for (Label above = label.prefix(); !above.text().isEmpty(); above = above.prefix()) {
            if (has(view, above.text())) {
                return Optional.of(above.text());
            }
        }
        return has(view, ROOT) ? Optional.of(ROOT) : Optional.empty();
    }

    private static boolean has(SystemView view, String label) {
        return view.components().stream()
                .anyMatch(component -> component.label().text().equals(label));
    }

    private static void add(
            Table table, Component component, String above, int depth, Map<String, List<Component>> below) {
        String label = component.label().text();
        String own = above.isEmpty() || above.equals(ROOT)
                ? label
                : label.substring(above.length() + Label.SEPARATOR.length());
        Quotas quotas = component.quotas();
        table.row(
                "  ".repeat(depth) + printable(own),
                component.state().word(),
                trusted(component),
                quotas.ramUsed().toString(),
                quotas.ramAvailable().toString(),
                quotas.ram().toString(),
                Long.toString(quotas.capsUsed().count()),
                Long.toString(quotas.capsAvailable().count()),
                Long.toString(quotas.caps().count()),
                Long.toString(component.threads()),
                cpuTime(component),
                hostMemory(component));
        // Removed, so that two of one label do not both have the same ones below.
        List<Component> children = below.remove(label);
        if (children != null) {
            children.forEach(child -> add(table, child, label, depth + 1, below));
        }
    }

    /** With nothing in it that would move the cursor of a terminal. */
    private static String printable(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String trusted(Component component) {
        return component.trusted().map(trusted -> trusted ? "yes" : "no").orElse(UNKNOWN);
    }

    private static String cpuTime(Component component) {
        return component
                .cpuTime()
                .map(time -> String.format(Locale.ROOT, "%.3f", time.toNanos() / 1e9))
                .orElse(UNKNOWN);
    }

    /** What the host counts comes in pages or bytes, and digits of different units do not compare at a glance. */
    private static String hostMemory(Component component) {
        return component
                .hostMemory()
                .map(memory -> Long.toString(memory.bytes() / KIB))
                .orElse(UNKNOWN);
    }

    // ---- the busiest

    /** What to sort by, largest first. */
    enum Order {
        CPU,
        RAM
    }

    /** The components of {@code now}, with the share of one processor that each took since {@code before}. */
    static List<String> busiest(SystemView before, SystemView now, Order order, int limit) {
        long passed = Math.max(1, now.clock().minus(before.clock()).toNanos());
        Map<Long, Component> earlier = before.components().stream()
                .collect(Collectors.toMap(Component::number, component -> component, (first, second) -> first));
        Map<Long, Long> taken = new HashMap<>();
        for (Component component : now.components()) {
            Component then = earlier.get(component.number());
            // One that was not there before has taken all of its time since.
            Optional<Duration> start = then == null ? Optional.of(Duration.ZERO) : then.cpuTime();
            if (component.cpuTime().isPresent() && start.isPresent()) {
                taken.put(
                        component.number(),
                        Math.max(0, component.cpuTime().get().minus(start.get()).toNanos()));
            }
        }
        Comparator<Component> byRam =
                Comparator.comparing(component -> component.quotas().ramUsed().bytes(), Comparator.reverseOrder());
        Comparator<Component> byCpu = Comparator.comparing(
                component -> taken.getOrDefault(component.number(), 0L), Comparator.reverseOrder());
        Table table = new Table(
                "%CPU",
                "CPU S", "RAM USED", "LIMIT", "CAPS USED", "LIMIT", "THREADS", "HOST KB", "TRUSTED<", "COMPONENT<");
        now.components().stream()
                .sorted(order == Order.CPU ? byCpu.thenComparing(byRam) : byRam.thenComparing(byCpu))
                .limit(limit)
                .forEach(component -> {
                    Long nanos = taken.get(component.number());
                    Quotas quotas = component.quotas();
                    table.row(
                            nanos == null ? UNKNOWN : String.format(Locale.ROOT, "%.1f", 100.0 * nanos / passed),
                            cpuTime(component),
                            quotas.ramUsed().toString(),
                            quotas.ram().toString(),
                            Long.toString(quotas.capsUsed().count()),
                            Long.toString(quotas.caps().count()),
                            Long.toString(component.threads()),
                            hostMemory(component),
                            trusted(component),
                            printable(component.label().text()));
                });
        return table.lines();
    }

    // ---- JSON

    /** The whole view as one JSON object on one line. */
    static String json(SystemView view) {
        String components = view.components().stream().map(SystemText::json).collect(Collectors.joining(","));
        String quarantine = view.quarantine().stream()
                .map(stuck -> "{\"component\":" + Json.string(stuck.component()) + ",\"thread\":"
                        + Json.string(stuck.thread()) + "}")
                .collect(Collectors.joining(","));
        return "{\"pid\":" + view.pid() + ",\"scenario\":" + Json.string(view.name()) + ",\"kernel\":"
                + Json.string(view.kernel()) + ",\"threads\":" + view.threads() + ",\"components\":[" + components
                + "],\"quarantine\":[" + quarantine + "]}";
    }

    private static String json(Component component) {
        Quotas quotas = component.quotas();
        return "{\"number\":" + component.number() + ",\"label\":"
                + Json.string(component.label().text()) + ",\"state\":"
                + Json.string(component.state().word()) + ",\"fault\":" + Json.string(component.fault())
                + ",\"trusted\":" + component.trusted().map(String::valueOf).orElse("null") + ",\"ram\":{\"used\":"
                + quotas.ramUsed().bytes() + ",\"available\":"
                + quotas.ramAvailable().bytes() + ",\"limit\":" + quotas.ram().bytes() + "},\"caps\":{\"used\":"
                + quotas.capsUsed().count() + ",\"available\":"
                + quotas.capsAvailable().count() + ",\"limit\":" + quotas.caps().count() + "},\"threads\":"
                + component.threads() + ",\"cpu_ns\":"
                + component.cpuTime().map(time -> Long.toString(time.toNanos())).orElse("null")
                + ",\"host_bytes\":"
                + component
                        .hostMemory()
                        .map(memory -> Long.toString(memory.bytes()))
                        .orElse("null") + "}";
    }
}
