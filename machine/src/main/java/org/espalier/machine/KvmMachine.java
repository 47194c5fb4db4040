package org.espalier.machine;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A virtual machine with the kernel's physical memory in slot 0 and the engine's own behind it in slot 1. Belongs to the thread of its
 * engine.
 */
final class KvmMachine implements AutoCloseable {
    private static final int KERNELS = 0;
    private static final int ENGINES = 1;

    private final Kvm kvm;
    /** The machine's own mapping of the kernel's memory: the host goes by addresses of this process. */
    private final MemorySegment memory;

    private final SupervisorMemory supervisor;
    private final CpuidTable cpuid;
    private final MemorySegment region;
    private final int descriptor;

    /** Makes one; {@code kvm} is closed with it, or if it cannot be made. */
    KvmMachine(Kvm kvm, PhysicalMemory memory, int processors, Arena arena) {
        this.kvm = kvm;
        SupervisorMemory own = null;
        int machine = -1;
        try {
            requireCapabilities(kvm);
            cpuid = new CpuidTable(kvm, arena);
            this.memory = memory.map(arena);
            own = new SupervisorMemory(memory.size(), processors, arena);
            if (own.base() + own.bytes() > cpuid.physicalEnd()) {
                throw new HostFailure("The host's virtual processors have physical addresses up to 0x"
                        + Long.toHexString(cpuid.physicalEnd()) + ", too few for " + memory.size() + " bytes.");
            }
            supervisor = own;
            region = arena.allocate(KvmLayout.REGION_BYTES, Long.BYTES);
            machine = kvm.createMachine();
            descriptor = machine;
            kvm.leaveHypercallsAlone(machine);
            setMemory(ENGINES, own.base(), own.bytes(), own.hostAddress());
            setMemory(KERNELS, 0, this.memory.byteSize(), this.memory.address());
        } catch (RuntimeException e) {
            if (machine >= 0) {
                kvm.close(machine);
            }
            if (own != null) {
                own.close();
            }
            kvm.close();
            throw e;
        }
    }

    private static void requireCapabilities(Kvm kvm) {
        long wanted = KvmLayout.SYNC_GENERAL | KvmLayout.SYNC_SYSTEM;
        if ((kvm.capability(Kvm.CAPABILITY_SYNC_REGISTERS) & wanted) != wanted
                || kvm.capability(Kvm.CAPABILITY_IMMEDIATE_EXIT) == 0) {
            throw new HostFailure(
                    "The host's /dev/kvm is too old: it has no sync_regs (Linux 4.17) or immediate_exit.");
        }
    }

    private void setMemory(int slot, long address, long bytes, long host) {
        region.fill((byte) 0);
        region.set(JAVA_INT, KvmLayout.REGION_SLOT, slot);
        region.set(JAVA_LONG, KvmLayout.REGION_GUEST, address);
        region.set(JAVA_LONG, KvmLayout.REGION_SIZE, bytes);
        region.set(JAVA_LONG, KvmLayout.REGION_HOST, host);
        kvm.setMemory(descriptor, region);
    }

    /**
     * Makes the host forget all that it has derived from page tables. Where the processor has no nested paging, the host keeps shadows
     * of the tables' frames, also of those that are tables no longer, and only takes notice of what the virtual machine itself
     * writes there. It drops them with the slot that they belong to.
     */
    void forgetTables() {
        setMemory(KERNELS, 0, 0, memory.address());
        setMemory(KERNELS, 0, memory.byteSize(), memory.address());
    }

    Kvm kvm() {
        return kvm;
    }

    int descriptor() {
        return descriptor;
    }

    CpuidTable cpuid() {
        return cpuid;
    }

    SupervisorMemory supervisor() {
        return supervisor;
    }

    @Override
    public void close() {
        kvm.close(descriptor);
        supervisor.close();
        kvm.close();
    }
}
