package org.espalier.kernel.sel4;

import org.espalier.machine.AddressSpace;
import org.espalier.machine.CpuContext;
import org.espalier.machine.Engine;
import org.espalier.machine.Frame;
import org.espalier.machine.Trap;

/** The engine of a machine all of whose threads run at the host: nothing runs in ring 3. */
final class NoEngine implements Engine {
    @Override
    public String name() {
        return "none";
    }

    @Override
    public AddressSpace space(Frame root) {
        throw new IllegalStateException("This machine runs nothing in ring 3.");
    }

    @Override
    public Trap run(AddressSpace space, CpuContext context) {
        throw new IllegalStateException("This machine runs nothing in ring 3.");
    }

    @Override
    public void preempt() {
        // Nothing runs.
    }

    @Override
    public void close() {
        // There is nothing to end.
    }
}
