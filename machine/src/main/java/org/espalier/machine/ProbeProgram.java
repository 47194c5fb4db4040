package org.espalier.machine;

import java.util.Optional;

/** The shortest program that shows that an engine works: {@code syscall} on a page of its own. */
final class ProbeProgram {
    private static final long ADDRESS = 0x40_0000;
    private static final byte[] CODE = {0x0f, 0x05};
    private static final int FRAMES = 5;

    static final long MEMORY_BYTES = (long) FRAMES * Frame.BYTES;

    private ProbeProgram() {}

    static Trap run(Engine engine, PhysicalMemory memory) {
        FramePool pool = new FramePool(memory, new Frame(0), FRAMES);
        try (AddressSpace space = engine.space(take(pool))) {
            Frame page = take(pool);
            memory.view(page).copyFrom(0, CODE, 0, CODE.length);
            new PageTables(memory).map(space, ADDRESS, page, PageSize.SMALL, Rights.READ_EXECUTE, pool::take);
            return engine.run(space, new CpuContext(ADDRESS, 0));
        }
    }

    private static Frame take(FramePool pool) {
        Optional<Frame> frame = pool.take();
        return frame.orElseThrow(() -> new IllegalStateException("There are as many frames as the program needs."));
    }
}
