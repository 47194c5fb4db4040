package org.espalier.kernel.hw;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory off the heap of this JVM. Its address range is given back to the host only after every thread has left its last access
 * to it, so that revoked memory is never somebody else's.
 */
final class ArenaMemory implements Carrier.Memory {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;

    ArenaMemory(long bytes) {
        segment = arena.allocate(bytes, 4096);
    }

    @Override
    public MemorySegment segment() {
        return segment;
    }

    @Override
    public void free() {
        arena.close();
    }
}
