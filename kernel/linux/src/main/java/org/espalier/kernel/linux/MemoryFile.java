package org.espalier.kernel.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Anonymous memory with a descriptor, which other processes can map: a memfd whose size is sealed, so that nobody who has it can make
 * a mapping of somebody else fault by cutting it off, nor have it grow at the owner's cost. Owned by whoever holds this object.
 * Thread-safe.
 *
 * <p>Source: memfd_create(2), and {@code F_ADD_SEALS} in fcntl(2).
 */
final class MemoryFile implements AutoCloseable {
    /** What the host maps at once; sizes are multiples of it. */
    static final long PAGE = 4096;

    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int F_ADD_SEALS = 1033;
    private static final int F_GET_SEALS = 1034;
    private static final int SEAL_SEALS = 1;
    private static final int SEAL_SHRINK = 2;
    private static final int SEAL_GROW = 4;
    private static final int SEAL_WRITE = 8;
    private static final int O_CLOEXEC = 0x80000;
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;
    private static final int SEEK_SET = 0;
    private static final int PUNCH_HOLE_KEEP_SIZE = 3;

    private final Descriptor descriptor;
    private final long bytes;

    private MemoryFile(Descriptor descriptor, long bytes) {
        this.descriptor = descriptor;
        this.bytes = bytes;
    }

    /**
     * Memory of zeroes that takes pages of the host as it is written.
     *
     * @param name for people who look at a process of the host; grants nothing
     * @param bytes a positive multiple of {@link #PAGE}
     */
    static MemoryFile create(String name, long bytes) throws HostException {
        if (bytes <= 0 || bytes % PAGE != 0) {
            throw new IllegalArgumentException(
                    "Memory comes in pages of " + PAGE + " bytes, and not in " + bytes + ".");
        }
        return make(name, bytes, new byte[0], SEAL_SEALS | SEAL_SHRINK | SEAL_GROW);
    }

    /** Memory that holds {@code content} and can never be written again, not by this process either. */
    static MemoryFile holding(String name, byte[] content) throws HostException {
        return make(name, content.length, content, SEAL_SEALS | SEAL_SHRINK | SEAL_GROW | SEAL_WRITE);
    }

    private static MemoryFile make(String name, long bytes, byte[] content, int seals) throws HostException {
        Descriptor descriptor;
        try (Arena arena = Arena.ofConfined()) {
            descriptor = new Descriptor(Host.demand(
                    SystemCall.MEMFD_CREATE, arena.allocateFrom(name).address(), MFD_CLOEXEC | MFD_ALLOW_SEALING, 0));
        }
        MemoryFile file = new MemoryFile(descriptor, bytes);
        boolean made = false;
        try {
            descriptor.demand(SystemCall.FTRUNCATE, bytes, 0);
            if (content.length > 0) {
                fill(descriptor, content);
            }
            descriptor.demand(SystemCall.FCNTL, F_ADD_SEALS, seals);
            made = true;
            return file;
        } finally {
            if (!made) {
                file.close();
            }
        }
    }

    /** Writes to memory that is at its start, and leaves it there; sooner done than mapping it. */
    private static void fill(Descriptor descriptor, byte[] content) throws HostException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, content);
            for (long written = 0; written < content.length; ) {
                written += descriptor.demand(SystemCall.WRITE, bytes.address() + written, content.length - written);
            }
            descriptor.demand(SystemCall.LSEEK, 0, SEEK_SET);
        }
    }

    /** Whether nobody can ever write it again. */
    boolean isSealedAgainstWriting() throws HostException {
        return (descriptor.demand(SystemCall.FCNTL, F_GET_SEALS, 0) & SEAL_WRITE) != 0;
    }

    Descriptor descriptor() {
        return descriptor;
    }

    long bytes() {
        return bytes;
    }

    /** A further descriptor for all that this one allows. */
    Descriptor copy() throws HostException {
        return new Descriptor(descriptor.demand(SystemCall.FCNTL, F_DUPFD_CLOEXEC, 0));
    }

    /** A descriptor of its own for reading, which begins at the start: those that are only copied share how far they have read. */
    Descriptor reader() throws HostException {
        int number = descriptor.hold();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocateFrom("/proc/self/fd/" + number);
            return new Descriptor(Host.demand(SystemCall.OPEN, path.address(), O_CLOEXEC, 0));
        } finally {
            descriptor.release();
        }
    }

    /** Maps all of it for reading and writing until {@code arena} is closed. */
    @SuppressWarnings("restricted")
    MemorySegment map(Arena arena) throws HostException {
        long address;
        int number = descriptor.hold();
        try {
            address = Host.demand(SystemCall.MMAP, 0, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, number, 0);
        } finally {
            descriptor.release();
        }
        return MemorySegment.ofAddress(address)
                .reinterpret(
                        bytes, arena, mapped -> Host.call(SystemCall.MUNMAP, mapped.address(), mapped.byteSize(), 0));
    }

    /** Has the host find all pages now, for this process. */
    void populate() throws HostException {
        descriptor.demand(SystemCall.FALLOCATE, 0, 0, bytes, 0, 0);
    }

    /** Gives all pages back to the host, those included that others have mapped; they read zeroes from now on. */
    void discard() throws HostException {
        descriptor.demand(SystemCall.FALLOCATE, PUNCH_HOLE_KEEP_SIZE, 0, bytes, 0, 0);
    }

    /** Closes the descriptor. The memory is gone when nobody else has it open or mapped. */
    @Override
    public void close() {
        descriptor.close();
    }
}
