package org.espalier.base;

import org.espalier.base.spi.ComponentKernel;

/** Asks the parent for quota and waits for the grant. One request at a time; thread-safe. */
final class Resources {
    private final ComponentKernel kernel;
    private final Parent parent;
    private int context;

    Resources(ComponentKernel kernel, Parent parent) {
        this.kernel = kernel;
        this.parent = parent;
    }

    /** Returns when the parent has granted something, not necessarily all of it. */
    void request(RamQuota ram, CapQuota caps) {
        int waitFor = ensureContext();
        if (parent.requestResources(ram, caps) instanceof Result.Ok<Boolean>(Boolean granted) && !granted) {
            kernel.awaitSignal(waitFor);
        }
    }

    private synchronized int ensureContext() {
        if (context == 0) {
            int created = kernel.createSignalContext(0, 0);
            if (created <= 0) {
                throw new IllegalStateException(
                        "Waiting for resources takes a signal context, and no capability is left for it.");
            }
            parent.resourceSignal(Capability.at(kernel, created)).orThrow("Naming the signal of granted resources");
            context = created;
        }
        return context;
    }
}
