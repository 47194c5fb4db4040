package org.espalier.machine;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The requests to the host's virtual machines (/dev/kvm; Documentation/virt/kvm/api.rst of Linux) that the engine makes. Descriptors are
 * closed on exec, and belong to whoever asked for them. Belongs to one thread.
 */
final class Kvm {
    private static final String DEVICE = "/dev/kvm";

    private static final long CLOSE = 3;
    private static final long MMAP = 9;
    private static final long MUNMAP = 11;
    private static final long IOCTL = 16;
    private static final long OPEN_AT = 257;

    private static final long AT_FDCWD = -100;
    private static final long READ_WRITE_CLOSE_ON_EXEC = 0x8_0002;
    private static final long PROTECT_READ_WRITE = 3;
    private static final long MAP_SHARED = 1;

    private static final int GET_API_VERSION = 0xae00;
    private static final int CREATE_VM = 0xae01;
    private static final int CHECK_EXTENSION = 0xae03;
    private static final int GET_RUN_BYTES = 0xae04;
    private static final int CREATE_PROCESSOR = 0xae41;
    private static final int RUN = 0xae80;
    private static final long GET_SUPPORTED_CPUID = 0xc008_ae05L;
    private static final long SET_MEMORY = 0x4020_ae46L;
    private static final long GET_SYSTEM_REGISTERS = 0x8138_ae83L;
    private static final long SET_MSRS = 0x4008_ae89L;
    private static final long SET_SIGNAL_MASK = 0x4004_ae8bL;
    private static final long SET_CPUID = 0x4008_ae90L;
    private static final long GET_EVENTS = 0x8040_ae9fL;
    private static final long SET_EVENTS = 0x4040_aea0L;
    private static final long GET_VECTORS = 0x9000_aea4L;
    private static final long SET_VECTORS = 0x5000_aea5L;
    private static final long SET_XCRS = 0x4188_aea7L;
    private static final long ENABLE_CAPABILITY = 0x4068_aea3L;

    private static final int STABLE_VERSION = 12;

    /** {@code KVM_CAP_*}. */
    static final int CAPABILITY_SYNC_REGISTERS = 74;

    static final int CAPABILITY_IMMEDIATE_EXIT = 136;
    private static final int CAPABILITY_DISABLE_QUIRKS = 213;

    /** Of the quirks: to put the other vendor's instruction for a hypercall into a program that has the wrong one. */
    private static final long QUIRK_FIX_HYPERCALL = 1 << 5;

    private static final long CAPABILITY_BYTES = 104;

    private final Linux linux;
    private final int device;

    /** Opens the device; says in its failure what is missing. */
    Kvm(Linux linux) {
        this.linux = linux;
        try (Arena scratch = Arena.ofConfined()) {
            long path = scratch.allocateFrom(DEVICE).address();
            device = opened(linux.call(OPEN_AT, AT_FDCWD, path, READ_WRITE_CLOSE_ON_EXEC, 0));
        }
        long version = linux.call(IOCTL, device, GET_API_VERSION, 0, 0);
        if (version != STABLE_VERSION) {
            close(device);
            throw new HostFailure(DEVICE + " answers with version " + version + " and not " + STABLE_VERSION + ".");
        }
    }

    private static int opened(long result) {
        if (result == Linux.ENOENT || result == Linux.ENODEV || result == Linux.ENXIO) {
            throw new HostFailure(
                    "There is no " + DEVICE + ": the host has to have virtualisation enabled, and a sandbox or"
                            + " container has to have the device passed in.");
        }
        if (result == Linux.EACCES || result == Linux.EPERM) {
            throw new HostFailure(
                    "This process may not open " + DEVICE + ": its user has to join the device's group, usually kvm.");
        }
        return (int) Linux.required("to open " + DEVICE, result);
    }

    void close() {
        close(device);
    }

    void close(int descriptor) {
        linux.require("close", CLOSE, descriptor, 0, 0, 0);
    }

    private long request(String name, int descriptor, long request, long argument) {
        long result = linux.call(IOCTL, descriptor, request, argument, 0);
        if (Linux.isError(result)) {
            throw HostFailure.of(name + " (ioctl of " + DEVICE + ")", result);
        }
        return result;
    }

    private long request(String name, int descriptor, long request, MemorySegment argument) {
        return request(name, descriptor, request, argument.address());
    }

    int createMachine() {
        return (int) request("a virtual machine", device, CREATE_VM, 0);
    }

    /** What the host says of a capability; 0 if it has not got it. */
    long capability(int number) {
        return request("to tell a capability", device, CHECK_EXTENSION, number);
    }

    /** Keeps the host from changing a program's instructions, where the host can be asked. */
    void leaveHypercallsAlone(int machine) {
        if ((capability(CAPABILITY_DISABLE_QUIRKS) & QUIRK_FIX_HYPERCALL) != 0) {
            try (Arena scratch = Arena.ofConfined()) {
                // struct kvm_enable_cap: number, flags, arguments.
                MemorySegment capability = scratch.allocate(CAPABILITY_BYTES, Long.BYTES);
                capability.set(JAVA_INT, 0, CAPABILITY_DISABLE_QUIRKS);
                capability.set(JAVA_INT, 8, (int) QUIRK_FIX_HYPERCALL);
                request("to leave programs as they are", machine, ENABLE_CAPABILITY, capability);
            }
        }
    }

    /** {@code table} is a {@code struct kvm_cpuid2} with room for {@link KvmLayout#CPUID_ENTRIES}. */
    void supportedCpuid(MemorySegment table) {
        table.set(JAVA_INT, 0, KvmLayout.CPUID_ENTRIES);
        request("the processor's features", device, GET_SUPPORTED_CPUID, table);
    }

    void setMemory(int machine, MemorySegment region) {
        request("memory of a virtual machine", machine, SET_MEMORY, region);
    }

    int createProcessor(int machine, int number) {
        return (int) request("a virtual processor", machine, CREATE_PROCESSOR, number);
    }

    /** Maps the {@code struct kvm_run} of a processor; closing {@code owner} takes it away. */
    @SuppressWarnings("restricted") // The one place that makes a segment of its address.
    MemorySegment mapRun(int processor, Arena owner) {
        long bytes = request("the size of struct kvm_run", device, GET_RUN_BYTES, 0);
        long address = Linux.required(
                "a mapping of struct kvm_run (mmap)",
                linux.call(MMAP, 0, bytes, PROTECT_READ_WRITE, MAP_SHARED, processor, 0));
        return MemorySegment.ofAddress(address).reinterpret(bytes, owner, mapped -> unmap(address, bytes));
    }

    private static void unmap(long address, long bytes) {
        try (Arena scratch = Arena.ofConfined()) {
            new Linux(scratch).require("munmap", MUNMAP, address, bytes, 0, 0);
        }
    }

    /** Lets it go on until it exits; true if it did, and false if a signal came. */
    boolean run(int processor) {
        long result = linux.call(IOCTL, processor, RUN, 0, 0);
        if (result == Linux.EINTR) {
            return false;
        }
        Linux.required("to run a virtual processor", result);
        return true;
    }

    void setCpuid(int processor, MemorySegment table) {
        request("the features of a virtual processor", processor, SET_CPUID, table);
    }

    void getSystemRegisters(int processor, MemorySegment registers) {
        request("KVM_GET_SREGS", processor, GET_SYSTEM_REGISTERS, registers);
    }

    /** Which signals are kept from the thread while the processor runs. */
    void setSignalMask(int processor, MemorySegment mask) {
        request("KVM_SET_SIGNAL_MASK", processor, SET_SIGNAL_MASK, mask);
    }

    void setModelSpecific(int processor, MemorySegment registers) {
        int count = registers.get(JAVA_INT, 0);
        long set = request("KVM_SET_MSRS", processor, SET_MSRS, registers);
        if (set != count) {
            throw new HostFailure("The host set " + set + " of " + count + " registers of a virtual processor.");
        }
    }

    void setExtendedControl(int processor, MemorySegment registers) {
        request("KVM_SET_XCRS", processor, SET_XCRS, registers);
    }

    void getEvents(int processor, MemorySegment events) {
        request("KVM_GET_VCPU_EVENTS", processor, GET_EVENTS, events);
    }

    void setEvents(int processor, MemorySegment events) {
        request("KVM_SET_VCPU_EVENTS", processor, SET_EVENTS, events);
    }

    void getVectors(int processor, MemorySegment vectors) {
        request("KVM_GET_XSAVE", processor, GET_VECTORS, vectors);
    }

    void setVectors(int processor, MemorySegment vectors) {
        request("KVM_SET_XSAVE", processor, SET_VECTORS, vectors);
    }
}
