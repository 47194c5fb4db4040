package org.espalier.machine;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * An address space of the ptrace engine. The mappings of its {@link Stub} are to the page tables what a translation buffer is to
 * those of a processor: filled when a program faults, never more than the tables grant, and emptied by {@link #downgrade}.
 */
final class PtraceSpace implements AddressSpace, VectorHolder {
    /** Pages that are mapped at once if they lie behind each other in memory as well. */
    private static final int RUN_PAGES = 16;

    /** Below what a host allows by default (vm.max_map_count is 65,530). */
    private static final int MOST_MAPPINGS = 30_000;

    private static final Register[] REGISTERS = Register.values();

    private final PtraceEngine engine;
    private final PhysicalMemory memory;
    private final PageTables tables;
    private final Ptrace ptrace;
    private final Frame root;
    private final Stub stub;
    private final byte[] initialVectors;
    private int mappings;

    /** Whose registers the process has; nobody's after it was used otherwise. */
    private @Nullable CpuContext loaded;

    /** Whose vector state the process has. */
    private @Nullable CpuContext resident;

    PtraceSpace(PtraceEngine engine, PhysicalMemory memory, Ptrace ptrace, Frame root, Stub stub) {
        this.engine = engine;
        this.memory = memory;
        this.tables = new PageTables(memory);
        this.ptrace = ptrace;
        this.root = root;
        this.stub = stub;
        // Nothing has run in the process yet that touches vector state.
        int length = ptrace.readVectors(id());
        if (length < 0) {
            throw new HostFailure("The process of an address space was ended from outside while it was made.");
        }
        this.initialVectors = new byte[length];
        MemorySegment.copy(ptrace.vectors(), ValueLayout.JAVA_BYTE, 0, initialVectors, 0, length);
    }

    PtraceEngine engine() {
        return engine;
    }

    Stub stub() {
        return stub;
    }

    private int id() {
        return stub.process().id();
    }

    @Override
    public Frame root() {
        return root;
    }

    @Override
    public void downgrade(long entry, long value, long address, long length) {
        engine.checkUse(this);
        memory.all().putLong(entry, value);
        if (mappings > 0) {
            long end = Math.min(address + length, UserHalf.END);
            long start = Math.max(address, UserHalf.START);
            if (start < end) {
                loaded = null;
                stub.unmap(start, end - start);
            }
        }
    }

    @Override
    public void flush() {
        engine.checkUse(this);
        if (mappings > 0) {
            loaded = null;
            empty();
        }
    }

    /** What the tables say of an address. */
    Walk walk(long address) {
        return tables.walk(root, address);
    }

    /** Maps the page at {@code address}, and those behind it that can be mapped with it, as the tables say. */
    void fill(long address, Walk.Mapped page) {
        loaded = null;
        if (mappings == MOST_MAPPINGS) {
            empty();
        }
        long bytes = page.size().bytes();
        long offset = address & (bytes - 1);
        long first = address - offset;
        long physical = page.physical() - offset;
        if (page.size() == PageSize.SMALL) {
            bytes *= run(first, physical, page.rights());
        }
        // A large page that a kernel wrote by itself may reach beyond what programs may have, to the engine's own pages
        // say.
        long start = Math.max(first, UserHalf.START);
        long length = Math.min(first + bytes, UserHalf.END) - start;
        long from = physical + start - first;
        if (!stub.map(start, length, page.rights(), from)) {
            empty();
            if (!stub.map(start, length, page.rights(), from)) {
                throw new HostFailure("The host has no memory for a single mapping of an address space.");
            }
        }
        mappings++;
    }

    private int run(long first, long physical, Rights rights) {
        int pages = 1;
        while (pages < RUN_PAGES
                && walk(first + (long) pages * Frame.BYTES) instanceof Walk.Mapped next
                && next.size() == PageSize.SMALL
                && next.physical() == physical + (long) pages * Frame.BYTES
                && next.rights().equals(rights)) {
            pages++;
        }
        return pages;
    }

    private void empty() {
        stub.unmap(UserHalf.START, UserHalf.END - UserHalf.START);
        mappings = 0;
    }

    /** Gives the process the state of {@code context}, as far as it has not got it. */
    void load(CpuContext context) {
        if (resident != context) {
            loadVectors(context);
        }
        if (loaded == context && !context.changed()) {
            return;
        }
        MemorySegment registers = ptrace.registers();
        for (Register register : REGISTERS) {
            registers.set(JAVA_LONG, UserRegistersLayout.offset(register), context.get(register));
        }
        Stub.selectUserSegments(registers);
        ptrace.writeRegisters(id());
        loaded = context;
        context.stored();
    }

    private void loadVectors(CpuContext context) {
        release();
        VectorHolder elsewhere = context.holder();
        if (elsewhere != null) {
            elsewhere.save();
            elsewhere.drop();
        }
        int bytes = context.savedBytes();
        if (bytes == 0) {
            ptrace.writeVectors(id(), initialVectors, initialVectors.length, initialVectors.length);
        } else {
            // Another engine's state may be longer or shorter, but not by anything that this host's processor has.
            int common = Math.min(bytes, initialVectors.length);
            ptrace.writeVectors(id(), context.savedVectors(), common, initialVectors.length);
        }
        resident = context;
        context.held(this);
    }

    /** Takes the registers of the stopped process into {@code context}; true if it was in the middle of 64-bit code. */
    boolean store(CpuContext context) {
        ptrace.readRegisters(id());
        MemorySegment registers = ptrace.registers();
        boolean asInProcess = true;
        for (Register register : REGISTERS) {
            long value = registers.get(JAVA_LONG, UserRegistersLayout.offset(register));
            boolean base = register == Register.FS_BASE || register == Register.GS_BASE;
            // A program can make its base an address of the upper half, but the host takes none from a tracer.
            boolean impossible = base && !CpuContext.isBase(value);
            context.set(register, impossible ? 0 : value);
            asInProcess &= !impossible;
        }
        if (asInProcess) {
            context.stored();
        }
        return registers.get(JAVA_LONG, UserRegistersLayout.CS) == UserRegistersLayout.USER_CODE;
    }

    /** The number of the system call that the process stopped at; {@link #store} has read it. */
    long systemCallNumber() {
        return ptrace.registers().get(JAVA_LONG, UserRegistersLayout.ORIGINAL_RAX);
    }

    /** Asks for the details of the fault that {@code signal} was sent for. */
    Stub.Fault fault(int signal) {
        boolean keys = false;
        if (resident != null) {
            save();
            keys = ptrace.vectorsHaveProtectionKeys();
            drop();
        }
        loaded = null;
        return stub.fault(signal, initialVectors, keys);
    }

    @Override
    public void save() {
        CpuContext context = resident;
        if (context == null || !stub.process().isAlive()) {
            return;
        }
        int length = ptrace.readVectors(id());
        if (length >= 0) {
            context.saveVectors(ptrace.vectors(), length);
        }
    }

    @Override
    public void drop() {
        if (resident != null) {
            resident.held(null);
            resident = null;
        }
    }

    private void release() {
        save();
        drop();
    }

    boolean isOpen() {
        return stub.process().isAlive();
    }

    @Override
    public void close() {
        engine.close(this);
    }

    /** Ends the process; the engine sees to it that nobody kicks it meanwhile. */
    void end() {
        release();
        stub.process().end();
    }
}
