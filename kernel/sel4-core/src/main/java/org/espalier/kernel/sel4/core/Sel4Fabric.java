package org.espalier.kernel.sel4.core;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    private final Set<Sel4Space> spaces = new LinkedHashSet<>();

    private Sel4Fabric(PhysicalMemory memory, HostedMachine machine) throws Exhausted {
        this.memory = memory;
        this.machine = machine;
        this.root = new RootTask(machine);
        synchronized (root) {
            this.objects = new CoreObjects(machine, root, memory);
            this.names = objects.make(ObjectType.ENDPOINT, 0);
        }
    }

    /**
     * Boots a machine.
     *
     * @param ramBytes what components can have of its memory in all
     * @param messages gets what the kernel has to say, a line at a time
     */
    static Sel4Fabric boot(long ramBytes, Consumer<String> messages) throws BootFailure {
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
                    HostedMachine.boot(memory, new Configuration(bytes, 1, Optional.of(Abi.V16), false), messages));
        } catch (Exhausted e) {
            memory.close();
            throw new IllegalStateException("A machine that has just begun has no memory.", e);
        } catch (BootFailure e) {
            memory.close();
            throw e;
        }
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
            spaces.add(space);
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
        return new Admission.Left();
    }

    void forget(Sel4Space space) {
        spaces.remove(space);
    }

    @Override
    public List<HeldCapability> capabilities() {
        synchronized (root) {
            return new Inspection(machine, spaces).take();
        }
    }

    @Override
    public void close() {
        synchronized (root) {
            objects.end(names);
            machine.check();
            objects.close(machine);
            machine.check();
        }
        memory.close();
    }
}
