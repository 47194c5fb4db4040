package org.espalier.kernel.ring3;

import java.util.Optional;
import org.espalier.machine.AddressSpace;
import org.espalier.machine.Frame;
import org.espalier.machine.MapResult;
import org.espalier.machine.PageTables;

/** Page tables of one address space, on frames of whoever pays for them. Confined to the thread of the engine. */
record FrameTables(PageTables tables, AddressSpace space, FrameSource frames) implements TableTree.Tables<Frame> {
    @Override
    public Optional<Frame> add(int level, long address) {
        Optional<Frame> frame = frames.take();
        frame.ifPresent(fresh -> done(tables.mapTable(space, address, level, fresh)));
        return frame;
    }

    @Override
    public void remove(int level, long address, Frame table) {
        done(tables.unmapTable(space, address, level));
        frames.give(table);
    }

    @Override
    public void discard(Frame table) {
        frames.give(table);
    }

    /** What the kernel asks of its own tables can be done. */
    static void done(MapResult result) {
        if (!(result instanceof MapResult.Done)) {
            throw new IllegalStateException("Page tables are not what the kernel made them: " + result + ".");
        }
    }
}
