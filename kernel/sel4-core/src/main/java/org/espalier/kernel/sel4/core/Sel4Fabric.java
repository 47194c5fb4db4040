package org.espalier.kernel.sel4.core;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.kernel.hw.Fabric;
import org.espalier.kernel.sel4.Abi;
import org.espalier.kernel.sel4.BootFailure;
import org.espalier.kernel.sel4.Configuration;
import org.espalier.kernel.sel4.HostedMachine;
import org.espalier.kernel.sel4.ObjectType;
import org.espalier.kernel.sel4.core.CoreObjects.Made;
import org.espalier.kernel.spi.HeldCapability;
import org.espalier.machine.PhysicalMemory;

/** A machine with core as its root task. Thread-safe; what it has is guarded by the {@link RootTask}. */
final class Sel4Fabric implements Fabric {
    private static final int PAGE = 4096;

    private final PhysicalMemory memory;
    private final HostedMachine machine;
    private final RootTask root;
    private final CoreObjects objects;
    private final Made names;
    private final Map<Integer, Sel4Space> spaces = new LinkedHashMap<>();
    private final Ring3Programs programs;

    private Sel4Fabric(PhysicalMemory memory, HostedMachine machine, String engineName) throws Exhausted {
        this.memory = memory;
        this.machine = machine;
        this.root = new RootTask(machine);
        this.programs = new Ring3Programs(this, engineName);
        synchronized (root) {
            this.objects = new CoreObjects(machine, root, memory);
            this.names = objects.make(ObjectType.ENDPOINT, 0);
        }
    }

    /**
     * Boots a machine.
     *
     * @param ramBytes what components can have of its memory in all
     * @param engineName the engine for native components, as {@link org.espalier.machine.Engines#open} takes it
     * @param messages gets what the kernel has to say, a line at a time
     */
    static Sel4Fabric boot(long ramBytes, String engineName, Consumer<String> messages) throws BootFailure {
        // Beside what is traded there are core's capabilities, and what is left over when blocks are split.
        long bytes = ramBytes + ramBytes / 8 + (32L << 20) & -PAGE;
        if (bytes > Configuration.MOST_RAM) {
            throw new IllegalArgumentException("Kernel sel4 has room for " + (Configuration.MOST_RAM >> 30)
                    + "G with what core needs itself, so not for " + (ramBytes >> 20) + "M.");
        }
        PhysicalMemory memory = PhysicalMemory.allocate(bytes);
        try {
            return new Sel4Fabric(
                    memory,
                    HostedMachine.boot(memory, new Configuration(bytes, 1, Optional.of(Abi.V16), false), messages),
                    engineName);
        } catch (Exhausted e) {
            memory.close();
            throw new IllegalStateException("A machine that has just begun has no memory.", e);
        } catch (BootFailure e) {
            memory.close();
            throw e;
        }
    }

    PhysicalMemory memory() {
        return memory;
    }

    HostedMachine machine() {
        return machine;
    }

    RootTask root() {
        return root;
    }

    CoreObjects objects() {
        return objects;
    }

    /** The endpoint whose badges stand for what nobody calls: dataspaces and threads. */
    Made names() {
        return names;
    }

    @Override
    public Space space(int domain, String name) throws Exhausted {
        synchronized (root) {
            Sel4Space space = new Sel4Space(this, name);
            spaces.put(domain, space);
            return space;
        }
    }

    @Override
    public long bellBytes() {
        return 1L << ObjectType.bits(ObjectType.NOTIFICATION, 0);
    }

    @Override
    public Memory allocate(long bytes) {
        synchronized (root) {
            try {
                List<UntypedPool.Block> run = objects.pool().takeRun(bytes);
                return new FrameMemory(this, memory, run, bytes);
            } catch (Exhausted e) {
                OutOfMemoryError error = new OutOfMemoryError(e.getMessage());
                error.initCause(e);
                throw error;
            }
        }
    }

    @Override
    public boolean holdsUpAtHoles() {
        return true;
    }

    @Override
    public Admission admit(byte[] binary) {
        return programs.admit(binary);
    }

    /**
     * The space of a domain that runs.
     *
     * @throws Fault if it has ended
     */
    Sel4Space space(int domain) {
        synchronized (root) {
            Sel4Space space = spaces.get(domain);
            if (space == null) {
                throw new Fault("its domain has ended");
            }
            return space;
        }
    }

    void forget(Sel4Space space) {
        spaces.values().remove(space);
    }

    @Override
    public List<HeldCapability> capabilities() {
        synchronized (root) {
            return new Inspection(machine, spaces.values()).take();
        }
    }

    @Override
    public void close() {
        programs.close();
        synchronized (root) {
            objects.end(names);
            machine.check();
            objects.close(machine);
            machine.check();
        }
        memory.close();
    }
}
