package org.espalier.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The engine that works on every Linux: an address space is a traced process ({@link Stub}) whose system calls the host does not
 * execute (PTRACE_SYSEMU). The thread that opens it is the tracer, for ptrace(2) knows threads and not processes.
 */
final class PtraceEngine implements Engine {
    private static final Trap SYSTEM_CALL = new Trap.SystemCall();
    private static final Trap PREEMPTED = new Trap.Preempted();

    /** SIGTRAP with the bit that PTRACE_O_TRACESYSGOOD sets. */
    private static final int SYSTEM_CALL_STOP = Stub.SIGTRAP | 0x80;

    private static final int SIGSYS = 31;

    /** Code of SIGTRAP after a single step (sigaction(2)). */
    private static final int TRAP_TRACE = 2;

    private static final long TRAP_FLAG = 1 << 8;

    private static final Trap NO_VECTORS = new Trap.CpuException(Trap.CpuException.DEVICE_NOT_AVAILABLE, 0);

    // Codes of signals (sigaction(2)); those of zero and less come from processes and not from faults.
    private static final int SEGV_MAPERR = 1;
    private static final int SEGV_PKUERR = 4;
    private static final int BUS_ADRERR = 2;
    private static final int BUS_MCEERR_AO = 5;

    private static final int PAGE_FAULT = 14;

    // Bits of a page fault's error code (Intel SDM vol. 3, 4.7).
    private static final long FAULT_WRITE = 1 << 1;
    private static final long FAULT_FETCH = 1 << 4;

    private static final int SYSCALL_OPCODE = 0x050f;
    private static final int INT_80_OPCODE = 0x80cd;
    private static final int INT_80 = 0x80;

    /** Stands for an instruction that the program itself could not read. */
    private static final int UNREADABLE = -1;

    private static final int OPCODE_BYTES = RefusedInstruction.OPCODE_BYTES;

    private final PhysicalMemory memory;
    private final Thread owner = Thread.currentThread();
    private final Arena arena = Arena.ofConfined();
    private final Linux linux = new Linux(arena);
    private final Ptrace ptrace = new Ptrace(linux, arena);
    private final MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
    private final UserMemory userMemory;
    private final Placement placement = new Placement(linux, arena);
    private final byte[] opcode = new byte[OPCODE_BYTES];
    private final byte[] instruction = new byte[VectorInstructions.MOST_BYTES];
    private final MemoryFile image;
    private final Set<PtraceSpace> spaces = new LinkedHashSet<>();

    /** Held while a process is kicked or ended, so that none is kicked that has ended. */
    private final Object kicking = new Object();

    private volatile boolean preemptionWanted;
    private volatile @Nullable StubProcess running;

    PtraceEngine(PhysicalMemory memory) {
        if (owner.isVirtual()) {
            throw new WrongThreadException("An engine belongs to a platform thread, not to a virtual one.");
        }
        this.memory = memory;
        this.userMemory = new UserMemory(memory);
        int parent = Math.toIntExact(ProcessHandle.current().pid());
        this.image = MemoryFile.program("espalier-stub", StubImage.bytes(parent));
    }

    @Override
    public String name() {
        return "ptrace";
    }

    @Override
    public AddressSpace space(Frame root) {
        checkThread();
        memory.view(root);
        StubProcess process = StubProcess.start(linux, status, image.path(), memory.descriptor());
        process.processor(placement.processor());
        try {
            PtraceSpace space =
                    new PtraceSpace(this, memory, ptrace, root, new Stub(process, ptrace, memory.descriptor()));
            spaces.add(space);
            return space;
        } catch (RuntimeException e) {
            process.end();
            throw e;
        }
    }

    @Override
    public Trap run(AddressSpace where, CpuContext context) {
        if (!(where instanceof PtraceSpace space) || space.engine() != this) {
            throw new IllegalArgumentException("The address space is another engine's.");
        }
        checkUse(space);
        while (true) {
            space.load(context);
            running = space.stub().process();
            int stop;
            try {
                // Read after running was set: a request is seen here, or whoever made it sees what runs.
                if (preemptionWanted) {
                    preemptionWanted = false;
                    return PREEMPTED;
                }
                if (!context.vectorsAllowed() && usesVectors(space, context)) {
                    return NO_VECTORS;
                }
                placement.before(space.stub().process());
                ptrace.resume(
                        space.stub().process().id(),
                        context.vectorsAllowed() ? Ptrace.Resume.EMULATE : Ptrace.Resume.EMULATE_STEP,
                        0);
                stop = space.stub().process().awaitStop();
                placement.after();
            } finally {
                running = null;
            }
            Trap trap = trap(space, context, stop);
            if (trap != null) {
                return trap;
            }
        }
    }

    /** What the stop means to the kernel; null if it means nothing and the program goes on. */
    private @Nullable Trap trap(PtraceSpace space, CpuContext context, int stop) {
        boolean longMode = space.store(context);
        if (stop == SYSTEM_CALL_STOP) {
            context.set(Register.RAX, space.systemCallNumber());
            return longMode ? systemCall(space, context) : protectionFault(context);
        }
        if (!longMode) {
            // There is no code segment but the one for 64 bits: what loaded another has to fault, at the latest now.
            return protectionFault(context);
        }
        switch (stop) {
            case Stub.SIGSEGV, Stub.SIGBUS, Stub.SIGFPE, Stub.SIGILL, Stub.SIGTRAP, SIGSYS -> {
                ptrace.readSignal(space.stub().process().id());
                boolean step = stop == Stub.SIGTRAP
                        && ptrace.signalCode() == TRAP_TRACE
                        && !context.vectorsAllowed()
                        && (context.get(Register.RFLAGS) & TRAP_FLAG) == 0;
                if (ptrace.signalCode() > 0 && !step) {
                    return fault(space, context, stop);
                }
            }
            default -> {
                // A kick, or a signal that somebody sent to a process that is not theirs: it is kept from the process.
            }
        }
        return null;
    }

    /**
     * Whether the program is about to use vector state. The host lets nobody take that from a process, so a program that may not use
     * it goes step by step, and each instruction is looked at.
     */
    private boolean usesVectors(PtraceSpace space, CpuContext context) {
        long address = context.get(Register.RIP);
        int readable = switch (userMemory.copyIn(space.root(), address, instruction, 0, instruction.length)) {
            case CopyResult.Done _ -> instruction.length;
            case CopyResult.Refused refused -> refused.copied();
        };
        return VectorInstructions.isFirst(instruction, readable);
    }

    /** The host stops at 32-bit system calls as well; on this machine, {@code int 0x80} has no gate. */
    private Trap systemCall(PtraceSpace space, CpuContext context) {
        long instruction = context.get(Register.RIP) - OPCODE_BYTES;
        int code = opcodeAt(space, instruction);
        if (code == UNREADABLE || code == SYSCALL_OPCODE || Stub.isGate(instruction)) {
            return SYSTEM_CALL;
        }
        context.set(Register.RIP, instruction);
        Trap fault = protectionFault(context);
        return code == INT_80_OPCODE ? RefusedInstruction.noGate(INT_80) : fault;
    }

    /** Two bytes of the program, the first of them the lower one; or {@link #UNREADABLE}. */
    private int opcodeAt(PtraceSpace space, long address) {
        boolean read = userMemory.copyIn(space.root(), address, opcode, 0, OPCODE_BYTES) instanceof CopyResult.Done;
        return read ? (opcode[1] & 0xff) << 8 | (opcode[0] & 0xff) : UNREADABLE;
    }

    /** As the context's registers were set, its segments will be those of 64-bit code again. */
    private static Trap protectionFault(CpuContext context) {
        context.set(Register.RFLAGS, context.get(Register.RFLAGS));
        return new Trap.CpuException(Trap.CpuException.GENERAL_PROTECTION, 0);
    }

    private @Nullable Trap fault(PtraceSpace space, CpuContext context, int signal) {
        int code = ptrace.signalCode();
        long address = ptrace.signalAddress();
        if (signal == SIGSYS) {
            // From the filter of the vsyscall page, whose call the host has let return already. RAX is lost.
            context.set(Register.RIP, address);
            context.set(Register.RSP, context.get(Register.RSP) - Long.BYTES);
            return new Trap.PageFault(address, Access.EXECUTE, true);
        }
        if (signal == Stub.SIGBUS && code >= BUS_ADRERR && code <= BUS_MCEERR_AO) {
            throw new HostFailure("The host has no memory left behind address 0x" + Long.toHexString(address)
                    + " of a program, or what it has is damaged.");
        }
        if (signal == Stub.SIGSEGV && code == SEGV_MAPERR && space.walk(address) instanceof Walk.Mapped page) {
            space.fill(address, page);
            return null;
        }
        Stub.Fault fault = space.fault(signal);
        if (fault.vector() != PAGE_FAULT) {
            int opcode = RefusedInstruction.isPossible(fault.vector())
                    ? opcodeAt(space, context.get(Register.RIP))
                    : UNREADABLE;
            return RefusedInstruction.exception(fault.vector(), fault.errorCode(), opcode);
        }
        Access access = (fault.errorCode() & FAULT_FETCH) != 0
                ? Access.EXECUTE
                : (fault.errorCode() & FAULT_WRITE) != 0 ? Access.WRITE : Access.READ;
        boolean present = address >= UserHalf.END || address < 0;
        switch (space.walk(address)) {
            case Walk.Mapped page -> {
                // By its protection keys, a program keeps itself out of what the tables grant.
                boolean ownDoing = signal == Stub.SIGSEGV && code == SEGV_PKUERR;
                if (page.rights().permit(access) && !ownDoing) {
                    space.fill(address, page);
                    return null;
                }
                present = true;
            }
            case Walk.Withheld _ -> present = true;
            case Walk.Absent _, Walk.OutsideOfUserHalf _ -> {}
        }
        return new Trap.PageFault(address, access, present);
    }

    @Override
    public void preempt() {
        preemptionWanted = true;
        synchronized (kicking) {
            StubProcess process = running;
            if (process != null) {
                try (Arena scratch = Arena.ofConfined()) {
                    process.kick(new Linux(scratch));
                }
            }
        }
    }

    @Override
    public void pin() {
        checkThread();
        placement.begin();
    }

    @Override
    public void unpin() {
        checkThread();
        if (arena.scope().isAlive()) {
            placement.end();
        }
    }

    void checkUse(PtraceSpace space) {
        checkThread();
        if (!space.isOpen()) {
            throw new IllegalStateException("The address space is closed.");
        }
    }

    private void checkThread() {
        if (Thread.currentThread() != owner) {
            throw new WrongThreadException("An engine belongs to the thread that opened it: " + owner + ".");
        }
    }

    void close(PtraceSpace space) {
        checkThread();
        synchronized (kicking) {
            space.end();
        }
        spaces.remove(space);
    }

    @Override
    public void close() {
        checkThread();
        if (!arena.scope().isAlive()) {
            return;
        }
        placement.end();
        new ArrayList<>(spaces).forEach(this::close);
        image.close();
        arena.close();
    }
}
