package org.espalier.base;

/** A request that a server fetched from its parent. */
public sealed interface ServerRequest {
    /** There is none. */
    record None() implements ServerRequest {}

    /** Create a session; {@code id} names it between this server and its parent. */
    record Create(int id, SessionArguments arguments) implements ServerRequest {}

    /** The client donated more. */
    record Upgrade(int id, RamQuota ram, CapQuota caps) implements ServerRequest {}

    /** The session ends; the donation goes back after the answer. */
    record Close(int id) implements ServerRequest {}
}
