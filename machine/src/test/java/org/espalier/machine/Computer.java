package org.espalier.machine;

import java.util.function.Function;

/** Memory, an engine and a pool of frames for one test, all closed with it. */
final class Computer implements AutoCloseable {
    static final long CODE = 0x40_0000;
    static final long DATA = 0x60_0000;
    static final long STACK = 0x70_0000;
    static final long STACK_TOP = STACK + Frame.BYTES;
    private static final long BYTES = 64L << 20;

    final PhysicalMemory memory = PhysicalMemory.allocate(BYTES);
    final FramePool pool = new FramePool(memory, new Frame(0), memory.size() / Frame.BYTES);
    final PageTables tables = new PageTables(memory);
    final UserMemory user = new UserMemory(memory);
    final Engine engine;

    Computer(Function<PhysicalMemory, Engine> opener) {
        engine = opener.apply(memory);
    }

    Frame frame() {
        return pool.take().orElseThrow();
    }

    AddressSpace space() {
        return engine.space(frame());
    }

    /** An address space with {@code code} at {@link #CODE}, and a page each for data and stack. */
    AddressSpace space(Assembler code) {
        AddressSpace space = space();
        code(space, code);
        map(space, DATA, Rights.READ_WRITE);
        map(space, STACK, Rights.READ_WRITE);
        return space;
    }

    /** Maps what {@code code} has been assembled to at {@link #CODE}. */
    void code(AddressSpace space, Assembler code) {
        Frame frame = map(space, CODE, Rights.READ_EXECUTE);
        memory.view(frame).copyFrom(0, code.code(), 0, code.code().length);
    }

    /** Maps a new frame of zeros. */
    Frame map(AddressSpace space, long address, Rights rights) {
        Frame frame = frame();
        map(space, address, frame, rights);
        return frame;
    }

    void map(AddressSpace space, long address, Frame frame, Rights rights) {
        MapResult result = tables.map(space, address, frame, PageSize.SMALL, rights, pool::take);
        if (!(result instanceof MapResult.Done)) {
            throw new AssertionError("mapping 0x" + Long.toHexString(address) + ": " + result);
        }
    }

    /** A context at the start of the code, with an empty stack. */
    static CpuContext context() {
        return new CpuContext(CODE, STACK_TOP);
    }

    static Assembler code() {
        return new Assembler(CODE);
    }

    @Override
    public void close() {
        engine.close();
        memory.close();
    }
}
