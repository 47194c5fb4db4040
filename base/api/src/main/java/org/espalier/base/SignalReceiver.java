package org.espalier.base;

import org.espalier.base.spi.ComponentKernel;

/**
 * A signal context whose signals a thread waits for, where an {@link Entrypoint#handler} will not do. Owned by the component that
 * opened it. While the thread of an entrypoint waits here, that entrypoint serves nobody.
 */
public final class SignalReceiver implements AutoCloseable {
    private final ComponentKernel kernel;
    private final int index;

    private SignalReceiver(ComponentKernel kernel, int index) {
        this.kernel = kernel;
        this.index = index;
    }

    static Result<SignalReceiver> open(ComponentKernel kernel) {
        int index = kernel.createSignalContext(0, 0);
        return index > 0 ? Result.ok(new SignalReceiver(kernel, index)) : Result.failed(Failure.ofStatus(-index));
    }

    /** The context, for others to submit signals to. */
    public Capability<SignalContext> context() {
        return Capability.at(kernel, index);
    }

    /** Blocks the calling thread until there are signals, takes them all and returns their number. */
    public int await() {
        return kernel.awaitSignal(index);
    }

    /** Ends the context; what is submitted from then on reaches nobody. Not while a thread waits. */
    @Override
    public void close() {
        kernel.dissolve(index);
    }
}
