package org.espalier.machine;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A virtual processor, which runs the programs of one address space at a time. Its root is a table of its own: the lower half repeats
 * what the root of the address space has there, the upper half is the engine's.
 *
 * <p>Whenever it does not run, it is in ring 0, as it is after each trap: behind the {@code hlt} that the trap led to. Belongs to the
 * thread of the engine.
 */
final class KvmProcessor implements VectorHolder {
    /** Why a program no longer runs. */
    enum Stop {
        SYSTEM_CALL,
        EXCEPTION,
        /** A signal came while the program ran, and nothing of it is lost. */
        INTERRUPTED,
        /** A signal came before anything of the program ran. */
        NOT_BEGUN,
        /** The program used physical memory that there is none of. */
        NO_MEMORY
    }

    private static final int EXIT_HALT = 5;
    private static final int EXIT_MEMORY = 6;

    private static final Register[] REGISTERS = Register.values();
    private static final long[] DATA_SEGMENTS = {KvmLayout.DS, KvmLayout.ES, KvmLayout.FS, KvmLayout.GS};

    /** Flags that a program may have: status, trap, direction, nested task, resume, alignment check, identification. */
    private static final long USER_FLAGS = 0x25_4dd5L;

    private static final long SUPERVISOR_FLAGS = 2;

    /** PG, AM, WP, NE, ET, MP and PE (Intel SDM vol. 3, 2.5). */
    private static final long CR0 = 0x8005_0033L;

    /** Vector state raises #NM. */
    private static final long CR0_TASK_SWITCHED = 1 << 3;

    /** PAE, OSFXSR and OSXMMEXCPT. */
    private static final long CR4 = 0x620;

    private static final long CR4_FS_GS_BASE = 1 << 16;
    private static final long CR4_XSAVE = 1 << 18;

    /** SCE, LME, LMA and NXE. */
    private static final long EFER = 0xd01;

    private static final int MSR_STAR = 0xc000_0081;
    private static final int MSR_LSTAR = 0xc000_0082;
    private static final int MSR_FMASK = 0xc000_0084;

    /** What {@code syscall} takes from the flags: TF, IF, DF, IOPL, NT and AC. */
    private static final long FMASK = 0x4_7700;

    private static final int CODE_SEGMENT = 11;
    private static final int DATA_SEGMENT = 3;
    private static final int BUSY_TASK = 11;
    private static final int RING_3 = 3;

    /** In the header of XSAVE's area: the components that it holds (Intel SDM vol. 1, 13.4.2). */
    private static final long VECTOR_COMPONENTS = 512;

    private static final long X87_CONTROL = 0;
    private static final short X87_INITIAL = 0x37f;
    private static final long MXCSR = 24;
    private static final int MXCSR_INITIAL = 0x1f80;
    private static final long X87_AND_SSE = 3;

    private final Kvm kvm;
    private final KickSignal kick;
    private final SupervisorMemory supervisor;
    private final int number;
    private final int descriptor;
    private final MemorySegment run;
    private final MemorySegment vectors;
    private final MemorySegment events;
    private final long vectorComponents;
    private final int vectorBytes;
    private final long code;

    /** Where the engine's view of its own memory has the end of the stack. */
    private final long stackEnd;

    private boolean systemChanged = true;
    private boolean stale;
    private @Nullable KvmSpace space;
    private @Nullable CpuContext resident;
    private long lastUse;

    KvmProcessor(KvmMachine machine, KickSignal kick, int number, Arena arena) {
        this.kvm = machine.kvm();
        this.kick = kick;
        this.supervisor = machine.supervisor();
        this.number = number;
        code = supervisor.address(SupervisorLayout.CODE);
        stackEnd = supervisor.stack(number) + Frame.BYTES;
        vectorComponents = machine.cpuid().vectorComponents();
        vectorBytes = machine.cpuid().vectorBytes();
        vectors = arena.allocate(KvmLayout.VECTOR_BYTES, 64);
        events = arena.allocate(KvmLayout.EVENTS_BYTES, Long.BYTES);
        supervisor.prepare(number);
        descriptor = kvm.createProcessor(machine.descriptor(), number);
        try {
            run = kvm.mapRun(descriptor, arena);
            kvm.setCpuid(descriptor, machine.cpuid().table());
            setRegisters(machine.cpuid());
            kvm.setSignalMask(descriptor, signalMask(arena));
        } catch (RuntimeException e) {
            kvm.close(descriptor);
            throw e;
        }
    }

    private MemorySegment signalMask(Arena arena) {
        MemorySegment mask = arena.allocate(KvmLayout.MASK_HEADER + KickSignal.SET_BYTES, Long.BYTES);
        mask.set(JAVA_INT, 0, KickSignal.SET_BYTES);
        mask.set(java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED, KvmLayout.MASK_HEADER, kick.maskInside());
        return mask;
    }

    private void setRegisters(CpuidTable cpuid) {
        kvm.getSystemRegisters(descriptor, run.asSlice(KvmLayout.SYSTEM));
        run.set(JAVA_LONG, KvmLayout.VALID_REGISTERS, KvmLayout.SYNC_GENERAL | KvmLayout.SYNC_SYSTEM);
        segment(KvmLayout.TR, SupervisorLayout.TASK, BUSY_TASK, 0, false);
        run.set(JAVA_BYTE, KvmLayout.TR + KvmLayout.SEGMENT_NO_SYSTEM, (byte) 0);
        run.set(JAVA_BYTE, KvmLayout.TR + KvmLayout.SEGMENT_32_BIT, (byte) 0);
        run.set(JAVA_BYTE, KvmLayout.TR + KvmLayout.SEGMENT_GRANULARITY, (byte) 0);
        run.set(JAVA_LONG, KvmLayout.TR, supervisor.address(supervisor.stack(number)));
        run.set(JAVA_INT, KvmLayout.TR + KvmLayout.SEGMENT_LIMIT, SupervisorLayout.TASK_LIMIT);
        run.set(JAVA_LONG, KvmLayout.GDT, supervisor.address(SupervisorLayout.GDT));
        run.set(JAVA_SHORT, KvmLayout.GDT + KvmLayout.TABLE_LIMIT, (short) SupervisorLayout.GDT_LIMIT);
        run.set(JAVA_LONG, KvmLayout.IDT, supervisor.address(SupervisorLayout.IDT));
        run.set(JAVA_SHORT, KvmLayout.IDT + KvmLayout.TABLE_LIMIT, (short) SupervisorLayout.IDT_LIMIT);
        boolean xsave = vectorComponents != 0;
        run.set(JAVA_LONG, KvmLayout.CR0, CR0);
        run.set(JAVA_LONG, KvmLayout.CR3, supervisor.base() + supervisor.root(number));
        run.set(JAVA_LONG, KvmLayout.CR4, CR4 | (cpuid.hasFsGsBase() ? CR4_FS_GS_BASE : 0) | (xsave ? CR4_XSAVE : 0));
        run.set(JAVA_LONG, KvmLayout.EFER, EFER);
        selectSupervisorSegments();
        selectUserData();
        try (Arena scratch = Arena.ofConfined()) {
            if (xsave) {
                MemorySegment control = scratch.allocate(KvmLayout.XCRS_BYTES, Long.BYTES);
                control.set(JAVA_INT, 0, 1);
                control.set(JAVA_LONG, KvmLayout.XCRS_VALUE, vectorComponents);
                kvm.setExtendedControl(descriptor, control);
            }
            long selectors = (long) SupervisorLayout.KERNEL_CODE << 32;
            kvm.setModelSpecific(
                    descriptor,
                    modelSpecific(
                            scratch,
                            new int[] {MSR_STAR, MSR_LSTAR, MSR_FMASK},
                            selectors,
                            code + SupervisorLayout.SYSTEM_CALL,
                            FMASK));
        }
    }

    private static MemorySegment modelSpecific(Arena arena, int[] indices, long... values) {
        MemorySegment registers =
                arena.allocate(KvmLayout.MSRS_HEADER + indices.length * KvmLayout.MSRS_ENTRY, Long.BYTES);
        registers.set(JAVA_INT, 0, indices.length);
        for (int i = 0; i < indices.length; i++) {
            long entry = KvmLayout.MSRS_HEADER + i * KvmLayout.MSRS_ENTRY;
            registers.set(JAVA_INT, entry, indices[i]);
            registers.set(JAVA_LONG, entry + Long.BYTES, values[i]);
        }
        return registers;
    }

    private void selectSupervisorSegments() {
        segment(KvmLayout.CS, SupervisorLayout.KERNEL_CODE, CODE_SEGMENT, 0, true);
        segment(KvmLayout.SS, SupervisorLayout.KERNEL_DATA, DATA_SEGMENT, 0, false);
    }

    private void selectUserData() {
        for (long segment : DATA_SEGMENTS) {
            segment(segment, SupervisorLayout.USER_DATA, DATA_SEGMENT, RING_3, false);
        }
    }

    private void segment(long segment, int selector, int type, int privilege, boolean wide) {
        run.asSlice(segment, KvmLayout.DS - KvmLayout.CS).fill((byte) 0);
        run.set(JAVA_INT, segment + KvmLayout.SEGMENT_LIMIT, -1);
        run.set(JAVA_SHORT, segment + KvmLayout.SEGMENT_SELECTOR, (short) selector);
        run.set(JAVA_BYTE, segment + KvmLayout.SEGMENT_TYPE, (byte) type);
        run.set(JAVA_BYTE, segment + KvmLayout.SEGMENT_PRESENT, (byte) 1);
        run.set(JAVA_BYTE, segment + KvmLayout.SEGMENT_PRIVILEGE, (byte) privilege);
        run.set(JAVA_BYTE, segment + KvmLayout.SEGMENT_32_BIT, (byte) (wide ? 0 : 1));
        run.set(JAVA_BYTE, segment + KvmLayout.SEGMENT_NO_SYSTEM, (byte) 1);
        run.set(JAVA_BYTE, segment + KvmLayout.SEGMENT_64_BIT, (byte) (wide ? 1 : 0));
        run.set(JAVA_BYTE, segment + KvmLayout.SEGMENT_GRANULARITY, (byte) 1);
    }

    // The address space

    @Nullable KvmSpace space() {
        return space;
    }

    /** When it was used, in whatever the engine counts. */
    long lastUse() {
        return lastUse;
    }

    void used(long when) {
        lastUse = when;
    }

    /** Runs {@code next} from now on; {@code memory} is the kernel's. */
    void attach(KvmSpace next, PhysicalMemory memory) {
        if (space != null) {
            space.detached();
            // By the virtual machine itself, for the host may keep a shadow of this root.
            register(Register.RAX, 0);
            register(Register.RCX, PageTableLayout.ENTRIES / 2);
            register(Register.RDI, supervisor.address(supervisor.root(number)));
            runCode(SupervisorLayout.CLEAR, 11);
        }
        space = next;
        repeatRoot(next, memory);
    }

    /** Repeats all of the address space's root, of which no more than entries that were not there may have changed, or the host forgets the tables. */
    void repeatRoot(KvmSpace of, PhysicalMemory memory) {
        long table = of.root().address();
        for (int i = 0; i < PageTableLayout.ENTRIES / 2; i++) {
            copyRootEntry(i, memory.all().getLong(table + (long) i * Long.BYTES));
        }
    }

    /** Runs no address space any more; the host has to forget its tables before the processor is used again. */
    void detach() {
        space = null;
        for (int i = 0; i < PageTableLayout.ENTRIES / 2; i++) {
            copyRootEntry(i, 0);
        }
    }

    /** Repeats an entry of the address space's root. */
    void copyRootEntry(int index, long entry) {
        long present = (entry & PageTableLayout.PRESENT) == 0 ? 0 : entry;
        supervisor.view().putLong(supervisor.root(number) + (long) index * Long.BYTES, present);
    }

    /** Whether the processor could fault at an entry of the root that is there, and is from now on as it is. */
    boolean refreshRootEntry(int index, long entry) {
        long own = supervisor.view().getLong(supervisor.root(number) + (long) index * Long.BYTES);
        if ((own & ~PageTableLayout.ACCESSED) == (entry & ~PageTableLayout.ACCESSED)) {
            return false;
        }
        copyRootEntry(index, entry);
        return true;
    }

    /** Translations that it holds may be old; it drops them before the next program runs. */
    void makeStale() {
        stale = true;
    }

    /** Stores to an entry of the kernel's tables from within the machine, and drops the translation of {@code address}, or all. */
    void store(long entry, long value, long address, boolean all) {
        register(Register.RAX, address);
        register(Register.RBX, value);
        register(Register.RCX, SupervisorLayout.KERNEL + entry);
        if (all) {
            runCode(SupervisorLayout.STORE_AND_RELOAD, 10);
        } else {
            runCode(SupervisorLayout.STORE, 7);
        }
    }

    /** Runs code of ring 0 that ends in a {@code hlt} after {@code bytes} bytes. */
    private void runCode(int at, int bytes) {
        register(Register.RIP, code + at);
        register(Register.RSP, supervisor.address(stackEnd));
        register(Register.RFLAGS, SUPERVISOR_FLAGS);
        do {
            markDirty();
        } while (!kvm.run(descriptor));
        if (exitReason() != EXIT_HALT || register(Register.RIP) != code + at + bytes) {
            throw unexpected();
        }
    }

    // Programs

    /** Gives the processor the state of {@code context}. */
    void load(CpuContext context) {
        if (resident != context) {
            loadVectors(context);
            selectUserData();
            systemChanged = true;
        }
        control(context.vectorsAllowed() ? CR0 : CR0 | CR0_TASK_SWITCHED);
        for (Register register : REGISTERS) {
            switch (register) {
                case RIP, RSP, RFLAGS -> {}
                case FS_BASE -> base(KvmLayout.FS, context.get(register));
                case GS_BASE -> base(KvmLayout.GS, context.get(register));
                default -> register(register, context.get(register));
            }
        }
        frame(SupervisorLayout.FRAME_RIP, context.get(Register.RIP));
        frame(SupervisorLayout.FRAME_CS, SupervisorLayout.USER_CODE);
        frame(SupervisorLayout.FRAME_RFLAGS, (context.get(Register.RFLAGS) & USER_FLAGS) | CpuContext.INITIAL_FLAGS);
        frame(SupervisorLayout.FRAME_RSP, context.get(Register.RSP));
        frame(SupervisorLayout.FRAME_SS, SupervisorLayout.USER_DATA);
        long stack = supervisor.address(stackEnd);
        if (stale) {
            frame(SupervisorLayout.FRAME_ERROR, context.get(Register.RAX));
            register(Register.RSP, stack - SupervisorLayout.FRAME_ERROR);
            register(Register.RIP, code + SupervisorLayout.RELOAD_AND_ENTER);
        } else {
            register(Register.RSP, stack - SupervisorLayout.FRAME_RIP);
            register(Register.RIP, code + SupervisorLayout.ENTER);
        }
        register(Register.RFLAGS, SUPERVISOR_FLAGS);
    }

    private void control(long value) {
        if (run.get(JAVA_LONG, KvmLayout.CR0) != value) {
            run.set(JAVA_LONG, KvmLayout.CR0, value);
            systemChanged = true;
        }
    }

    private void base(long segment, long value) {
        if (run.get(JAVA_LONG, segment) != value) {
            run.set(JAVA_LONG, segment, value);
            systemChanged = true;
        }
    }

    /** Lets it run what was loaded, or go on after a signal. */
    Stop enter(boolean loaded) {
        if (loaded) {
            markDirty();
        }
        boolean exited = kvm.run(descriptor);
        long at = register(Register.RIP) - code;
        if (!exited) {
            return interrupted(at);
        }
        stale = false;
        switch (exitReason()) {
            case EXIT_HALT -> {
                if (at == SupervisorLayout.SYSTEM_CALL + 1) {
                    return Stop.SYSTEM_CALL;
                }
                if (at > 0
                        && at <= SupervisorLayout.VECTORS * SupervisorLayout.VECTOR_BYTES
                        && frame(SupervisorLayout.FRAME_CS) == SupervisorLayout.USER_CODE) {
                    return Stop.EXCEPTION;
                }
                throw unexpected();
            }
            case EXIT_MEMORY -> {
                return Stop.NO_MEMORY;
            }
            default -> {
                HostFailure failure = unexpected();
                returnToSupervisor();
                throw failure;
            }
        }
    }

    private Stop interrupted(long at) {
        // A program can jump there as well, which is a page fault that is on its way.
        boolean supervisor = (run.get(JAVA_SHORT, KvmLayout.CS + KvmLayout.SEGMENT_SELECTOR) & RING_3) == 0;
        boolean entry = at >= SupervisorLayout.ENTER && at < SupervisorLayout.ENTRIES_END;
        return supervisor && entry ? Stop.NOT_BEGUN : Stop.INTERRUPTED;
    }

    /** After {@link Stop#INTERRUPTED}: whether a trap of the program is on its way, which comes if the processor goes on. */
    boolean isTrapping() {
        if (register(Register.RIP) < 0) {
            return true;
        }
        kvm.getEvents(descriptor, events);
        return events.get(JAVA_BYTE, KvmLayout.EXCEPTION_INJECTED) != 0
                || events.get(JAVA_BYTE, KvmLayout.EXCEPTION_PENDING) != 0
                || events.get(JAVA_BYTE, KvmLayout.INTERRUPT_INJECTED) != 0;
    }

    /** The vector of an exception that it stopped with. */
    int vector() {
        return (int) ((register(Register.RIP) - code) / SupervisorLayout.VECTOR_BYTES);
    }

    long errorCode() {
        return frame(SupervisorLayout.FRAME_ERROR);
    }

    long faultAddress() {
        return run.get(JAVA_LONG, KvmLayout.CR2);
    }

    /** Whether a page fault is the host's: some hosts run {@code syscall} and leave the processor in ring 3, at code of ring 0. */
    boolean isAtSystemCallEntry() {
        return frame(SupervisorLayout.FRAME_RIP) == code + SupervisorLayout.SYSTEM_CALL;
    }

    /** Takes over what the program had at a system call. */
    void storeSystemCall(CpuContext context) {
        storeGeneral(context);
        context.set(Register.RIP, register(Register.RCX));
        context.set(Register.RFLAGS, register(Register.R11));
        context.set(Register.RSP, register(Register.RSP));
    }

    /** Takes over what the program had at a system call that led to a page fault. */
    void storeFaultedSystemCall(CpuContext context) {
        storeGeneral(context);
        context.set(Register.RIP, register(Register.RCX));
        context.set(Register.RFLAGS, register(Register.R11));
        context.set(Register.RSP, frame(SupervisorLayout.FRAME_RSP));
    }

    /** Takes over what the program had at an exception. */
    void storeException(CpuContext context) {
        storeGeneral(context);
        context.set(Register.RIP, frame(SupervisorLayout.FRAME_RIP));
        context.set(Register.RFLAGS, frame(SupervisorLayout.FRAME_RFLAGS));
        context.set(Register.RSP, frame(SupervisorLayout.FRAME_RSP));
    }

    /** Takes over what the program had when it was interrupted, and brings the processor back to ring 0. */
    void storeInterrupted(CpuContext context) {
        storeGeneral(context);
        context.set(Register.RIP, register(Register.RIP));
        context.set(Register.RFLAGS, register(Register.RFLAGS));
        context.set(Register.RSP, register(Register.RSP));
        returnToSupervisor();
    }

    /** Takes over what the program had when it used memory that is not there; of its registers, the instruction has changed RIP at most. */
    void storeNoMemory(CpuContext context) {
        storeGeneral(context);
        context.set(Register.RIP, register(Register.RIP));
        context.set(Register.RFLAGS, register(Register.RFLAGS));
        context.set(Register.RSP, register(Register.RSP));
        // The host goes on with the instruction before it does anything else, so it has to be let.
        exitAtOnce(true);
        kvm.run(descriptor);
        exitAtOnce(false);
        returnToSupervisor();
    }

    private void returnToSupervisor() {
        selectSupervisorSegments();
        systemChanged = true;
        // The host does not tell of all exceptions that it is about to deliver: these come again with their
        // instruction.
        events.fill((byte) 0);
        kvm.setEvents(descriptor, events);
    }

    /** The physical address that there is no memory at. */
    long missingMemory() {
        return run.get(JAVA_LONG, KvmLayout.MEMORY_ADDRESS);
    }

    boolean missingMemoryIsWritten() {
        return run.get(JAVA_BYTE, KvmLayout.MEMORY_IS_WRITE) != 0;
    }

    private void storeGeneral(CpuContext context) {
        for (Register register : REGISTERS) {
            switch (register) {
                case RIP, RSP, RFLAGS -> {}
                case FS_BASE -> storeBase(context, register, KvmLayout.FS);
                case GS_BASE -> storeBase(context, register, KvmLayout.GS);
                default -> context.set(register, register(register));
            }
        }
    }

    /** A program can make its base an address of the upper half, which no context has. */
    private void storeBase(CpuContext context, Register register, long segment) {
        long value = run.get(JAVA_LONG, segment);
        context.set(register, CpuContext.isBase(value) ? value : 0);
    }

    private void markDirty() {
        run.set(
                JAVA_LONG,
                KvmLayout.DIRTY_REGISTERS,
                KvmLayout.SYNC_GENERAL | (systemChanged ? KvmLayout.SYNC_SYSTEM : 0));
        systemChanged = false;
    }

    private int exitReason() {
        return run.get(JAVA_INT, KvmLayout.EXIT_REASON);
    }

    private HostFailure unexpected() {
        return new HostFailure("A virtual processor stopped for reason " + exitReason() + "."
                + run.get(JAVA_INT, KvmLayout.EXIT_SUBERROR) + " at 0x" + Long.toHexString(register(Register.RIP))
                + ".");
    }

    private void register(Register register, long value) {
        run.set(JAVA_LONG, KvmLayout.offset(register), value);
    }

    private long register(Register register) {
        return run.get(JAVA_LONG, KvmLayout.offset(register));
    }

    private void frame(long fromEnd, long value) {
        supervisor.view().putLong(stackEnd - fromEnd, value);
    }

    private long frame(long fromEnd) {
        return supervisor.view().getLong(stackEnd - fromEnd);
    }

    /** Makes the run in progress end, or the next one. Any thread may. */
    void exitAtOnce(boolean wanted) {
        run.set(JAVA_BYTE, KvmLayout.IMMEDIATE_EXIT, (byte) (wanted ? 1 : 0));
    }

    // Vector state

    private void loadVectors(CpuContext context) {
        release();
        VectorHolder elsewhere = context.holder();
        if (elsewhere != null) {
            elsewhere.save();
            elsewhere.drop();
        }
        vectors.fill((byte) 0);
        int bytes = context.savedBytes();
        if (bytes == 0) {
            // Both components are said to be there: of a state without any, the host would leave MXCSR as it is.
            vectors.set(JAVA_SHORT, X87_CONTROL, X87_INITIAL);
            vectors.set(JAVA_INT, MXCSR, MXCSR_INITIAL);
            vectors.set(JAVA_LONG, VECTOR_COMPONENTS, X87_AND_SSE);
        } else {
            // Another engine's state may have components that are not enabled here.
            MemorySegment.copy(
                    context.savedVectors(), 0, vectors, JAVA_BYTE, 0, Math.min(bytes, KvmLayout.VECTOR_BYTES));
            long components = vectors.get(JAVA_LONG, VECTOR_COMPONENTS) & (vectorComponents | X87_AND_SSE);
            vectors.set(JAVA_LONG, VECTOR_COMPONENTS, components);
        }
        kvm.setVectors(descriptor, vectors);
        resident = context;
        context.held(this);
    }

    @Override
    public void save() {
        CpuContext context = resident;
        if (context != null) {
            kvm.getVectors(descriptor, vectors);
            context.saveVectors(vectors, vectorBytes);
        }
    }

    @Override
    public void drop() {
        if (resident != null) {
            resident.held(null);
            resident = null;
        }
    }

    /** Gives the vector state that it holds back to its context. */
    void release() {
        save();
        drop();
    }

    void close() {
        release();
        kvm.close(descriptor);
    }
}
