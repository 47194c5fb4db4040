package org.espalier.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A file without a name in the host's memory (memfd_create(2)), sparse until written. Whoever creates one closes it; its
 * descriptor is not inherited by other programs. Not thread-safe.
 */
final class MemoryFile implements AutoCloseable {
    private static final long MMAP = 9;
    private static final long MUNMAP = 11;
    private static final long CLOSE = 3;
    private static final long WRITE = 1;
    private static final long FTRUNCATE = 77;
    private static final long FALLOCATE = 285;
    private static final long MEMFD_CREATE = 319;

    private static final long CLOSE_ON_EXEC = 1;
    private static final long EXECUTABLE = 0x10;
    private static final long READ_WRITE = 3;
    private static final long SHARED_NORESERVE = 0x4001;
    private static final long KEEP_SIZE_PUNCH_HOLE = 3;

    private final int descriptor;

    private MemoryFile(int descriptor) {
        this.descriptor = descriptor;
    }

    /** A file of {@code bytes} zeros. */
    static MemoryFile sparse(String name, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            Linux linux = new Linux(arena);
            MemoryFile file = create(linux, arena, name, CLOSE_ON_EXEC);
            long result = linux.call(FTRUNCATE, file.descriptor, bytes, 0, 0);
            if (Linux.isError(result)) {
                file.close();
                throw HostFailure.of("a file of " + bytes + " bytes in memory (ftruncate)", result);
            }
            return file;
        }
    }

    /** A program that posix_spawn(3) can start by the path {@link #path}. */
    static MemoryFile program(String name, byte[] image) {
        try (Arena arena = Arena.ofConfined()) {
            Linux linux = new Linux(arena);
            MemoryFile file = create(linux, arena, name, CLOSE_ON_EXEC | EXECUTABLE);
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, image);
            long written = linux.call(WRITE, file.descriptor, bytes.address(), image.length, 0);
            if (written != image.length) {
                file.close();
                throw new HostFailure(
                        "The host wrote " + written + " of " + image.length + " bytes of a file in memory.");
            }
            return file;
        }
    }

    private static MemoryFile create(Linux linux, Arena arena, String name, long flags) {
        long address = arena.allocateFrom(name).address();
        long descriptor = linux.call(MEMFD_CREATE, address, flags, 0, 0);
        if (descriptor == Linux.EINVAL) {
            // Before Linux 6.3 there was no such flag, and every file in memory could be executed.
            descriptor = linux.call(MEMFD_CREATE, address, flags & ~EXECUTABLE, 0, 0);
        }
        return new MemoryFile((int) Linux.required("memfd_create", descriptor));
    }

    int descriptor() {
        return descriptor;
    }

    /** A path of the file, for this process alone. */
    String path() {
        return "/proc/self/fd/" + descriptor;
    }

    /** Maps the whole file, for reading and writing; closing {@code owner} takes the mapping away. */
    MemorySegment map(long bytes, Arena owner) {
        return map(0, bytes, owner);
    }

    /** Maps a part of the file in the same way. */
    @SuppressWarnings("restricted") // The one place that makes a segment of the arena's address.
    MemorySegment map(long offset, long bytes, Arena owner) {
        try (Arena arena = Arena.ofConfined()) {
            long address = Linux.required(
                    "a mapping of " + bytes + " bytes (mmap)",
                    new Linux(arena).call(MMAP, 0, bytes, READ_WRITE, SHARED_NORESERVE, descriptor, offset));
            return MemorySegment.ofAddress(address).reinterpret(bytes, owner, mapped -> unmap(address, bytes));
        }
    }

    private static void unmap(long address, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            new Linux(arena).require("munmap", MUNMAP, address, bytes, 0, 0);
        }
    }

    /** Gives the memory of a range back to the host; it reads as zeros from now on, wherever it is mapped. */
    void discard(long offset, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            new Linux(arena).require("fallocate", FALLOCATE, descriptor, KEEP_SIZE_PUNCH_HOLE, offset, bytes);
        }
    }

    @Override
    public void close() {
        try (Arena arena = Arena.ofConfined()) {
            new Linux(arena).require("close", CLOSE, descriptor, 0, 0, 0);
        }
    }
}
