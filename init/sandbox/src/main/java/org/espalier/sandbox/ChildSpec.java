package org.espalier.sandbox;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.espalier.base.CapQuota;
import org.espalier.base.Limits;
import org.espalier.base.Placement;
import org.espalier.base.RamQuota;
import org.espalier.config.Node;
import org.espalier.config.Position;

/**
 * What a sandbox is to know of one child. Immutable.
 *
 * @param position where it is written
 * @param name unique among the children
 * @param version a text that starts the child anew when it changes; empty for none
 * @param binary the ROM module with its program
 * @param ram RAM to give it
 * @param caps capabilities to give it
 * @param provides services that it may announce
 * @param routes tried in order for each of its session requests
 * @param config what it sees as its ROM module {@code config}; empty to have that routed like any other module
 * @param propagateExit whether its exit is the host's exit, too
 * @param placement where its threads may run, and how urgent they are, within what the host has
 * @param limits what its threads may take at most of what no quota counts
 * @param heartbeat what to do when it gives no sign of life; empty to ask for none
 * @param trusted whether its byte code is not verified; core grants that only to children of trusted parents
 */
public record ChildSpec(
        Position position,
        String name,
        String version,
        String binary,
        RamQuota ram,
        CapQuota caps,
        Set<String> provides,
        List<Rule> routes,
        Optional<Node> config,
        boolean propagateExit,
        Placement placement,
        Limits limits,
        Optional<Heartbeat> heartbeat,
        boolean trusted) {
    /**
     * A child that a program asks for: it runs {@code binary}, provides nothing, and whatever it asks for goes to the parent.
     */
    public static ChildSpec of(String name, String binary, RamQuota ram, CapQuota caps) {
        return new ChildSpec(
                Position.GENERATED,
                name,
                "",
                binary,
                ram,
                caps,
                Set.of(),
                List.of(Rule.TO_PARENT),
                Optional.empty(),
                false,
                Placement.WHOLE,
                Limits.NONE,
                Optional.empty(),
                false);
    }

    /** The same child with services that it may announce. */
    public ChildSpec providing(Set<String> services) {
        return with(services, routes, config, propagateExit, trusted);
    }

    /** The same child with other routes. */
    public ChildSpec routed(List<Rule> rules) {
        return with(provides, rules, config, propagateExit, trusted);
    }

    /** The same child with {@code node} as its ROM module {@code config}. */
    public ChildSpec configured(Node node) {
        return with(provides, routes, Optional.of(node), propagateExit, trusted);
    }

    /** The same child, whose exit is the host's exit, too. */
    public ChildSpec exitingTogether() {
        return with(provides, routes, config, true, trusted);
    }

    /** The same child, whose byte code is not verified. */
    public ChildSpec trusting() {
        return with(provides, routes, config, propagateExit, true);
    }

    private ChildSpec with(
            Set<String> services, List<Rule> rules, Optional<Node> node, boolean exitsTogether, boolean isTrusted) {
        return new ChildSpec(
                position,
                name,
                version,
                binary,
                ram,
                caps,
                services,
                rules,
                node,
                exitsTogether,
                placement,
                limits,
                heartbeat,
                isTrusted);
    }

    Amounts quota() {
        return Amounts.of(ram, caps);
    }

    /**
     * What to do when a child gives no sign of life.
     *
     * @param reportAfter after how many that did not come in a row the listener is told; at least 1
     * @param restartAfter after how many the child is started anew; 0 for never
     */
    public record Heartbeat(int reportAfter, int restartAfter) {}

    /**
     * Whether a child has to start anew to become {@code other}, whatever it uses. All else is applied in place, or shows in the
     * routes of the sessions that are in use.
     */
    boolean startsAnewAs(ChildSpec other) {
        return !version.equals(other.version)
                || !placement.equals(other.placement)
                || !limits.equals(other.limits)
                || trusted != other.trusted;
    }
}
