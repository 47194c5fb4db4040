package org.espalier.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The machine's physical memory, addresses 0 up to its size: one sparse file in the host's memory that engines map as well, so
 * that Java and ring 3 see the same bytes. It takes of the host what was written and no more. All of it is zero at first.
 *
 * <p>Whoever allocates it closes it, after the engines that use it; what was mapped, and the descriptor, are gone when
 * {@link #close} returns, and each access from then on throws {@link IllegalStateException}. Thread-safe as {@link MemoryView} is.
 */
public final class PhysicalMemory implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final MemoryFile file;
    private final MemorySegment bytes;
    private final MemoryView all;

    private PhysicalMemory(MemoryFile file, long size) {
        this.file = file;
        this.bytes = file.map(size, arena);
        this.all = new MemoryView(bytes);
    }

    /**
     * Makes a memory of that size.
     *
     * @param size in bytes, whole frames
     * @throws IllegalArgumentException if {@code size} is not positive or no multiple of 4 KiB
     * @throws HostFailure if the host does not give that much
     */
    public static PhysicalMemory allocate(long size) {
        if (size <= 0 || size % Frame.BYTES != 0) {
            throw new IllegalArgumentException("Physical memory has whole frames, not " + size + " bytes.");
        }
        MemoryFile file = MemoryFile.sparse("espalier-memory", size);
        try {
            return new PhysicalMemory(file, size);
        } catch (HostFailure e) {
            file.close();
            throw e;
        }
    }

    /** Bytes of physical memory. */
    public long size() {
        return bytes.byteSize();
    }

    /** All of it, offset by offset the physical addresses. */
    public MemoryView all() {
        return all;
    }

    public MemoryView view(Frame frame) {
        return all.view(frame.address(), Frame.BYTES);
    }

    /** Whether all of the range from {@code address} on exists. */
    public boolean contains(long address, long length) {
        return address >= 0 && length >= 0 && address <= size() - length;
    }

    /**
     * Frames as a segment of {@code owner}: closing that ends all access through the segment and leaves the frames what they are. For
     * kernels whose memory is seen by Java code that is to lose it at any moment.
     *
     * <p>This memory has to stay open until {@code owner} is closed; nobody checks that.
     *
     * @throws IndexOutOfBoundsException if there are no such frames
     */
    @SuppressWarnings("restricted") // The range was checked to be of this memory.
    public MemorySegment segment(Frame first, long frames, Arena owner) {
        checkFrames(first, frames);
        return bytes.asSlice(first.address(), frames * Frame.BYTES).reinterpret(owner, null);
    }

    /** Makes frames zero by giving their memory back to the host, wherever they are mapped; cheap also for many. */
    public void discard(Frame first, long frames) {
        checkFrames(first, frames);
        bytes.get(ValueLayout.JAVA_BYTE, 0); // Throws when closed: the descriptor is another's by then.
        file.discard(first.address(), frames * Frame.BYTES);
    }

    private void checkFrames(Frame first, long frames) {
        if (frames <= 0 || frames > size() / Frame.BYTES || !contains(first.address(), frames * Frame.BYTES)) {
            throw new IndexOutOfBoundsException("There are no " + frames + " frames from " + first + " on.");
        }
    }

    /** Maps all of it once more, for as long as {@code owner} is open, whatever becomes of this object. */
    MemorySegment map(Arena owner) {
        bytes.get(ValueLayout.JAVA_BYTE, 0); // Throws when closed, as above.
        return file.map(size(), owner);
    }

    /**
     * Maps a part of it once more, for as long as {@code owner} is open, whatever becomes of this object.
     *
     * @throws IndexOutOfBoundsException if there is no such part in whole frames
     * @throws HostFailure if the host has no room for it
     */
    public MemorySegment map(Frame first, long length, Arena owner) {
        if (length <= 0 || length % Frame.BYTES != 0 || !contains(first.address(), length)) {
            throw new IndexOutOfBoundsException("There are no " + length + " bytes of frames from " + first + " on.");
        }
        bytes.get(ValueLayout.JAVA_BYTE, 0); // Throws when closed, as above.
        return file.map(first.address(), length, owner);
    }

    /** The file behind it, for engines to map; it stays this object's. */
    int descriptor() {
        return file.descriptor();
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
            file.close();
        }
    }
}
