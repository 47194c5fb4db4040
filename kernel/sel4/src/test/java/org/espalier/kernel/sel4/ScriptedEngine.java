package org.espalier.kernel.sel4;

import org.espalier.machine.AddressSpace;
import org.espalier.machine.CpuContext;
import org.espalier.machine.Engine;
import org.espalier.machine.Frame;
import org.espalier.machine.MemoryView;
import org.espalier.machine.Trap;

/** An engine without a processor: what a program does is up to a script, which writes registers and memory as the program would. */
final class ScriptedEngine implements Engine {
    /** The program of all threads. */
    interface Script {
        /** What the thread that {@code context} belongs to does next. */
        Trap next(CpuContext context);
    }

    private final MemoryView memory;
    private final Script script;

    ScriptedEngine(MemoryView memory, Script script) {
        this.memory = memory;
        this.script = script;
    }

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public AddressSpace space(Frame root) {
        return new Space(root, memory);
    }

    @Override
    public Trap run(AddressSpace space, CpuContext context) {
        if (((Space) space).closed) {
            throw new IllegalStateException("The space on " + space.root() + " is closed.");
        }
        return script.next(context);
    }

    @Override
    public void preempt() {
        // Scripts say themselves when they are pre-empted.
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    private static final class Space implements AddressSpace {
        private final Frame root;
        private final MemoryView memory;
        private boolean closed;

        Space(Frame root, MemoryView memory) {
            this.root = root;
            this.memory = memory;
        }

        @Override
        public Frame root() {
            return root;
        }

        @Override
        public void downgrade(long entry, long value, long address, long length) {
            memory.putLong(entry, value);
        }

        @Override
        public void flush() {
            // Nothing is cached.
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
