package org.espalier.sandbox;

/** Learns what happens to the children of a sandbox. Called in the sandbox's entrypoint. */
public interface Listener {
    /** Hears nothing. */
    Listener NONE = new Listener() {};

    /** The child ended itself. */
    default void exited(ChildSpec child, int value) {}

    /** The child faulted; {@code description} names the thread and the cause. */
    default void faulted(ChildSpec child, String description) {}

    /** The child could not be started, for {@code reason}. */
    default void notStarted(ChildSpec child, String reason) {}
}
