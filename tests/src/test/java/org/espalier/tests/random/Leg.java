package org.espalier.tests.random;

import org.espalier.tests.random.Member.Thing;
import org.jspecify.annotations.Nullable;

/** A session between one parent and the child that asked for it; one that goes further up has another leg there. */
final class Leg {
    enum Phase {
        WAITING,
        REQUESTED,
        OPEN,
        UPGRADING,
        CLOSING,
        ENDED
    }

    final Member host;

    @Nullable Member client;

    final int id;
    long ram;
    long caps;
    long fee;
    long raisedRam;
    long raisedCaps;
    long withheldRam;
    long withheldCaps;
    Phase phase = Phase.WAITING;
    String outcome = "Closed";
    boolean fetched;
    boolean closeWanted;
    boolean closeRequested;
    boolean withServer;
    /** Whether the client knows it as pending. */
    boolean seenPending;
    /** What the client is told when it is closed, as its host could not pay for its capability. */
    @Nullable String refusal;
    /** Who serves it, if a child of the host does. */
    @Nullable Member server;

    int servedAs;
    /** The leg above, if the host has passed the request on. */
    @Nullable Leg upper;
    /** The leg below, if this one belongs to the host of others. */
    @Nullable Leg lower;

    @Nullable Thing thing;

    Leg(Member host, Member client, int id, long ram, long caps) {
        this.host = host;
        this.client = client;
        this.id = id;
        this.ram = ram;
        this.caps = caps;
    }

    boolean isPending() {
        return phase != Phase.OPEN && phase != Phase.ENDED;
    }
}
