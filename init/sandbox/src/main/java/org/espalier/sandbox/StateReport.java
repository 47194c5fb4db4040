package org.espalier.sandbox;

import java.util.Collection;
import java.util.List;
import org.espalier.base.Pd;
import org.espalier.base.Quotas;
import org.espalier.base.RamQuota;
import org.espalier.base.SessionArguments;
import org.espalier.base.SessionState;
import org.espalier.config.Node;

/** The state of a sandbox as a tree, with Genode's names (repos/os/src/lib/sandbox). Belongs to one report. */
final class StateReport {
    private final StateDetail detail;

    StateReport(StateDetail detail) {
        this.detail = detail;
    }

    Node of(String version, Pd host, Collection<Child> children) {
        Node.Builder state = Node.named("state");
        if (!version.isEmpty()) {
            state.attribute("version", version);
        }
        Quotas own = host.quotas().orElse(Quotas.NONE);
        if (detail.hostRam()) {
            state.child(ram(own).build());
        }
        if (detail.hostCaps()) {
            state.child(caps(own).build());
        }
        children.forEach(child -> state.child(child(child)));
        return state.build();
    }

    private Node child(Child child) {
        Node.Builder node =
                Node.named("child").attribute("name", child.spec.name()).attribute("binary", child.spec.binary());
        if (!child.spec.version().isEmpty()) {
            node.attribute("version", child.spec.version());
        }
        if (child.spec.trusted()) {
            node.attribute("trusted", "yes");
        }
        if (detail.ids()) {
            node.attribute("id", Integer.toString(child.id));
        }
        switch (child.phase) {
            case INCOMPLETE, NOT_STARTED -> node.attribute("state", "incomplete");
            case EXITED -> node.attribute("exited", Integer.toString(child.exitValue));
            case FAULTED -> node.attribute("state", "faulted");
            case RUNNING -> {}
        }
        if (child.skippedHeartbeats() > 0) {
            node.attribute("skipped_heartbeats", Integer.toString(child.skippedHeartbeats()));
        }
        Quotas quotas = child.quotas();
        Child.Wish wish = child.wish;
        if (detail.childRam()) {
            Node.Builder ram = ram(quotas)
                    .attribute("assigned", child.assigned().ramQuota().toString());
            node.child((wish == null
                            ? ram
                            : ram.attribute("requested", bytes(wish.ram().bytes())))
                    .build());
        }
        if (detail.childCaps()) {
            Node.Builder caps = caps(quotas)
                    .attribute("assigned", Long.toString(child.assigned().caps()));
            node.child((wish == null
                            ? caps
                            : caps.attribute(
                                    "requested", Long.toString(wish.caps().count())))
                    .build());
        }
        if (detail.requested()) {
            node.child(requested(child));
        }
        if (detail.provided()) {
            node.child(sessions("provided", child.provider.sessionList()).build());
        }
        return node.build();
    }

    private Node requested(Child child) {
        Node.Builder requested = sessions("requested", child.sessionList());
        SessionArguments missing = child.missing;
        if (missing != null && child.phase == Child.Phase.NOT_STARTED) {
            requested.child(session(missing, "SERVICE_DENIED"));
        }
        return requested.build();
    }

    private Node.Builder sessions(String name, List<Session> sessions) {
        Node.Builder node = Node.named(name);
        sessions.forEach(session -> node.child(session(session.arguments, phase(session))));
        return node;
    }

    private Node session(SessionArguments arguments, String state) {
        Node.Builder node = Node.named("session")
                .attribute("service", arguments.service())
                .attribute("label", arguments.label())
                .attribute("state", state)
                .attribute("ram", arguments.ram().toString())
                .attribute("caps", Long.toString(arguments.caps().count()));
        return (detail.sessionArgs() && !arguments.parameters().isEmpty()
                        ? node.child(
                                Node.named("args").text(arguments.parameters()).build())
                        : node)
                .build();
    }

    private static String phase(Session session) {
        return switch (session.phase) {
            case WAITING, REQUESTED -> "CREATE_REQUESTED";
            case OPEN -> session.handedOut ? "CAP_HANDED_OUT" : "AVAILABLE";
            case UPGRADING -> "UPGRADE_REQUESTED";
            case CLOSING -> "CLOSE_REQUESTED";
            case ENDED -> ended(session.outcome);
        };
    }

    private static String ended(SessionState outcome) {
        return switch (outcome) {
            case SessionState.Denied denied -> "SERVICE_DENIED";
            case SessionState.InsufficientRam insufficient -> "INSUFFICIENT_RAM_QUOTA";
            case SessionState.OutOfRam out -> "INSUFFICIENT_RAM_QUOTA";
            case SessionState.InsufficientCaps insufficient -> "INSUFFICIENT_CAP_QUOTA";
            case SessionState.OutOfCaps out -> "INSUFFICIENT_CAP_QUOTA";
            case SessionState.Pending pending -> "CLOSED";
            case SessionState.Open open -> "CLOSED";
            case SessionState.Closed closed -> "CLOSED";
            case SessionState.Withheld withheld -> "CLOSED";
        };
    }

    private static Node.Builder ram(Quotas quotas) {
        return Node.named("ram")
                .attribute("quota", quotas.ram().toString())
                .attribute("used", quotas.ramUsed().toString())
                .attribute("avail", quotas.ramAvailable().toString());
    }

    private static Node.Builder caps(Quotas quotas) {
        return Node.named("caps")
                .attribute("quota", Long.toString(quotas.caps().count()))
                .attribute("used", Long.toString(quotas.capsUsed().count()))
                .attribute("avail", Long.toString(quotas.capsAvailable().count()));
    }

    private static String bytes(long bytes) {
        return new RamQuota(bytes).toString();
    }
}
