package org.espalier.kernel.hw;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.espalier.machine.Frame;

/**
 * A dataspace on frames of the machine: a segment to this JVM, and shown to native components by their page tables. When it is freed, both
 * lose it before its frames become somebody else's. Thread-safe.
 */
final class MachineDataspace implements Carrier.Memory {
    private final MachineMemory memory;
    private final Frame first;
    private final long frames;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;

    /** Where it is shown; with {@code freed} guarded by itself. */
    private final Set<Showing> shown = new HashSet<>();

    private boolean freed;

    /** Where a native component has it attached. */
    interface Showing {
        /** Takes the memory away from all native components that have it, before this returns; the others are of the same kernel. */
        void revoke(List<Showing> all);
    }

    /** Takes over {@code frames} frames from {@code first} on. */
    MachineDataspace(MachineMemory memory, Frame first, long frames) {
        this.memory = memory;
        this.first = first;
        this.frames = frames;
        this.segment = memory.physical().segment(first, frames, arena);
    }

    @Override
    public MemorySegment segment() {
        return segment;
    }

    /** The frame at an offset. */
    Frame frame(long offset) {
        return new Frame(first.address() + offset);
    }

    /** Notes that it is about to be shown; false if it is freed, and must not be. */
    boolean show(Showing showing) {
        synchronized (shown) {
            if (!freed) {
                shown.add(showing);
            }
            return !freed;
        }
    }

    /** Notes that it is not shown there any more. */
    void forget(Showing showing) {
        synchronized (shown) {
            shown.remove(showing);
        }
    }

    @Override
    public void free() {
        List<Showing> all;
        synchronized (shown) {
            freed = true;
            all = List.copyOf(shown);
            shown.clear();
        }
        if (!all.isEmpty()) {
            all.getFirst().revoke(all);
        }
        arena.close();
        memory.give(first, frames);
    }
}
