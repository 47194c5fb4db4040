package org.espalier.kernel.hw;

import java.util.Optional;
import java.util.OptionalLong;
import org.espalier.kernel.ring3.FrameSource;
import org.espalier.kernel.ring3.Ranges;
import org.espalier.machine.Frame;
import org.espalier.machine.HostFailure;
import org.espalier.machine.PhysicalMemory;

/**
 * The physical memory of the machine that all dataspaces of a system come from, whoever uses them: to a JAR a dataspace is a segment, and to a
 * native component frames that page tables show. Frames that are free are zero.
 *
 * <p>The host gives memory for what was written, and no more. Thread-safe; owned by the carrier.
 */
final class MachineMemory implements FrameSource, AutoCloseable {
    /** As much again as all quotas together, since ranges do not fit everywhere; it takes addresses of the host, and no memory. */
    private static final int ADDRESSES_FOR_QUOTA = 2;

    /** For what is not charged to anybody: the library image, and what ended domains have not given back at this moment. */
    private static final long SPARE = 64 << 20;

    /**
     * Ranges of as many bytes are given back to the host when they are freed, so that what was used once does not stay with this process for
     * good. Smaller ones are made zero and kept: clearing a page takes less time than the host's fault at the next use of one.
     */
    private static final long DISCARDED_BYTES = 4 << 20;

    private final PhysicalMemory memory;
    private final Ranges frames;

    private MachineMemory(PhysicalMemory memory) {
        this.memory = memory;
        this.frames = new Ranges(0, memory.size() / Frame.BYTES);
    }

    /** Memory for a system with a RAM quota of so many bytes; empty if the host does not give the addresses. */
    static Optional<MachineMemory> forQuota(long quota) {
        long pages = (quota / Frame.BYTES) * ADDRESSES_FOR_QUOTA + SPARE / Frame.BYTES;
        try {
            return Optional.of(new MachineMemory(PhysicalMemory.allocate(pages * Frame.BYTES)));
        } catch (HostFailure e) {
            return Optional.empty();
        }
    }

    PhysicalMemory physical() {
        return memory;
    }

    /** The first of so many consecutive frames, all zeros; empty if there are not as many in a row. */
    Optional<Frame> take(long count) {
        OptionalLong first = frames.take(count);
        return first.isEmpty() ? Optional.empty() : Optional.of(new Frame(first.getAsLong() * Frame.BYTES));
    }

    /** Takes frames back that nobody sees any more, whatever is in them. */
    void give(Frame first, long count) {
        long bytes = count * Frame.BYTES;
        if (bytes >= DISCARDED_BYTES) {
            memory.discard(first, count);
        } else {
            memory.all().view(first.address(), bytes).clear();
        }
        frames.give(first.address() / Frame.BYTES, count);
    }

    @Override
    public Optional<Frame> take() {
        return take(1);
    }

    @Override
    public void give(Frame frame) {
        give(frame, 1);
    }

    /** Frames that nobody has. */
    long left() {
        return frames.left();
    }

    /** Frames that there are. */
    long all() {
        return memory.size() / Frame.BYTES;
    }

    /** Ends it. As long as somebody has a frame, what they see must stay: then the host takes it back with this JVM. */
    @Override
    public void close() {
        if (left() == all()) {
            memory.close();
        }
    }
}
