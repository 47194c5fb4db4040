package org.espalier.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Machine code that runs in the JVM's own process: the floor of what the same bytes take in ring 3. It is in the engines' package, as it
 * goes through their one door to the host, and on the class path. Belongs to one thread.
 */
public final class HostCode implements AutoCloseable {
    private static final long MMAP = 9;
    private static final long MPROTECT = 10;
    private static final long MUNMAP = 11;
    private static final long READ_WRITE = 3;
    private static final long READ_EXECUTE = 5;
    private static final long PRIVATE_ANONYMOUS = 0x22;

    private final Arena arena = Arena.ofConfined();
    private final Linux linux = new Linux(arena);
    private final MemorySegment function;
    private final MemorySegment buffer;

    /**
     * Code of at most a page, which is a function of the C ABI with a count and a buffer as its arguments.
     *
     * @param bufferBytes of the buffer, zeros at first
     */
    public HostCode(byte[] code, int bufferBytes) {
        function = map(code.length);
        MemorySegment.copy(code, 0, function, ValueLayout.JAVA_BYTE, 0, code.length);
        linux.require("mprotect", MPROTECT, function.address(), Frame.BYTES, READ_EXECUTE, 0);
        buffer = arena.allocate(bufferBytes, Frame.BYTES);
    }

    @SuppressWarnings("restricted") // What this class is for.
    private MemorySegment map(int bytes) {
        long address = Linux.required("mmap", linux.call(MMAP, 0, Frame.BYTES, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0));
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    /** Runs it; its result. */
    public long run(long count) {
        return linux.invoke(function, count, buffer.address(), 0, 0, 0, 0, 0);
    }

    @Override
    public void close() {
        linux.require("munmap", MUNMAP, function.address(), Frame.BYTES, 0, 0);
        arena.close();
    }
}
