package org.espalier.machine;

import java.util.ArrayDeque;
import java.util.Optional;

/**
 * Frames of a range of physical memory, handed out one by one and zeroed. It is for kernels that keep a pool; a kernel whose users
 * pay with memory of their own does without. Who takes a frame gives it back at most once, when nothing maps it any more. Not
 * thread-safe.
 */
public final class FramePool {
    private final PhysicalMemory memory;
    private final long end;
    private long untouched;
    private final ArrayDeque<Frame> free = new ArrayDeque<>();

    /** A pool of {@code frames} frames from {@code first} on. */
    public FramePool(PhysicalMemory memory, Frame first, long frames) {
        if (frames < 0
                || frames > memory.size() / Frame.BYTES
                || !memory.contains(first.address(), frames * Frame.BYTES)) {
            throw new IndexOutOfBoundsException("There are no " + frames + " frames from " + first + " on.");
        }
        this.memory = memory;
        this.untouched = first.address();
        this.end = first.address() + frames * Frame.BYTES;
    }

    /** A frame of zeros; empty if none is left. */
    public Optional<Frame> take() {
        Frame frame = free.poll();
        if (frame == null) {
            if (untouched == end) {
                return Optional.empty();
            }
            frame = new Frame(untouched);
            untouched += Frame.BYTES;
        }
        memory.view(frame).clear();
        return Optional.of(frame);
    }

    public void give(Frame frame) {
        free.push(frame);
    }

    /** How many can still be taken. */
    public long left() {
        return free.size() + (end - untouched) / Frame.BYTES;
    }
}
