package org.espalier.kernel.sel4.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.espalier.kernel.hw.Carrier;
import org.espalier.kernel.hw.Fabric.Exhausted;
import org.espalier.kernel.sel4.ObjectType;
import org.espalier.machine.Frame;
import org.espalier.machine.HostFailure;
import org.espalier.machine.PhysicalMemory;

/**
 * A dataspace: frames in a row, of 4 KiB each, as a component may show any of them by itself. This program sees them by a mapping of their own,
 * which goes before they do, so that nobody sees what they become; components in ring 3 by copies of the frames' capabilities, which go with
 * them.
 */
final class FrameMemory implements Carrier.Memory {
    private final Sel4Fabric fabric;
    private final List<UntypedPool.Block> run;
    private final List<CoreObjects.Slots> frames = new ArrayList<>();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;

    /** Guarded by the root task. */
    private boolean freed;

    /** The caller is in the root task's monitor; {@code run} is this object's, or given back. */
    FrameMemory(Sel4Fabric fabric, PhysicalMemory memory, List<UntypedPool.Block> run, long bytes) throws Exhausted {
        this.fabric = fabric;
        this.run = run;
        try {
            for (UntypedPool.Block block : run) {
                fabric.objects().makeAll(block, ObjectType.PAGE, frames);
            }
            segment = memory.map(new Frame(run.getFirst().address), bytes, arena);
        } catch (Exhausted | HostFailure e) {
            arena.close();
            fabric.objects().endAll(run, frames);
            throw e instanceof Exhausted exhausted ? exhausted : new Exhausted("a mapping of a dataspace");
        }
    }

    @Override
    public MemorySegment segment() {
        return segment;
    }

    @Override
    public void free() {
        arena.close();
        synchronized (fabric.root()) {
            freed = true;
            fabric.objects().endAll(run, frames);
        }
    }

    // ---- within the root task's monitor

    boolean isFreed() {
        return freed;
    }

    /** The capability of a frame, by its number. */
    long frame(long number) {
        long before = 0;
        for (CoreObjects.Slots range : frames) {
            if (number < before + range.count()) {
                return range.first() + number - before;
            }
            before += range.count();
        }
        throw new IndexOutOfBoundsException(
                "A dataspace of " + before + " frames has none with number " + number + ".");
    }
}
