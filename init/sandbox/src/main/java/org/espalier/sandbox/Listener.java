package org.espalier.sandbox;

import org.espalier.base.CapQuota;
import org.espalier.base.RamQuota;

/** Learns what happens to the children of a sandbox. Called in the sandbox's entrypoint. */
public interface Listener {
    /** Hears nothing. */
    Listener NONE = new Listener() {};

    /** The child ended itself. */
    default void exited(ChildSpec child, int value) {}

    /** The child faulted; {@code description} names the thread and the cause. */
    default void faulted(ChildSpec child, String description) {}

    /** The child has given no sign of life {@code skipped} times in a row. */
    default void silent(ChildSpec child, int skipped) {}

    /** The child has given back so much of what {@link Sandbox#askBack} asked for. */
    default void yielded(ChildSpec child, RamQuota ram, CapQuota caps) {}

    /** The state of the sandbox is another. Called often, in the middle of it: look at the state later. */
    default void changed() {}

    /** A child asks for resources. */
    default void requests(ChildSpec child) {}

    /** The child could not be started, for {@code reason}. */
    default void notStarted(ChildSpec child, String reason) {}
}
