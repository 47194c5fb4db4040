package org.espalier.control;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.espalier.base.CapQuota;
import org.espalier.base.Label;
import org.espalier.base.Quotas;
import org.espalier.base.RamQuota;
import org.espalier.config.Node;
import org.espalier.config.Value;
import org.espalier.core.SystemState;

/**
 * A system as its control channel tells it. Immutable.
 *
 * @param pid its process
 * @param name of its scenario
 * @param kernel on which it runs
 * @param clock time since its channel was opened, to compare two views
 * @param threads that run code of components
 * @param components oldest first
 * @param quarantine threads that have not left the code of ended components
 * @param report what the program around the system adds about sessions; empty when it adds nothing
 */
public record SystemView(
        long pid,
        String name,
        String kernel,
        Duration clock,
        int threads,
        List<Component> components,
        List<Stuck> quarantine,
        Optional<Node> report) {
    /**
     * One component.
     *
     * @param number tells it from all others of this system
     * @param label its path
     * @param state what it does
     * @param trusted whether its program was started without verification; empty where the system does not tell
     * @param quotas what it owns and uses
     * @param threads that run for it
     * @param cpuTime that it has taken; empty where the kernel cannot tell
     * @param hostMemory that it has beside its dataspaces; empty where the kernel or the system cannot tell
     * @param fault its first fault, empty without one
     */
    public record Component(
            long number,
            Label label,
            State state,
            Optional<Boolean> trusted,
            Quotas quotas,
            long threads,
            Optional<Duration> cpuTime,
            Optional<RamQuota> hostMemory,
            String fault) {}

    /** What core knows of a component. That one has ended itself is known to its parent alone. */
    public enum State {
        /** It has no program yet. */
        CREATED("created"),
        RUNNING("running"),
        FAULTED("faulted");

        private final String word;

        State(String word) {
            this.word = word;
        }

        /** In lower case, as it is shown. */
        public String word() {
            return word;
        }
    }

    /**
     * A thread in the code of a component that has ended.
     *
     * @param component its label
     * @param thread its name
     */
    public record Stuck(String component, String thread) {}

    static SystemView of(
            long pid, String name, String kernel, Duration clock, SystemState state, Optional<Node> report) {
        return new SystemView(
                pid,
                name,
                kernel,
                clock,
                state.threads(),
                state.domains().stream().map(SystemView::component).toList(),
                state.quarantine().stream()
                        .map(stuck -> new Stuck(stuck.domain(), stuck.thread()))
                        .toList(),
                report);
    }

    private static Component component(SystemState.Domain domain) {
        State state = !domain.fault().isEmpty() ? State.FAULTED : domain.started() ? State.RUNNING : State.CREATED;
        return new Component(
                domain.number(),
                domain.label(),
                state,
                Optional.of(domain.trusted()),
                domain.quotas(),
                domain.threads(),
                domain.cpuTime(),
                domain.hostMemory(),
                domain.fault());
    }

    /** The view as a tree, from which {@link #of(Node)} makes an equal one. */
    Node node() {
        Node.Builder system = Node.named("system")
                .attribute("pid", Long.toString(pid))
                .attribute("name", text(name))
                .attribute("kernel", text(kernel))
                .attribute("clock_ns", Long.toString(clock.toNanos()))
                .attribute("threads", Integer.toString(threads));
        components.forEach(component -> system.child(node(component)));
        quarantine.forEach(stuck -> system.child(Node.named("quarantined")
                .attribute("component", text(stuck.component()))
                .attribute("thread", text(stuck.thread()))
                .build()));
        report.ifPresent(tree -> system.child(Node.named("report").child(tree).build()));
        return system.build();
    }

    private static Node node(Component component) {
        Quotas quotas = component.quotas();
        Node.Builder node = Node.named("component")
                .attribute("number", Long.toString(component.number()))
                .attribute("label", text(component.label().text()))
                .attribute("state", component.state().word())
                .attribute("ram", Long.toString(quotas.ram().bytes()))
                .attribute("ram_used", Long.toString(quotas.ramUsed().bytes()))
                .attribute("caps", Long.toString(quotas.caps().count()))
                .attribute("caps_used", Long.toString(quotas.capsUsed().count()))
                .attribute("threads", Long.toString(component.threads()))
                .attribute("fault", text(component.fault()));
        component.trusted().ifPresent(trusted -> node.attribute("trusted", trusted ? "yes" : "no"));
        component.cpuTime().ifPresent(time -> node.attribute("cpu_ns", Long.toString(time.toNanos())));
        component.hostMemory().ifPresent(memory -> node.attribute("host_bytes", Long.toString(memory.bytes())));
        return node.build();
    }

    /** Without the halves of surrogate pairs that a component may have put into the message of its fault. */
    static String text(String any) {
        return any.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** The view that {@code system} tells of; what is missing counts as nothing. */
    static SystemView of(Node system) {
        return new SystemView(
                number(system, "pid"),
                system.string("name", ""),
                system.string("kernel", ""),
                Duration.ofNanos(number(system, "clock_ns")),
                (int) number(system, "threads"),
                system.children("component").stream().map(SystemView::component).toList(),
                system.children("quarantined").stream()
                        .map(node -> new Stuck(node.string("component", ""), node.string("thread", "")))
                        .toList(),
                system.child("report").flatMap(node -> node.children().stream().findFirst()));
    }

    private static Component component(Node node) {
        State state = State.CREATED;
        for (State known : State.values()) {
            state = known.word().equals(node.string("state", "")) ? known : state;
        }
        return new Component(
                number(node, "number"),
                new Label(node.string("label", "")),
                state,
                // A system of an older build does not tell, and nobody may take its silence for a no.
                node.has("trusted") ? Optional.of(node.string("trusted", "").equals("yes")) : Optional.empty(),
                new Quotas(
                        new RamQuota(number(node, "ram")),
                        new RamQuota(number(node, "ram_used")),
                        new CapQuota(number(node, "caps")),
                        new CapQuota(number(node, "caps_used"))),
                number(node, "threads"),
                node.has("cpu_ns") ? Optional.of(Duration.ofNanos(number(node, "cpu_ns"))) : Optional.empty(),
                node.has("host_bytes") ? Optional.of(new RamQuota(number(node, "host_bytes"))) : Optional.empty(),
                node.string("fault", ""));
    }

    private static long number(Node node, String attribute) {
        return node.number(attribute) instanceof Value.Given<Long>(Long value) ? Math.max(0, value) : 0;
    }
}
