package org.espalier.kernel.sel4;

import org.espalier.machine.AddressSpace;
import org.espalier.machine.CpuContext;
import org.espalier.machine.Engine;
import org.espalier.machine.Frame;
import org.espalier.machine.Trap;
import org.jspecify.annotations.Nullable;

/**
 * The engine of a machine whose first threads run at the host: there is none before one is {@linkplain #set needed}, and nothing runs in
 * ring 3. {@link #preempt} may be called by any thread at any time, everything else by that of the engine.
 */
final class LateEngine implements Engine {
    private volatile @Nullable Engine engine;

    /** From now on, that one is used; {@code null} for none. Closing it is the caller's. */
    void set(@Nullable Engine opened) {
        engine = opened;
    }

    private Engine engine() {
        Engine opened = engine;
        if (opened == null) {
            throw new IllegalStateException("This machine runs nothing in ring 3.");
        }
        return opened;
    }

    @Override
    public String name() {
        Engine opened = engine;
        return opened == null ? "none" : opened.name();
    }

    @Override
    public AddressSpace space(Frame root) {
        return engine().space(root);
    }

    @Override
    public Trap run(AddressSpace space, CpuContext context) {
        return engine().run(space, context);
    }

    @Override
    public void preempt() {
        Engine opened = engine;
        if (opened != null) {
            opened.preempt();
        }
    }

    @Override
    public void close() {
        // Whoever has set the engine closes it.
    }
}
