package org.espalier.kernel.sel4;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.machine.ElfImage;
import org.espalier.machine.Engine;
import org.espalier.machine.PhysicalMemory;

/**
 * A machine with one processor on which an unmodified root task for seL4 (classic configuration, x86-64) runs. There are no devices
 * but those that are {@linkplain #connect connected}: I/O ports answer as an empty bus does, and memory of devices is plain memory.
 *
 * <p>Made, run and closed by one platform thread, which is the engine's; {@link #connect} and {@link #stop} may be called by any. While it
 * runs, that thread is {@linkplain Engine#pin pinned}. It owns neither engine nor memory.
 */
public final class RootTaskMachine {
    private static final long DEVICES_END = 4L << 30;
    private static final long LEAST_DEVICE_BYTES = 1L << 20;

    private final Kernel kernel;

    /** How the machine came to its end. */
    public enum End {
        /** No thread can run, and nothing can make one run: so root tasks end. */
        IDLE,
        /** A program has asked for it by {@code seL4_DebugHalt}. */
        HALTED,
        /** {@link #stop} was called. */
        STOPPED
    }

    private RootTaskMachine(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Bytes of physical memory that a machine with such a configuration needs; what nobody writes takes nothing of the host. */
    public static long memoryBytes(Configuration configuration) {
        return Math.max(DEVICES_END, configuration.ramBytes() + LEAST_DEVICE_BYTES);
    }

    /**
     * Loads a root task, which is to run next.
     *
     * @param memory all zeros, and the engine's; what it has beyond the RAM, {@link #memoryBytes} at best, is memory of devices
     * @param file the root task, an ELF file
     * @param console gets what programs print by {@code seL4_DebugPutChar}
     * @param messages gets what the kernel itself has to say, a line at a time
     * @param trace gets a line for each thing that a thread does, where that is wanted
     * @throws BootFailure if the file is no program, or the memory does not hold it
     */
    public static RootTaskMachine boot(
            Engine engine,
            PhysicalMemory memory,
            Configuration configuration,
            byte[] file,
            Console console,
            Consumer<String> messages,
            Optional<Consumer<String>> trace)
            throws BootFailure {
        ElfImage image = switch (ElfImage.readForAllRights(file)) {
            case ElfImage.Verdict.Good good -> good.image();
            case ElfImage.Verdict.Malformed malformed ->
                throw new BootFailure("The root task is no program for this machine: " + malformed.message());
        };
        if (memory.size() <= configuration.ramBytes()) {
            throw new IllegalArgumentException("A memory of " + memory.size() + " bytes has no room for RAM of "
                    + configuration.ramBytes() + " and a device.");
        }
        Kernel kernel = new Kernel(engine, memory, configuration, IoPorts.EMPTY, console, messages::accept);
        trace.ifPresent(lines -> kernel.observe(new SyscallTrace(kernel, lines)));
        RootTask task = new RootTask(kernel, memory.all(), image, file, configuration.ramBytes(), memory.size());
        task.create();
        if (configuration.checked()) {
            kernel.checkBy(task.invariants()::check);
        }
        return new RootTaskMachine(kernel);
    }

    /** Runs until the machine comes to its end; one that was stopped can be run on. */
    public End run() {
        return switch (kernel.run()) {
            case IDLE -> End.IDLE;
            case HALTED -> End.HALTED;
            case STOPPED -> End.STOPPED;
        };
    }

    /**
     * Connects a device to a pin of the I/O APIC, 0 to 23. From then on the machine does not come to its end while a thread could be
     * signalled by an interrupt: it waits for one. Any thread may connect devices.
     *
     * @throws IndexOutOfBoundsException if there is no such pin
     */
    public InterruptPin connect(int pin) {
        return new InterruptPin(kernel.interrupts(), Objects.checkIndex(pin, Interrupts.PINS));
    }

    /** Ends {@link #run} soon, or the next one at once. */
    public void stop() {
        kernel.stop();
    }
}
