package org.espalier.machine;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The engine for hosts with virtual machines: a {@link KvmMachine}, and processors in it that run the programs of one address space
 * each. There are at most {@link #MOST_PROCESSORS}; when more address spaces are in use, the one that ran longest ago gives its own up.
 */
final class KvmEngine implements Engine {
    /** Hosts recommend as many as they have themselves, but allow a thousand; each takes about 100 KiB. */
    private static final int MOST_PROCESSORS = 32;

    private static final Trap SYSTEM_CALL = new Trap.SystemCall();
    private static final Trap PREEMPTED = new Trap.Preempted();

    private static final int PAGE_FAULT = 14;

    // Bits of a page fault's error code (Intel SDM vol. 3, 4.7).
    private static final long FAULT_WRITE = 1 << 1;
    private static final long FAULT_FETCH = 1 << 4;

    private static final int SYSCALL_OPCODE = 0x050f;
    private static final int OPCODE_BYTES = RefusedInstruction.OPCODE_BYTES;

    /** Stands for an instruction that the program itself could not read. */
    private static final int UNREADABLE = -1;

    /** In the error code of a {@code #GP}: a gate is to blame, which for a program is that of {@code int n}. */
    private static final long ERROR_OF_A_GATE = 2;

    /** How often a program may fault at what the tables grant before the host is told to forget its own, and as often again. */
    private static final int MOST_REPEATS = 4;

    private final PhysicalMemory memory;
    private final Thread owner = Thread.currentThread();

    /** Shared, for whoever asks for a pre-emption writes to what a processor shares with the host. */
    private final Arena arena = Arena.ofShared();

    private final KickSignal kick;
    private final KvmMachine machine;
    private final UserMemory userMemory;
    private final byte[] opcode = new byte[OPCODE_BYTES];
    private final List<KvmProcessor> processors = new ArrayList<>();
    private final List<KvmSpace> spaces = new ArrayList<>();
    private long uses;
    private boolean tablesForgotten = true;

    /** Held while a request is made or answered, so that no thread is signalled that is not in a run. */
    private final Object kicking = new Object();

    private volatile boolean preemptionWanted;
    private boolean kicked;
    private @Nullable KvmProcessor running;

    KvmEngine(PhysicalMemory memory) {
        if (owner.isVirtual()) {
            throw new WrongThreadException("An engine belongs to a platform thread, not to a virtual one.");
        }
        this.memory = memory;
        this.userMemory = new UserMemory(memory);
        try {
            Linux linux = new Linux(arena);
            machine = new KvmMachine(new Kvm(linux), memory, MOST_PROCESSORS, arena);
            kick = new KickSignal(linux, arena);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return "kvm";
    }

    @Override
    public AddressSpace space(Frame root) {
        checkThread();
        memory.view(root);
        KvmSpace space = new KvmSpace(this, memory, root);
        spaces.add(space);
        return space;
    }

    @Override
    public Trap run(AddressSpace where, CpuContext context) {
        if (!(where instanceof KvmSpace space) || space.engine() != this) {
            throw new IllegalArgumentException("The address space is another engine's.");
        }
        checkUse(space);
        KvmProcessor processor = processor(space);
        if (!begin(processor)) {
            return PREEMPTED;
        }
        try {
            return run(space, processor, context);
        } finally {
            end(processor);
        }
    }

    private Trap run(KvmSpace space, KvmProcessor processor, CpuContext context) {
        int repeats = 0;
        boolean load = true;
        while (true) {
            if (load) {
                if (!UserHalf.isCanonical(context.get(Register.RIP))) {
                    // The instruction that would go there is one of ring 0.
                    return new Trap.CpuException(Trap.CpuException.GENERAL_PROTECTION, 0);
                }
                if (!tablesForgotten) {
                    machine.forgetTables();
                    tablesForgotten = true;
                }
                processor.load(context);
            }
            switch (processor.enter(load)) {
                case SYSTEM_CALL -> {
                    processor.storeSystemCall(context);
                    return SYSTEM_CALL;
                }
                case EXCEPTION -> {
                    Trap trap = exception(space, processor, context);
                    if (trap != null) {
                        return trap;
                    }
                    // The fault was at what the tables grant, so the host, or the root of the processor, was behind.
                    repeats++;
                    if (repeats % MOST_REPEATS == 0) {
                        repeated(context, repeats);
                    }
                    load = true;
                }
                case NO_MEMORY -> {
                    return noMemory(space, processor, context);
                }
                case NOT_BEGUN -> {
                    if (takeKick(processor)) {
                        return PREEMPTED;
                    }
                    load = false;
                }
                case INTERRUPTED -> {
                    acknowledgeKick(processor);
                    if (!processor.isTrapping() && takeRequest()) {
                        processor.storeInterrupted(context);
                        return PREEMPTED;
                    }
                    load = false;
                }
            }
        }
    }

    private void repeated(CpuContext context, int repeats) {
        if (repeats > 2 * MOST_REPEATS) {
            throw new HostFailure("A program faults over and over at 0x" + Long.toHexString(context.get(Register.RIP))
                    + " at memory that it may use.");
        }
        tablesForgotten = false;
    }

    /** What an exception means to the kernel; null if nothing, and the instruction is to be repeated. */
    private @Nullable Trap exception(KvmSpace space, KvmProcessor processor, CpuContext context) {
        int vector = processor.vector();
        if (vector == PAGE_FAULT) {
            if (processor.isAtSystemCallEntry()) {
                processor.storeFaultedSystemCall(context);
                if (opcodeAt(space, context.get(Register.RIP) - OPCODE_BYTES) == SYSCALL_OPCODE) {
                    return SYSTEM_CALL;
                }
            }
            processor.storeException(context);
            return pageFault(space, processor);
        }
        processor.storeException(context);
        long errorCode = hasErrorCode(vector) ? processor.errorCode() : 0;
        int opcode = RefusedInstruction.isPossible(vector) ? opcodeAt(space, context.get(Register.RIP)) : UNREADABLE;
        if (vector == Trap.CpuException.GENERAL_PROTECTION && (errorCode & ERROR_OF_A_GATE) != 0) {
            opcode = atGate(space, context, opcode);
        }
        return RefusedInstruction.exception(vector, errorCode, opcode);
    }

    /** A host that had to look up the table of gates for {@code int n} may have gone on to the next instruction before the gate refused. */
    private int atGate(KvmSpace space, CpuContext context, int opcode) {
        long before = context.get(Register.RIP) - OPCODE_BYTES;
        int earlier = opcodeAt(space, before);
        if (RefusedInstruction.isInt(opcode) || !RefusedInstruction.isInt(earlier)) {
            return opcode;
        }
        context.set(Register.RIP, before);
        return earlier;
    }

    /** Vectors with an error code: Intel SDM vol. 3, table 6-1. */
    private static boolean hasErrorCode(int vector) {
        return vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21;
    }

    /** Two bytes of the program, the first of them the lower one; or {@link #UNREADABLE}. */
    private int opcodeAt(KvmSpace space, long address) {
        boolean read = userMemory.copyIn(space.root(), address, opcode, 0, OPCODE_BYTES) instanceof CopyResult.Done;
        return read ? (opcode[1] & 0xff) << 8 | (opcode[0] & 0xff) : UNREADABLE;
    }

    private static @Nullable Trap pageFault(KvmSpace space, KvmProcessor processor) {
        long address = processor.faultAddress();
        long errorCode = processor.errorCode();
        Access access = (errorCode & FAULT_FETCH) != 0
                ? Access.EXECUTE
                : (errorCode & FAULT_WRITE) != 0 ? Access.WRITE : Access.READ;
        // Whether a page is there is told by the tables: hosts without nested paging say what they please.
        boolean present = address >= UserHalf.END || address < 0;
        switch (space.walk(address)) {
            case Walk.Mapped page -> {
                if (page.rights().permit(access)) {
                    space.refreshRoot(processor, address);
                    return null;
                }
                present = true;
            }
            case Walk.Withheld _ -> present = true;
            case Walk.Absent _, Walk.OutsideOfUserHalf _ -> {}
        }
        return new Trap.PageFault(address, access, present);
    }

    /** An entry leads out of the memory: to the kernel, that is a page which is withheld. */
    private static Trap noMemory(KvmSpace space, KvmProcessor processor, CpuContext context) {
        long physical = processor.missingMemory();
        Access access = processor.missingMemoryIsWritten() ? Access.WRITE : Access.READ;
        processor.storeNoMemory(context);
        long address = space.addressOf(physical);
        if (address < 0) {
            throw new HostFailure("A program used physical address 0x" + Long.toHexString(physical)
                    + ", which no entry of its page tables leads to.");
        }
        return new Trap.PageFault(address, access, true);
    }

    // Processors and coherence

    private KvmProcessor processor(KvmSpace space) {
        KvmProcessor processor = space.processor();
        if (processor == null) {
            processor = freeProcessor();
            processor.attach(space, memory);
            space.attached(processor);
        }
        processor.used(++uses);
        return processor;
    }

    private KvmProcessor freeProcessor() {
        KvmProcessor longestAgo = null;
        for (KvmProcessor processor : processors) {
            if (processor.space() == null) {
                return processor;
            }
            if (longestAgo == null || processor.lastUse() < longestAgo.lastUse()) {
                longestAgo = processor;
            }
        }
        if (longestAgo == null || processors.size() < MOST_PROCESSORS) {
            KvmProcessor made = new KvmProcessor(machine, kick, processors.size(), arena);
            processors.add(made);
            return made;
        }
        return longestAgo;
    }

    /** Stores to an entry for a page, so that no processor uses what was there before. */
    void store(KvmSpace space, long entry, long value, long address, boolean large) {
        KvmProcessor own = space.processor();
        if (own == null && processors.isEmpty()) {
            memory.all().putLong(entry, value);
            return;
        }
        // A host without nested paging has to see the store, whoever makes it.
        (own == null ? processors.getFirst() : own).store(entry, value, address, large);
        for (KvmProcessor other : processors) {
            KvmSpace its = other.space();
            if (other != own && its != null && its.root().equals(space.root())) {
                other.makeStale();
            }
        }
    }

    /** Before the next program runs, the host forgets what it has derived from any table, and processors their translations. */
    void forgetTables() {
        tablesForgotten = false;
        for (KvmProcessor processor : processors) {
            processor.makeStale();
            KvmSpace space = processor.space();
            if (space != null) {
                processor.repeatRoot(space, memory);
            }
        }
    }

    // Pre-emption

    /** False if the run is over before it began. */
    private boolean begin(KvmProcessor processor) {
        synchronized (kicking) {
            if (preemptionWanted) {
                preemptionWanted = false;
                return false;
            }
            running = processor;
            return true;
        }
    }

    private void end(KvmProcessor processor) {
        synchronized (kicking) {
            running = null;
            acknowledgeKick(processor);
        }
    }

    /** Takes the signal of a request, which may go on standing. */
    private void acknowledgeKick(KvmProcessor processor) {
        synchronized (kicking) {
            if (kicked) {
                kicked = false;
                processor.exitAtOnce(false);
                kick.drain();
            }
        }
    }

    private boolean takeRequest() {
        synchronized (kicking) {
            boolean wanted = preemptionWanted;
            preemptionWanted = false;
            return wanted;
        }
    }

    private boolean takeKick(KvmProcessor processor) {
        acknowledgeKick(processor);
        return takeRequest();
    }

    @Override
    public void preempt() {
        if (preemptionWanted) {
            return;
        }
        synchronized (kicking) {
            if (preemptionWanted) {
                return;
            }
            preemptionWanted = true;
            KvmProcessor processor = running;
            if (processor != null) {
                kicked = true;
                processor.exitAtOnce(true);
                try (Arena scratch = Arena.ofConfined()) {
                    kick.send(new Linux(scratch));
                }
            }
        }
    }

    // Lives

    void checkUse(KvmSpace space) {
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

    void close(KvmSpace space) {
        checkThread();
        if (space.isOpen()) {
            space.end();
            spaces.remove(space);
            forgetTables();
        }
    }

    @Override
    public void close() {
        checkThread();
        if (!arena.scope().isAlive()) {
            return;
        }
        for (KvmSpace space : new ArrayList<>(spaces)) {
            close(space);
        }
        processors.forEach(KvmProcessor::close);
        machine.close();
        arena.close();
    }
}
