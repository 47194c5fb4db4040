package org.espalier.machine;

import java.util.Optional;

/** Puts an {@link ElfImage} into an address space, page by page, on frames of a pool. Belongs to the thread of the engine. */
public final class ElfLoader {
    private final PhysicalMemory memory;
    private final PageTables tables;
    private final FramePool pool;

    /** What became of a program; what was mapped before a refusal stays mapped, and goes with the address space. */
    public sealed interface Result {
        record Loaded() implements Result {}

        /** There are fewer frames than the program and its tables need. */
        record OutOfFrames() implements Result {}

        /** Something was in the address space already. */
        record Occupied(long address) implements Result {}
    }

    public ElfLoader(PhysicalMemory memory, FramePool pool) {
        this.memory = memory;
        this.tables = new PageTables(memory);
        this.pool = pool;
    }

    /** Loads all of the image. Nothing is taken for an image that has more pages than there are frames. */
    public Result load(ElfImage image, AddressSpace space) {
        if (image.frames() > pool.left()) {
            return new Result.OutOfFrames();
        }
        for (ElfImage.Segment segment : image.segments()) {
            for (long page = segment.firstPage(); page < segment.endPage(); page += Frame.BYTES) {
                Optional<Frame> frame = pool.take();
                if (frame.isEmpty()) {
                    return new Result.OutOfFrames();
                }
                image.copyPage(segment, page, memory.view(frame.get()));
                MapResult mapped = tables.map(space, page, frame.get(), PageSize.SMALL, segment.rights(), pool::take);
                if (!(mapped instanceof MapResult.Done)) {
                    pool.give(frame.get());
                    return mapped instanceof MapResult.NoTable ? new Result.OutOfFrames() : new Result.Occupied(page);
                }
            }
        }
        return new Result.Loaded();
    }
}
