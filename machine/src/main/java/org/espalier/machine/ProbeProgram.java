package org.espalier.machine;

import java.util.Arrays;
import java.util.Optional;

/** The shortest program that shows that an engine works, and how fast it is: {@code syscall} over and over on a page of its own. */
final class ProbeProgram {
    private static final long ADDRESS = 0x40_0000;

    /** {@code syscall; jmp} to it. */
    private static final byte[] CODE = {0x0f, 0x05, (byte) 0xeb, (byte) 0xfc};

    private static final int FRAMES = 5;

    static final long MEMORY_BYTES = (long) FRAMES * Frame.BYTES;

    private static final int BATCHES = 7;
    private static final int TRAPS_IN_A_BATCH = 50;

    private final Engine engine;
    private final PhysicalMemory memory;

    /** For an engine whose {@code memory}, of {@link #MEMORY_BYTES}, nobody else uses. */
    ProbeProgram(Engine engine, PhysicalMemory memory) {
        this.engine = engine;
        this.memory = memory;
    }

    Trap run() {
        try (AddressSpace space = space()) {
            return engine.run(space, new CpuContext(ADDRESS, 0));
        }
    }

    /** Nanoseconds from one trap to the next: the median of batches of which the first, which teach the JVM, do not outweigh the others. */
    long trapNanos() {
        long[] took = new long[BATCHES];
        try (AddressSpace space = space()) {
            CpuContext context = new CpuContext(ADDRESS, 0);
            for (int batch = 0; batch < BATCHES; batch++) {
                long begin = System.nanoTime();
                for (int i = 0; i < TRAPS_IN_A_BATCH; i++) {
                    engine.run(space, context);
                }
                took[batch] = System.nanoTime() - begin;
            }
        }
        Arrays.sort(took);
        return took[BATCHES / 2] / TRAPS_IN_A_BATCH;
    }

    private AddressSpace space() {
        memory.all().clear();
        FramePool pool = new FramePool(memory, new Frame(0), FRAMES);
        AddressSpace space = engine.space(take(pool));
        Frame page = take(pool);
        memory.view(page).copyFrom(0, CODE, 0, CODE.length);
        new PageTables(memory).map(space, ADDRESS, page, PageSize.SMALL, Rights.READ_EXECUTE, pool::take);
        return space;
    }

    private static Frame take(FramePool pool) {
        Optional<Frame> frame = pool.take();
        return frame.orElseThrow(() -> new IllegalStateException("There are as many frames as the program needs."));
    }
}
