package org.espalier.kernel.sel4;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.espalier.machine.ElfImage;
import org.espalier.machine.MemoryView;
import org.espalier.machine.PhysicalMemory;

/** A kernel with a root task of which nothing runs but a script, and with the checker of its invariants. */
final class ScriptedMachine implements AutoCloseable {
    static final long RAM = 8L << 20;
    private static final long MEMORY = 16L << 20;
    private static final long IMAGE = 0x40_0000;

    private final PhysicalMemory physical = PhysicalMemory.allocate(MEMORY);
    private final List<String> log = new ArrayList<>();
    private final Kernel kernel;
    private final Invariants invariants;

    /** {@code program} makes the script of a kernel. */
    ScriptedMachine(Random random, int domains, Function<ScriptedMachine, ScriptedEngine.Script> program) {
        this(new ScriptedClock(random, 32), domains, program);
    }

    /** With a clock of the caller's. */
    ScriptedMachine(Clock clock, int domains, Function<ScriptedMachine, ScriptedEngine.Script> program) {
        ScriptedEngine.Script[] script = new ScriptedEngine.Script[1];
        ScriptedEngine engine = new ScriptedEngine(physical.all(), context -> script[0].next(context));
        Configuration configuration = new Configuration(RAM, domains, Optional.of(Abi.V16), true);
        kernel = new Kernel(engine, physical, configuration, IoPorts.EMPTY, _ -> {}, log::add, clock);
        byte[] file = file();
        RootTask task;
        try {
            ElfImage image = ((ElfImage.Verdict.Good) ElfImage.read(file)).image();
            task = new RootTask(kernel, physical.all(), image, file, RAM, MEMORY);
            task.create();
        } catch (BootFailure e) {
            throw new AssertionError(e);
        }
        invariants = task.invariants();
        script[0] = program.apply(this);
    }

    Kernel kernel() {
        return kernel;
    }

    /** The thread that there is from the start: the only one that is queued. */
    int first() {
        Scheduler scheduler = kernel.scheduler();
        return kernel.memory().head(scheduler.queueAt(0, Scheduler.PRIORITIES - 1));
    }

    Invariants invariants() {
        return invariants;
    }

    MemoryView memory() {
        return physical.all();
    }

    /** A program of one page of code, and two more of memory. */
    private static byte[] file() {
        ByteBuffer file = ByteBuffer.allocate(0x1010).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        file.putShort((short) 2)
                .putShort((short) 62)
                .putInt(1)
                .putLong(IMAGE)
                .putLong(64)
                .putLong(0)
                .putInt(0);
        file.putShort((short) 64).putShort((short) 56).putShort((short) 1).position(64);
        file.putInt(1)
                .putInt(5)
                .putLong(0x1000)
                .putLong(IMAGE)
                .putLong(IMAGE)
                .putLong(16)
                .putLong(0x2000)
                .putLong(0x1000);
        return file.array();
    }

    @Override
    public void close() {
        physical.close();
    }
}
