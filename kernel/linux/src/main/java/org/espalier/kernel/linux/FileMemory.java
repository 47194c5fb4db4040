package org.espalier.kernel.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.espalier.kernel.hw.Carrier;

/** A dataspace: a sealed file of memory, mapped by the kernel, and by the processes that attach it. Thread-safe. */
final class FileMemory implements Carrier.Memory {
    private final MemoryFile file;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;

    /**
     * Memory of zeroes.
     *
     * @throws HostException if the host has no descriptors or addresses for it
     */
    FileMemory(long bytes) throws HostException {
        file = MemoryFile.create("dataspace", bytes);
        try {
            // Now, and not when somebody writes to it: the host counts a page to whoever touches it first, and that is
            // to be the
            // kernel, as the quota that pays for it is counted by the kernel. It also is the moment to hear that the
            // host has none left.
            file.populate();
            segment = file.map(arena);
        } catch (HostException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public MemorySegment segment() {
        return segment;
    }

    long bytes() {
        return file.bytes();
    }

    /**
     * A descriptor to map it by; one that is not {@code writable} the host lets nobody map for writing.
     *
     * @throws HostException if the host has no descriptor for it, or the memory is freed
     */
    Descriptor open(boolean writable) throws HostException {
        return writable ? file.copy() : file.reader();
    }

    /** Gives the pages back, wherever they are mapped; who has them mapped reads zeroes. */
    @Override
    public void free() {
        arena.close();
        try {
            file.discard();
        } catch (HostException e) {
            throw new IllegalStateException("Memory that this process has made cannot be given back.", e);
        } finally {
            file.close();
        }
    }
}
