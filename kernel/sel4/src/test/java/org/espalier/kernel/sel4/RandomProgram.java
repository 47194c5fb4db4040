package org.espalier.kernel.sel4;

import java.util.Arrays;
import java.util.Random;
import org.espalier.kernel.sel4.proved.ObjectMemory;
import org.espalier.machine.Access;
import org.espalier.machine.CpuContext;
import org.espalier.machine.Register;
import org.espalier.machine.Trap;

/**
 * The program of all threads of a machine: system calls by chance, mostly such as a program would make, with capabilities of the right
 * kind, and some that no program would. It knows what is where because it reads the kernel's memory, as no program could.
 */
final class RandomProgram implements ScriptedEngine.Script {
    /** Where the one instruction is that a thread executes; one that was pre-empted in a system call stands there again. */
    static final long SYSCALL = 0x40_0100;

    private static final Register[] WORDS = {Register.R10, Register.R8, Register.R9, Register.R15};
    private static final int MOST_LOOKED_AT = 160;
    private static final int[] KINDS = {
        ObjectType.UNTYPED, ObjectType.UNTYPED, ObjectType.TCB, ObjectType.TCB, ObjectType.ENDPOINT,
        ObjectType.ENDPOINT, ObjectType.NOTIFICATION, ObjectType.CNODE, ObjectType.CNODE, ObjectType.PDPT,
        ObjectType.PML4, ObjectType.PAGE, ObjectType.PAGE, ObjectType.LARGE_PAGE, ObjectType.PAGE_TABLE,
        ObjectType.PAGE_DIRECTORY
    };

    /** Addresses at which things are mapped: few, so that they meet. */
    private static final long[] ADDRESSES = {
        0x40_0000, 0x60_0000, 0x60_1000, 0x4000_0000L, 0x4020_0000L, 0x80_0000_0000L, 0x80_0000_1000L, 0x100_0000_0000L
    };

    private static final InvocationNumbers NUMBERS = new InvocationNumbers(Abi.V16);

    private final Kernel kernel;
    private final ObjectMemory memory;
    private final Random random;
    private final RandomOutcomes outcomes;
    private final long operations;
    private final int first;
    private final RandomStart start;
    private int started;

    /** Whether anything has happened by chance yet. */
    private boolean begun;

    private long done;
    private long byOthers;

    /** The first thread does nothing after which it may never run again. */
    private boolean careful;

    /** The space that is about to get an identifier. */
    private long assigned;

    private int thread;
    private CpuContext context = new CpuContext(0, 0);
    private long buffer;
    private String last = "nothing yet";

    /** Stops the machine after so many system calls and faults; {@code counts} gets what they have reached. */
    RandomProgram(ScriptedMachine machine, Random random, long operations, OperationCounts counts) {
        this.kernel = machine.kernel();
        this.memory = kernel.memory();
        this.random = random;
        this.operations = operations;
        this.outcomes = new RandomOutcomes(kernel, NUMBERS, counts);
        this.first = machine.first();
        this.start = new RandomStart(memory, first);
    }

    long done() {
        return done;
    }

    /** Of {@link #done}, what others than the first thread did. */
    long byOthers() {
        return byOthers;
    }

    /** What was done last. */
    String last() {
        return last;
    }

    @Override
    public Trap next(CpuContext newContext) {
        context = newContext;
        thread = kernel.scheduler().current();
        buffer = kernel.messages().buffer(thread, false);
        if (++done >= operations) {
            kernel.stop();
        }
        if (thread != first) {
            byOthers++;
        }
        if (context.get(Register.RIP) == SYSCALL) {
            last += ", again";
            if (outcomes.isMadeAgain(thread)
                    || random.nextInt(3) == 0
                    || started < start.once().size()) {
                context.set(Register.RIP, SYSCALL + 2);
                return new Trap.SystemCall();
            }
            // What it waited for was taken from it, and it does something else.
            outcomes.forget(thread);
        }
        boolean succeeded = outcomes.gets(thread, context);
        if (!begun && !succeeded) {
            throw new AssertionError("Step %d of the start, %s: %s"
                    .formatted(
                            started,
                            start.once().get(started - 1),
                            SyscallError.name(MessageInfo.label(context.get(Register.RSI)))));
        }
        context.set(Register.RIP, SYSCALL + 2);
        if (started < start.once().size()) {
            exactly(start.once().get(started++));
            return systemCall();
        }
        begun = true;
        careful = thread == first;
        switch (careful ? 2 + random.nextInt(58) : random.nextInt(60)) {
            case 0 -> {
                last = "page fault";
                return new Trap.PageFault(random.nextLong() & 0xffff_ffff_f000L, Access.WRITE, random.nextBoolean());
            }
            case 1 -> {
                last = "exception";
                return new Trap.CpuException(Trap.CpuException.INVALID_OPCODE, 0);
            }
            case 2, 3 -> {
                last = "pre-emption";
                return new Trap.Preempted();
            }
            case 4 -> kernel.interrupts().raise(Interrupts.FIRST_USER + random.nextInt(4));
            default -> {
                // A system call.
            }
        }
        choose();
        return systemCall();
    }

    private Trap systemCall() {
        int slot = slotOf(context.get(Register.RDI));
        int type = slot == 0 ? CapType.NULL : memory.type(slot);
        long number = context.get(Register.RDX);
        if (careful && type == CapType.ENDPOINT && number != SyscallNumber.NB_RECV && number != SyscallNumber.REPLY) {
            context.set(Register.RDX, SyscallNumber.NB_SEND);
        }
        outcomes.asks(thread, context, type, slotOf(assigned));
        return new Trap.SystemCall();
    }

    /** Makes an operation as it is, without any mistake. */
    private void exactly(RandomStart.Step step) {
        words(step.words().stream().mapToLong(Long::longValue).toArray());
        bring(step.caps().stream().mapToLong(Long::longValue).toArray());
        call(step.service(), step.operation(), step.caps().size(), step.words().size());
    }

    private void choose() {
        if (buffer != 0) {
            receiveInto();
        }
        if (careful && keepAlive()) {
            return;
        }
        switch (random.nextInt(40)) {
            case 0, 1, 2, 3, 4 -> retype();
            case 5, 6, 7 -> transfer(Invocation.CNODE_COPY);
            case 8, 9 -> transfer(Invocation.CNODE_MINT);
            case 10 -> transfer(random.nextInt(4) == 0 ? Invocation.CNODE_MUTATE : Invocation.CNODE_MOVE);
            case 11, 12 -> onSlot(Invocation.CNODE_DELETE);
            case 13 -> onSlot(random.nextInt(3) == 0 ? Invocation.CNODE_REVOKE : Invocation.CNODE_CANCEL_BADGED_SENDS);
            case 14 -> rotate();
            case 15, 16 -> configure();
            case 17, 18, 19, 27, 28 -> onThread();
            case 20, 21, 22 -> onSpace();
            case 23, 24 -> onDevice();
            case 25 -> system(random.nextInt(4) != 0 ? SyscallNumber.YIELD : SyscallNumber.REPLY, 0, 0, 0);
            case 26 -> nonsense();
            default -> message();
        }
    }

    /** The first thread runs when nobody else can, and sees to it that somebody can again; false if it is to do what everybody does. */
    private boolean keepAlive() {
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> exactly(start.wake(random));
            case 3, 4, 5 -> exactly(start.repair(random));
            case 6 -> {
                bring(start.target(random));
                long info = MessageInfo.of(RandomOutcomes.LABELS, 0, random.nextInt(2), random.nextInt(8));
                system(SyscallNumber.NB_SEND, start.target(random), info, random.nextLong());
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    // ---- what there is

    private int root() {
        return TcbLayout.slot(thread, TcbLayout.CSPACE);
    }

    /** The address of a capability of one of these kinds in the thread's own CNode, or any address. */
    private long find(int... types) {
        int root = root();
        if (memory.type(root) != CapType.CNODE) {
            return random.nextInt(64);
        }
        int count = Math.min(1 << memory.radix(root), MOST_LOOKED_AT);
        int from = random.nextInt(count);
        for (int i = 0; i < count; i++) {
            int index = (from + i) % count;
            int type = memory.type(memory.firstSlot(root) + index);
            for (int wanted : types) {
                if (type == wanted) {
                    return memory.guard(root) << memory.radix(root) | index;
                }
            }
        }
        return random.nextInt(count);
    }

    private int slotOf(long address) {
        int root = root();
        return memory.type(root) == CapType.CNODE
                ? memory.firstSlot(root) + (int) (address & (1L << memory.radix(root)) - 1)
                : 0;
    }

    /** A place: the address of the capability to its CNode, its index and depth, and the plain number of the slot. */
    private record Place(long node, long index, long depth, int number) {}

    private Place place(boolean empty) {
        long node = find(CapType.CNODE);
        int slot = slotOf(node);
        if (memory.type(slot) != CapType.CNODE) {
            return new Place(node, random.nextInt(16), 64, 0);
        }
        int radix = memory.radix(slot);
        int count = Math.min(1 << radix, MOST_LOOKED_AT);
        int from = random.nextInt(count);
        int index = from;
        for (int i = 0; i < count; i++) {
            index = (from + i) % count;
            if ((memory.type(memory.firstSlot(slot) + index) == CapType.NULL) == empty) {
                break;
            }
        }
        boolean shared = node == RootCaps.CNODE && index < RootCaps.FIRST_FREE && random.nextInt(1000) != 0;
        if (shared) {
            index = count <= RootCaps.FIRST_FREE
                    ? random.nextInt(count)
                    : RootCaps.FIRST_FREE + random.nextInt(count - RootCaps.FIRST_FREE);
        }
        return new Place(node, memory.guard(slot) << radix | index, memory.guardBits(slot) + radix, index);
    }

    /** The place of a capability in the thread's own CNode. */
    private Place placeOf(long address) {
        int slot = slotOf(RootCaps.CNODE);
        if (memory.type(slot) != CapType.CNODE) {
            return place(false);
        }
        int radix = memory.radix(slot);
        int number = (int) (address & (1L << radix) - 1);
        return new Place(RootCaps.CNODE, memory.guard(slot) << radix | number, memory.guardBits(slot) + radix, number);
    }

    // ---- how a system call is made

    private void system(long number, long address, long info, long word) {
        context.set(Register.RDX, number);
        context.set(Register.RDI, address);
        context.set(Register.RSI, info);
        context.set(Register.R10, word);
        last = "system call " + number;
    }

    private void invoke(long service, Invocation operation, long[] caps, long... words) {
        int length = words.length;
        if (random.nextInt(100) == 0) {
            length = random.nextInt(length + 1);
        }
        for (int i = 0; i < words.length; i++) {
            if (random.nextInt(400) == 0) {
                words[i] = random.nextLong();
            }
        }
        words(words);
        bring(caps);
        call(service, operation, caps.length, length);
        if (random.nextInt(50) == 0) {
            context.set(Register.RDX, SyscallNumber.NB_SEND);
        }
        last = operation + " on " + service + " " + Arrays.toString(words) + Arrays.toString(caps);
    }

    private void words(long... words) {
        for (int i = 0; i < words.length; i++) {
            if (i < WORDS.length) {
                context.set(WORDS[i], words[i]);
            } else if (buffer != 0) {
                memory.setWord(buffer + (long) (IpcBufferLayout.MESSAGE + i) * Long.BYTES, words[i]);
            }
        }
    }

    private void call(long service, Invocation operation, int caps, int length) {
        context.set(Register.RDX, SyscallNumber.CALL);
        context.set(Register.RDI, service);
        context.set(Register.RSI, MessageInfo.of(number(operation), 0, caps, length));
        last = operation + " on " + service;
    }

    private static long number(Invocation operation) {
        long number = 1;
        while (NUMBERS.invocation(number) != operation) {
            number++;
        }
        return number;
    }

    private void bring(long... caps) {
        if (buffer != 0) {
            for (int i = 0; i < caps.length; i++) {
                memory.setWord(buffer + (long) (IpcBufferLayout.CAPS_OR_BADGES + i) * Long.BYTES, caps[i]);
            }
        }
    }

    private void receiveInto() {
        Place place = place(true);
        memory.setWord(buffer + (long) IpcBufferLayout.RECEIVE_CNODE * Long.BYTES, place.node());
        memory.setWord(buffer + (long) IpcBufferLayout.RECEIVE_INDEX * Long.BYTES, place.index());
        memory.setWord(buffer + (long) IpcBufferLayout.RECEIVE_DEPTH * Long.BYTES, place.depth());
    }

    // ---- operations

    private void retype() {
        int kind = KINDS[random.nextInt(KINDS.length)];
        long size = switch (kind) {
            case ObjectType.UNTYPED -> random.nextInt(4) == 0 ? 12 : 10 + random.nextInt(8);
            case ObjectType.CNODE -> 1 + random.nextInt(5);
            default -> 0;
        };
        Place place = place(true);
        invoke(
                find(CapType.UNTYPED),
                Invocation.UNTYPED_RETYPE,
                new long[] {place.node()},
                kind,
                size,
                0,
                0,
                place.number(),
                1 + random.nextInt(random.nextInt(4) == 0 ? 4 : 1));
    }

    private void transfer(Invocation operation) {
        Place to = place(true);
        Place from = place(false);
        long rights = random.nextInt(2) == 0 ? 15 : random.nextInt(16);
        long data = guardOrBadge();
        switch (operation) {
            case CNODE_MINT ->
                invoke(
                        to.node(),
                        operation,
                        new long[] {from.node()},
                        to.index(),
                        to.depth(),
                        from.index(),
                        from.depth(),
                        rights,
                        data);
            case CNODE_MOVE ->
                invoke(
                        to.node(),
                        operation,
                        new long[] {from.node()},
                        to.index(),
                        to.depth(),
                        from.index(),
                        from.depth());
            case CNODE_MUTATE ->
                invoke(
                        to.node(),
                        operation,
                        new long[] {from.node()},
                        to.index(),
                        to.depth(),
                        from.index(),
                        from.depth(),
                        data);
            default ->
                invoke(
                        to.node(),
                        operation,
                        new long[] {from.node()},
                        to.index(),
                        to.depth(),
                        from.index(),
                        from.depth(),
                        rights);
        }
    }

    /** Small badges, or the guards that make a small CNode a whole space. */
    private long guardOrBadge() {
        return random.nextInt(2) == 0 ? random.nextInt(4) : 63L - random.nextInt(5);
    }

    private void onSlot(Invocation operation) {
        Place place = operation == Invocation.CNODE_CANCEL_BADGED_SENDS && random.nextInt(4) != 0
                ? placeOf(find(CapType.ENDPOINT))
                : place(false);
        if (random.nextInt(20) == 0) {
            Place empty = place(true);
            invoke(empty.node(), Invocation.CNODE_SAVE_CALLER, new long[0], empty.index(), empty.depth());
        } else {
            invoke(place.node(), operation, new long[0], place.index(), place.depth());
        }
    }

    private void rotate() {
        Place to = place(random.nextInt(3) != 0);
        Place pivot = place(false);
        Place from = random.nextInt(3) == 0 ? to : place(false);
        invoke(
                to.node(),
                Invocation.CNODE_ROTATE,
                new long[] {pivot.node(), from.node()},
                to.index(),
                to.depth(),
                random.nextInt(8) == 0 ? guardOrBadge() : 0,
                pivot.index(),
                pivot.depth(),
                0,
                from.index(),
                from.depth());
    }

    private long findThread() {
        long tcb = find(CapType.THREAD);
        return tcb == RootCaps.THREAD && random.nextInt(200) != 0 ? find(CapType.ENDPOINT) : tcb;
    }

    private void configure() {
        long tcb = findThread();
        long cnode = find(CapType.CNODE);
        int slot = slotOf(cnode);
        long guard = memory.type(slot) == CapType.CNODE && memory.guardBits(slot) == 0 ? 64L - memory.radix(slot) : 0;
        long space = random.nextInt(4) == 0 ? find(CapType.PML4) : RootCaps.VSPACE;
        switch (random.nextInt(4)) {
            case 0 ->
                invoke(tcb, Invocation.TCB_SET_SPACE, new long[] {cnode, space}, find(CapType.ENDPOINT), guard, 0);
            case 1 ->
                invoke(tcb, Invocation.TCB_SET_IPC_BUFFER, new long[] {find(CapType.FRAME)}, random.nextInt(4) * 1024L);
            case 2 ->
                invoke(
                        tcb,
                        Invocation.TCB_CONFIGURE,
                        new long[] {cnode, space, find(CapType.FRAME)},
                        find(CapType.ENDPOINT),
                        guard,
                        0,
                        0x1000);
            default -> invoke(tcb, Invocation.TCB_RESUME, new long[0]);
        }
    }

    private void onThread() {
        long tcb = findThread();
        long priority = 255L - random.nextInt(random.nextInt(4) == 0 ? 256 : 2);
        switch (random.nextInt(13)) {
            case 0 -> invoke(tcb, Invocation.TCB_SUSPEND, new long[0]);
            case 1 -> invoke(tcb, Invocation.TCB_SET_PRIORITY, new long[] {RootCaps.THREAD}, priority);
            case 2, 3 -> invoke(tcb, Invocation.TCB_SET_MC_PRIORITY, new long[] {RootCaps.THREAD}, priority);
            case 4 -> invoke(tcb, Invocation.TCB_SET_SCHED_PARAMS, new long[] {RootCaps.THREAD}, priority, priority);
            case 6 -> invoke(tcb, Invocation.TCB_BIND_NOTIFICATION, new long[] {find(CapType.NOTIFICATION)});
            case 5, 7 -> invoke(tcb, Invocation.TCB_UNBIND_NOTIFICATION, new long[0]);
            case 8 ->
                invoke(
                        tcb,
                        Invocation.TCB_WRITE_REGISTERS,
                        new long[0],
                        random.nextInt(2),
                        2,
                        0x40_0000,
                        random.nextLong());
            case 9 -> invoke(tcb, Invocation.TCB_READ_REGISTERS, new long[0], random.nextInt(2), 20);
            case 10 -> invoke(tcb, Invocation.TCB_COPY_REGISTERS, new long[] {findThread()}, random.nextInt(16));
            case 11 -> invoke(tcb, Invocation.TCB_SET_FLAGS, new long[0], random.nextInt(2), random.nextInt(2));
            default -> invoke(tcb, Invocation.TCB_SET_TLS_BASE, new long[0], random.nextLong() >>> 18);
        }
    }

    private void onSpace() {
        long address = ADDRESSES[random.nextInt(ADDRESSES.length)];
        long space = find(CapType.PML4);
        assigned = space;
        long[] spaces = {space};
        switch (random.nextInt(15)) {
            case 11 -> {
                Place gone = placeOf(find(random.nextBoolean() ? CapType.ASID_POOL : CapType.PML4));
                invoke(gone.node(), Invocation.CNODE_DELETE, new long[0], gone.index(), gone.depth());
            }
            case 0, 1, 2, 3, 4, 5 -> {
                Invocation map = missing(slotOf(space), address);
                switch (map) {
                    case PDPT_MAP -> invoke(find(CapType.PDPT), map, spaces, address, 0);
                    case PAGE_DIRECTORY_MAP -> invoke(find(CapType.PAGE_DIRECTORY), map, spaces, address, 0);
                    case PAGE_TABLE_MAP -> invoke(find(CapType.PAGE_TABLE), map, spaces, address, 0);
                    case PAGE_MAP ->
                        invoke(find(CapType.FRAME), map, spaces, address, random.nextInt(8) == 0 ? 2 : 3, 0);
                    default -> invoke(find(CapType.ASID_POOL), Invocation.ASID_POOL_ASSIGN, spaces);
                }
            }
            case 6, 7 -> {
                long cap = switch (random.nextInt(4)) {
                    case 0 -> find(CapType.FRAME);
                    case 1 -> find(CapType.PAGE_TABLE);
                    case 2 -> find(CapType.PAGE_DIRECTORY);
                    default -> find(CapType.PDPT);
                };
                Invocation unmap = switch (memory.type(slotOf(cap))) {
                    case CapType.PAGE_TABLE -> Invocation.PAGE_TABLE_UNMAP;
                    case CapType.PAGE_DIRECTORY -> Invocation.PAGE_DIRECTORY_UNMAP;
                    case CapType.PDPT -> Invocation.PDPT_UNMAP;
                    default -> Invocation.PAGE_UNMAP;
                };
                invoke(cap, unmap, new long[0]);
            }
            case 8 -> invoke(find(CapType.FRAME), Invocation.PAGE_GET_ADDRESS, new long[0]);
            case 9, 10 -> invoke(find(CapType.ASID_POOL), Invocation.ASID_POOL_ASSIGN, spaces);
            default -> {
                Place place = place(true);
                invoke(
                        find(CapType.ASID_CONTROL),
                        Invocation.ASID_CONTROL_MAKE_POOL,
                        new long[] {findPage(), place.node()},
                        place.index(),
                        place.depth());
            }
        }
    }

    /** Untyped memory of one page, or any. */
    private long findPage() {
        long untyped = find(CapType.UNTYPED);
        for (int i = 0; i < 8 && Caps.a(memory.w0(slotOf(untyped))) != ObjectType.PAGE_BITS; i++) {
            untyped = find(CapType.UNTYPED);
        }
        return untyped;
    }

    /** The operation that brings a mapping at an address one step further; any of them, once in a while. */
    private Invocation missing(int space, long address) {
        Invocation[] all = {
            Invocation.PDPT_MAP, Invocation.PAGE_DIRECTORY_MAP, Invocation.PAGE_TABLE_MAP, Invocation.PAGE_MAP
        };
        if (random.nextInt(4) == 0) {
            return all[random.nextInt(all.length)];
        }
        long w0 = memory.w0(space);
        if (Caps.type(w0) != CapType.PML4 || !Caps.has(w0, Caps.MAPPED)) {
            return Invocation.ASID_POOL_ASSIGN;
        }
        int[] shifts = {VSpaces.PDPT_SHIFT, VSpaces.DIRECTORY_SHIFT, VSpaces.PAGE_SHIFT};
        for (int i = 0; i < shifts.length; i++) {
            if (kernel.vspaces().entry(Caps.object(w0), address, shifts[i]) == 0) {
                return all[i];
            }
        }
        return Invocation.PAGE_MAP;
    }

    private void onDevice() {
        Place place = place(true);
        switch (random.nextInt(11)) {
            case 8 ->
                invoke(
                        find(CapType.IRQ_CONTROL),
                        Invocation.IRQ_ISSUE_HANDLER_MSI,
                        new long[] {place.node()},
                        place.index(),
                        place.depth(),
                        random.nextInt(256),
                        random.nextInt(32),
                        random.nextInt(8),
                        0,
                        4L + random.nextInt(60));
            case 9 ->
                invoke(
                        find(CapType.DOMAIN),
                        Invocation.DOMAIN_SCHEDULE_CONFIGURE,
                        new long[0],
                        random.nextInt(4),
                        random.nextInt(2),
                        random.nextInt(3));
            case 10 ->
                invoke(find(CapType.DOMAIN), Invocation.DOMAIN_SCHEDULE_SET_START, new long[0], random.nextInt(4));
            case 0, 1 ->
                invoke(
                        find(CapType.IRQ_CONTROL),
                        Invocation.IRQ_ISSUE_HANDLER_IO_APIC,
                        new long[] {place.node()},
                        place.index(),
                        place.depth(),
                        0,
                        random.nextInt(4),
                        0,
                        0,
                        random.nextInt(4));
            case 2 ->
                invoke(find(CapType.IRQ_HANDLER), Invocation.IRQ_SET_HANDLER, new long[] {find(CapType.NOTIFICATION)});
            case 4 ->
                invoke(
                        find(CapType.IRQ_HANDLER),
                        random.nextBoolean() ? Invocation.IRQ_ACK : Invocation.IRQ_CLEAR_HANDLER,
                        new long[0]);
            case 5 -> {
                long first = random.nextInt(64);
                invoke(
                        find(CapType.IO_PORT_CONTROL),
                        Invocation.IO_PORT_CONTROL_ISSUE,
                        new long[] {place.node()},
                        first,
                        first + random.nextInt(16),
                        place.index(),
                        place.depth());
            }
            case 3, 6 -> {
                Invocation[] all = {
                    Invocation.IO_PORT_IN_8,
                    Invocation.IO_PORT_IN_16,
                    Invocation.IO_PORT_IN_32,
                    Invocation.IO_PORT_OUT_8,
                    Invocation.IO_PORT_OUT_16,
                    Invocation.IO_PORT_OUT_32
                };
                long cap = find(CapType.IO_PORT);
                long port = (long) Caps.firstPort(memory.w1(slotOf(cap))) + random.nextInt(6);
                invoke(cap, all[random.nextInt(all.length)], new long[0], port, 0);
            }
            default ->
                invoke(find(CapType.DOMAIN), Invocation.DOMAIN_SET, new long[] {findThread()}, random.nextInt(16) / 8);
        }
    }

    private void message() {
        int caps = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0;
        bring(find(CapType.ENDPOINT), random.nextInt(MOST_LOOKED_AT), find(CapType.FRAME, CapType.CNODE));
        long info = MessageInfo.of(RandomOutcomes.LABELS + random.nextInt(8), 0, caps, random.nextInt(8));
        long target = random.nextInt(3) == 0 ? find(CapType.NOTIFICATION, CapType.REPLY) : find(CapType.ENDPOINT);
        int[] numbers = {
            SyscallNumber.CALL,
            SyscallNumber.CALL,
            SyscallNumber.SEND,
            SyscallNumber.NB_SEND,
            SyscallNumber.RECV,
            SyscallNumber.RECV,
            SyscallNumber.NB_RECV,
            SyscallNumber.REPLY_RECV
        };
        int number = careful && random.nextInt(8) != 0
                ? random.nextBoolean() ? SyscallNumber.NB_SEND : SyscallNumber.REPLY
                : numbers[random.nextInt(numbers.length)];
        if (number == SyscallNumber.REPLY_RECV) {
            info = MessageInfo.of(RandomOutcomes.REPLY_LABEL, 0, caps, random.nextInt(8));
        }
        system(
                careful && number == SyscallNumber.RECV ? SyscallNumber.NB_SEND : number,
                target,
                info,
                random.nextLong());
    }

    private void nonsense() {
        int[] numbers = {
            SyscallNumber.CALL,
            SyscallNumber.SEND,
            SyscallNumber.NB_SEND,
            SyscallNumber.DEBUG_CAP_IDENTIFY,
            SyscallNumber.DEBUG_PUT_CHAR,
            SyscallNumber.SET_TLS_BASE,
            SyscallNumber.NB_RECV,
            17
        };
        long label = 1L + random.nextInt(60);
        long info = MessageInfo.of(label, random.nextInt(8), random.nextInt(4), random.nextInt(12));
        bring(random.nextLong(), random.nextInt(MOST_LOOKED_AT), random.nextInt(MOST_LOOKED_AT));
        long address = random.nextInt(8) == 0 ? random.nextLong() : random.nextInt(MOST_LOOKED_AT);
        int number = careful ? SyscallNumber.NB_SEND : numbers[random.nextInt(numbers.length)];
        system(number, address, info, random.nextInt(16));
        for (int i = 1; i < WORDS.length; i++) {
            context.set(WORDS[i], random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(256));
        }
    }
}
