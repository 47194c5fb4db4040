package org.espalier.sandbox;

import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.RamQuota;
import org.espalier.base.SessionArguments;
import org.espalier.base.SessionState;
import org.jspecify.annotations.Nullable;

/**
 * One session from request to close, as the parent of its client sees it. Confined to the sandbox's entrypoint.
 *
 * <p>Money: what the client donated is taken from its account before the session exists and given back exactly once, when the
 * session ends in whatever way. On the way it belongs to the host ({@link #withServer} is false) or to the server's account.
 */
final class Session {
    /** Where a session is in its life. */
    enum Phase {
        /** Waits for a server that has not announced its service. */
        WAITING,
        /** The server was asked and has not answered. */
        REQUESTED,
        OPEN,
        UPGRADING,
        /** The server was asked to close and has not answered. */
        CLOSING,
        /** Over; {@link #outcome} says how, until the client has seen it. */
        ENDED
    }

    /** Number of sessions that are passed on for the host's parent, which numbers them itself. */
    static final int FORWARDED = 0;

    final int id;
    /** The label that the client asked with. */
    final String requestedLabel;
    /** The request as the server sees it; a route may rewrite its label. */
    SessionArguments arguments;

    /** {@code null} once the client has ended, and for good. */
    @Nullable Client client;

    Phase phase = Phase.WAITING;
    SessionState outcome = new SessionState.Pending();
    RamQuota ram;
    CapQuota caps;

    /** What the host keeps, beside the donation, for what it keeps of the session, until the client has seen its end. */
    CapQuota fee = CapQuota.ZERO;

    /** The rule that led to the provider. */
    @Nullable Rule rule;

    @Nullable Provider provider;

    Capability<?> capability = Capability.none();
    /** The number of the session at its provider. */
    int serverId;
    /** Whether the donation is in the account of the server. */
    boolean withServer;
    /** The server has fetched the request and will answer it. */
    boolean fetched;
    /** The client wants the session closed as soon as its server lets it. */
    boolean closeWanted;
    /** The server was asked to close it, or will be when it fetches its requests. */
    boolean closeRequested;
    /** Requests that the server has not fetched. */
    int queued;
    /** How often this session of an environment was asked for before, with a smaller donation. */
    int attempt;

    RamQuota raisedRam = RamQuota.ZERO;
    CapQuota raisedCaps = CapQuota.ZERO;
    /** Whether the client knows the session as pending, and waits for a signal. */
    boolean seenPending;
    /** Whether it serves the client's own configuration. */
    boolean isOwnConfig;
    /** Whether the client has its capability. */
    boolean handedOut;
    /** What a session that is closed before its client had it is refused with. */
    @Nullable SessionState refusal;

    Session(Client client, int id, String requestedLabel, SessionArguments arguments, RamQuota ram, CapQuota caps) {
        this.client = client;
        this.id = id;
        this.requestedLabel = requestedLabel;
        this.arguments = arguments;
        this.ram = ram;
        this.caps = caps;
    }

    /** What the client is told. */
    SessionState state() {
        return switch (phase) {
            case WAITING, REQUESTED, UPGRADING, CLOSING -> new SessionState.Pending();
            case OPEN -> new SessionState.Open();
            case ENDED -> outcome;
        };
    }

    boolean isPending() {
        return switch (phase) {
            case WAITING, REQUESTED, UPGRADING, CLOSING -> true;
            case OPEN, ENDED -> false;
        };
    }

    /** The child that asked, if it was one, and is still there. */
    @Nullable Child child() {
        return client instanceof Child child ? child : null;
    }

    boolean isEnvironment() {
        return id < 0;
    }

    @Override
    public String toString() {
        return arguments.service() + " session ‘" + arguments.label() + "’";
    }
}
