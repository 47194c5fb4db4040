package org.espalier.base;

/** The state of a session at the parent of its client. */
public sealed interface SessionState {
    /** The request is on its way; {@link Parent#sessionSignal} announces the next state. */
    record Pending() implements SessionState {}

    /** The session is there; {@link Parent#capability} yields it. */
    record Open() implements SessionState {}

    /** The session was refused, for a reason that a person can read. The donation is back. */
    record Denied(String reason) implements SessionState {}

    /** The server needs a larger donation of RAM. The donation is back. */
    record InsufficientRam() implements SessionState {}

    /** The server needs a larger donation of capabilities. The donation is back. */
    record InsufficientCaps() implements SessionState {}

    /** The client has less RAM than it wants to donate. */
    record OutOfRam(RamQuota needed, RamQuota available) implements SessionState {}

    /** The client has fewer capabilities than the request takes. */
    record OutOfCaps(CapQuota needed, CapQuota available) implements SessionState {}

    /** The session is closed, or its server ended, and all of the donation is back. */
    record Closed() implements SessionState {}

    /** The session is closed, and the server has spent what it should give back; it is paid when the server can. */
    record Withheld(RamQuota ram, CapQuota caps) implements SessionState {}
}
