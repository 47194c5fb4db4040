package org.espalier.kernel.sel4;

/** Who is told of threads that run on threads of the host. Called within the kernel, so it must not call it. */
@FunctionalInterface
interface Hosts {
    /** Nobody, where there are no such threads. */
    Hosts NONE = _ -> {};

    /** The state of a thread is another one. */
    void changed(int tcb);
}
