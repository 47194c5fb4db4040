package org.espalier.bench;

import java.util.Optional;
import org.espalier.machine.AddressSpace;
import org.espalier.machine.CpuContext;
import org.espalier.machine.Engine;
import org.espalier.machine.Frame;
import org.espalier.machine.FramePool;
import org.espalier.machine.PageSize;
import org.espalier.machine.PageTables;
import org.espalier.machine.PhysicalMemory;
import org.espalier.machine.Register;
import org.espalier.machine.Rights;
import org.espalier.machine.Trap;

/** Programs of a benchmark in an engine of their own. Belongs to the thread that makes it. */
final class Programs implements AutoCloseable {
    private static final long MEMORY_BYTES = 16L << 20;
    private static final long CODE = 0x40_0000;
    private static final long BUFFER = 0x60_0000;
    private static final long STACK = 0x70_0000;

    /** {@code syscall; jmp} to it. */
    private static final byte[] TRAPS = {0x0f, 0x05, (byte) 0xeb, (byte) 0xfc};

    private final PhysicalMemory memory = PhysicalMemory.allocate(MEMORY_BYTES);
    private final FramePool pool = new FramePool(memory, new Frame(0), MEMORY_BYTES / Frame.BYTES);
    private final PageTables tables = new PageTables(memory);
    private final Engine engine;

    /** How an engine is had; it is closed with this. */
    interface Opener {
        Engine open(PhysicalMemory memory);
    }

    Programs(Opener opener) {
        engine = opener.open(memory);
    }

    /** Does nothing but run programs, as a kernel does. */
    void batch(Runnable runs) {
        engine.pin();
        try {
            runs.run();
        } finally {
            engine.unpin();
        }
    }

    /** A program in an address space of its own. */
    final class Program {
        private final AddressSpace space = engine.space(take());
        private final CpuContext context;

        /** One that makes system calls and nothing else. */
        Program() {
            page(CODE, TRAPS, Rights.READ_EXECUTE);
            context = new CpuContext(CODE, STACK);
        }

        /** A function of the C ABI that gets {@code count} and a buffer, and then makes a system call. */
        Program(byte[] function, long count, int bufferBytes) {
            page(CODE, function, Rights.READ_EXECUTE);
            page(CODE + Frame.BYTES, TRAPS, Rights.READ_EXECUTE);
            for (int i = 0; i < bufferBytes; i += Frame.BYTES) {
                page(BUFFER + i, new byte[0], Rights.READ_WRITE);
            }
            page(STACK, littleEndian(CODE + Frame.BYTES), Rights.READ_WRITE);
            context = new CpuContext(CODE, STACK);
            context.set(Register.RDI, count);
            context.set(Register.RSI, BUFFER);
        }

        private void page(long address, byte[] content, Rights rights) {
            Frame frame = take();
            memory.view(frame).copyFrom(0, content, 0, content.length);
            tables.map(space, address, frame, PageSize.SMALL, rights, pool::take);
        }

        /** Runs it up to its next trap, which is to be a system call. */
        void run() {
            Trap trap = engine.run(space, context);
            if (!(trap instanceof Trap.SystemCall)) {
                throw new IllegalStateException("A program of the benchmark ended in " + trap + ": " + context);
            }
        }

        long result() {
            return context.get(Register.RAX);
        }

        /** Begins the function anew. */
        void restart(long count) {
            context.set(Register.RIP, CODE);
            context.set(Register.RSP, STACK);
            context.set(Register.RDI, count);
            context.set(Register.RSI, BUFFER);
        }

        /** Hands the registers of a short message over, as a kernel does in a call. */
        void send(Program to) {
            to.context.set(Register.RDI, context.get(Register.RDI));
            to.context.set(Register.RSI, context.get(Register.RSI));
            to.context.set(Register.R10, context.get(Register.R10));
            to.context.set(Register.R8, context.get(Register.R8));
            to.context.set(Register.R9, context.get(Register.R9));
            to.context.set(Register.R15, context.get(Register.R15));
        }
    }

    private static byte[] littleEndian(long value) {
        byte[] bytes = new byte[Long.BYTES];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (value >>> (8 * i));
        }
        return bytes;
    }

    private Frame take() {
        Optional<Frame> frame = pool.take();
        return frame.orElseThrow(() -> new IllegalStateException("There are as many frames as the programs need."));
    }

    @Override
    public void close() {
        engine.close();
        memory.close();
    }
}
