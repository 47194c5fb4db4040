package org.espalier.kernel.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** An attachment in the JVM of a component: a part of a file of memory, mapped until this is closed. Thread-safe. */
final class MappedFile implements AutoCloseable {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;

    /**
     * Maps {@code size} bytes of {@code file} from {@code offset} on.
     *
     * @throws HostException if the host refuses it
     */
    @SuppressWarnings("restricted")
    MappedFile(Descriptor file, long offset, long size, boolean writable) throws HostException {
        int number = file.hold();
        long address;
        try {
            int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
            address = Host.demand(SystemCall.MMAP, 0, size, protection, MAP_SHARED, number, offset);
        } finally {
            file.release();
        }
        MemorySegment mapped = MemorySegment.ofAddress(address)
                .reinterpret(size, arena, part -> Host.call(SystemCall.MUNMAP, part.address(), part.byteSize(), 0));
        memory = writable ? mapped : mapped.asReadOnly();
    }

    MemorySegment memory() {
        return memory;
    }

    @Override
    public void close() {
        arena.close();
    }
}
