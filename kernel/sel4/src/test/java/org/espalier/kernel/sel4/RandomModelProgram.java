package org.espalier.kernel.sel4;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.espalier.kernel.sel4.ModelCap.Kind;
import org.espalier.kernel.sel4.ReferenceModel.Mistake;
import org.espalier.kernel.sel4.proved.ObjectMemory;
import org.espalier.machine.CpuContext;
import org.espalier.machine.Register;
import org.espalier.machine.Trap;
import org.jspecify.annotations.Nullable;

/**
 * The program of all threads of a machine that is compared with the reference model: the first thread makes others, with capability
 * spaces, and gives way to them. From then on the model is there, and says what each system call will have done. The first thread runs
 * when all others wait; it never waits itself, and gives them capabilities and lets them go on.
 */
final class RandomModelProgram implements ScriptedEngine.Script {
    /** Where the one instruction is that a thread executes; one that makes its system call again stands there. */
    private static final long SYSCALL = 0x40_0100;

    private static final Register[] WORDS = {Register.R10, Register.R8, Register.R9, Register.R15};
    private static final InvocationNumbers NUMBERS = new InvocationNumbers(Abi.V16);

    private static final int WORKERS = 4;
    private static final int RADIX = 5;

    /** Makes a CNode of {@link #RADIX} a whole capability space. */
    private static final int WHOLE = Long.SIZE - RADIX;

    /** An address that leads nowhere, so that faults end threads. */
    private static final long NO_HANDLER = 1L << 63;

    // Slots of the first thread.
    private static final int MEMORY = 2000;
    private static final int NODES = 2010;
    private static final int THREADS = 2020;
    private static final int FRAMES = 2030;
    private static final int ENDPOINTS = 2040;
    private static final int NOTIFICATIONS = 2044;
    private static final int POOLS = 2060;
    private static final int FREE = 2100;
    private static final int FREE_END = 2140;

    private static final Invocation[] KNOWN = {
        Invocation.UNTYPED_RETYPE,
        Invocation.TCB_SUSPEND,
        Invocation.TCB_RESUME,
        Invocation.TCB_BIND_NOTIFICATION,
        Invocation.TCB_UNBIND_NOTIFICATION,
        Invocation.CNODE_REVOKE,
        Invocation.CNODE_DELETE,
        Invocation.CNODE_CANCEL_BADGED_SENDS,
        Invocation.CNODE_COPY,
        Invocation.CNODE_MINT,
        Invocation.CNODE_MOVE,
        Invocation.CNODE_MUTATE,
        Invocation.CNODE_ROTATE,
        Invocation.CNODE_SAVE_CALLER,
        Invocation.IRQ_ISSUE_HANDLER
    };

    private final Kernel kernel;
    private final ObjectMemory memory;
    private final ModelReader reader;
    private final Random random;
    private final long operations;
    private final long first;
    private final ReferenceModel model;
    private final ModelComparison comparison;
    private final List<Runnable> start = new ArrayList<>();
    private int started;
    private long done;
    private long byOthers;
    private String last = "nothing yet";

    private CpuContext context = new CpuContext(0, 0);
    private long buffer;
    private ModelThread thread = new ModelThread(0, false);
    private @Nullable ModelCall call;

    /** Stops the machine after so many system calls, each compared with a model that makes these mistakes. */
    RandomModelProgram(ScriptedMachine machine, Random random, long operations, Set<Mistake> mistakes) {
        this.kernel = machine.kernel();
        this.memory = kernel.memory();
        this.reader = new ModelReader(kernel);
        this.random = random;
        this.operations = operations;
        this.first = TcbLayout.address(machine.first());
        this.model = new ReferenceModel(mistakes);
        this.comparison = new ModelComparison(model, reader);
        planStart();
    }

    /** The number of an operation. */
    static long number(Invocation operation) {
        long number = 1;
        while (NUMBERS.invocation(number) != operation) {
            number++;
        }
        return number;
    }

    /** The operation of a number. */
    static Invocation operation(long label) {
        return NUMBERS.invocation(label);
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
        int tcb = kernel.scheduler().current();
        buffer = kernel.messages().buffer(tcb, false);
        if (started < start.size()) {
            return continueStart();
        }
        compare(TcbLayout.address(tcb));
        call = null;
        if (done >= operations) {
            kernel.stop();
            return new Trap.Preempted();
        }
        if (random.nextInt(40) == 0) {
            return new Trap.Preempted();
        }
        done++;
        if (thread.object != first) {
            byOthers++;
        }
        boolean again = context.get(Register.RIP) == SYSCALL;
        context.set(Register.RIP, SYSCALL + 2);
        if (!again || random.nextInt(3) == 0) {
            choose();
        }
        call = read();
        last = "%s by 0x%x: %s".formatted(call, thread.object, target());
        return new Trap.SystemCall();
    }

    /** Has the model do what the kernel has done, and compares them. */
    private void compare(long current) {
        if (model.ipc().threads().isEmpty()) {
            reader.read(model, first);
        } else if (call != null) {
            model.apply(thread, call);
        }
        thread = model.ipc().thread(current);
        if (!thread.canRun()) {
            throw new ModelComparison.Difference("Thread 0x%x runs, which is %s.".formatted(current, thread.state));
        }
        thread.state = ModelThread.State.RUNNING;
        comparison.check();
    }

    /** The system call as it is in registers and in the buffer. */
    private ModelCall read() {
        ModelCap target = target();
        if (target != null && (target.is(Kind.ENDPOINT) || target.is(Kind.REPLY))) {
            // The model does not know of capabilities that are handed over.
            long info = context.get(Register.RSI);
            context.set(Register.RSI, MessageInfo.of(MessageInfo.label(info), 0, 0, MessageInfo.length(info)));
            if (isFirst() && context.get(Register.RDX) == SyscallNumber.CALL) {
                context.set(Register.RDX, SyscallNumber.NB_SEND);
            }
        }
        long info = context.get(Register.RSI);
        thread.received(info, context.get(Register.RDI));
        for (int i = 0; i < thread.words.length; i++) {
            if (i < WORDS.length) {
                thread.words[i] = context.get(WORDS[i]);
            } else if (buffer != 0) {
                thread.words[i] = memory.word(buffer + (long) (IpcBufferLayout.MESSAGE + i) * Long.BYTES);
            }
        }
        long[] caps = new long[MessageInfo.caps(info)];
        for (int i = 0; i < caps.length && buffer != 0; i++) {
            caps[i] = memory.word(buffer + (long) (IpcBufferLayout.CAPS_OR_BADGES + i) * Long.BYTES);
        }
        return new ModelCall(
                (int) context.get(Register.RDX),
                thread.badge,
                info,
                Arrays.stream(thread.words).boxed().toList(),
                Arrays.stream(caps).boxed().toList());
    }

    private @Nullable ModelCap target() {
        try {
            return model.tree()
                    .find(model.space(thread).capOrNull(), context.get(Register.RDI), Long.SIZE)
                    .slot()
                    .capOrNull();
        } catch (Refused _) {
            return null;
        }
    }

    // ---- how a system call is made

    private void system(long number, long address, long info) {
        context.set(Register.RDX, number);
        context.set(Register.RDI, address);
        context.set(Register.RSI, info);
    }

    private void invoke(long service, Invocation operation, long[] caps, long... words) {
        for (int i = 0; i < words.length; i++) {
            if (i < WORDS.length) {
                context.set(WORDS[i], words[i]);
            } else if (buffer != 0) {
                memory.setWord(buffer + (long) (IpcBufferLayout.MESSAGE + i) * Long.BYTES, words[i]);
            }
        }
        for (int i = 0; i < caps.length && buffer != 0; i++) {
            memory.setWord(buffer + (long) (IpcBufferLayout.CAPS_OR_BADGES + i) * Long.BYTES, caps[i]);
        }
        boolean starting = started <= start.size() && model.ipc().threads().isEmpty();
        int length = !starting && random.nextInt(40) == 0 ? random.nextInt(words.length + 1) : words.length;
        int count = !starting && random.nextInt(60) == 0 ? random.nextInt(caps.length + 1) : caps.length;
        boolean silent = !starting && random.nextInt(30) == 0;
        system(
                silent ? SyscallNumber.NB_SEND : SyscallNumber.CALL,
                service,
                MessageInfo.of(number(operation), 0, count, length));
    }

    // ---- the start

    private Trap continueStart() {
        if (started > 0 && MessageInfo.label(context.get(Register.RSI)) != 0) {
            throw new AssertionError("Step %d of the start: %s"
                    .formatted(started, SyscallError.name(MessageInfo.label(context.get(Register.RSI)))));
        }
        start.get(started++).run();
        context.set(Register.RIP, SYSCALL + 2);
        return new Trap.SystemCall();
    }

    private void planStart() {
        long untyped = largest();
        plan(untyped, Invocation.UNTYPED_RETYPE, new long[] {RootCaps.CNODE}, made(ObjectType.UNTYPED, 17, MEMORY, 1));
        planMade(ObjectType.CNODE, RADIX, NODES, WORKERS);
        planMade(ObjectType.TCB, 0, THREADS, WORKERS);
        planMade(ObjectType.PAGE, 0, FRAMES, WORKERS);
        planMade(ObjectType.ENDPOINT, 0, ENDPOINTS, 3);
        planMade(ObjectType.NOTIFICATION, 0, NOTIFICATIONS, 2);
        plan(
                untyped,
                Invocation.UNTYPED_RETYPE,
                new long[] {RootCaps.CNODE},
                made(ObjectType.UNTYPED, 15, POOLS, WORKERS));
        for (int i = 0; i < WORKERS; i++) {
            planWorker(i);
        }
        long[] authority = {RootCaps.THREAD};
        plan(RootCaps.THREAD, Invocation.TCB_SET_PRIORITY, authority, Scheduler.PRIORITIES - 2L);
        for (int i = 0; i < WORKERS; i++) {
            plan(THREADS + i, Invocation.TCB_SET_PRIORITY, authority, Scheduler.PRIORITIES - 2L);
            plan(THREADS + i, Invocation.TCB_RESUME, new long[0]);
        }
        for (int i = 0; i < WORKERS; i++) {
            plan(THREADS + i, Invocation.TCB_SUSPEND, new long[0]);
        }
        plan(RootCaps.THREAD, Invocation.TCB_SET_PRIORITY, authority, Scheduler.PRIORITIES - 3L);
    }

    private void plan(long service, Invocation operation, long[] caps, long... words) {
        start.add(() -> invoke(service, operation, caps, words));
    }

    private static long[] made(int kind, int size, int slot, int count) {
        return new long[] {kind, size, 0, 0, slot, count};
    }

    private void planMade(int kind, int size, int slot, int count) {
        plan(MEMORY, Invocation.UNTYPED_RETYPE, new long[] {RootCaps.CNODE}, made(kind, size, slot, count));
    }

    private void planWorker(int i) {
        long[] from = {RootCaps.CNODE};
        long node = NODES + (long) i;
        long[] all = {node, RootCaps.VSPACE, FRAMES + i};
        plan(THREADS + i, Invocation.TCB_CONFIGURE, all, NO_HANDLER, WHOLE, 0, 0x1000);
        plan(node, Invocation.CNODE_MINT, from, 1, RADIX, node, Long.SIZE, ModelCap.ALL, WHOLE);
        plan(node, Invocation.CNODE_COPY, from, 2, RADIX, THREADS + i, Long.SIZE, ModelCap.ALL);
        plan(node, Invocation.CNODE_COPY, from, 3, RADIX, THREADS + (i + 1) % WORKERS, Long.SIZE, ModelCap.ALL);
        for (int e = 0; e < 3; e++) {
            long badge = i == 0 ? 0 : random.nextInt(3);
            plan(node, Invocation.CNODE_MINT, from, 4 + e, RADIX, ENDPOINTS + e, Long.SIZE, ModelCap.ALL, badge);
        }
        plan(node, Invocation.CNODE_MINT, from, 7, RADIX, NOTIFICATIONS, Long.SIZE, ModelCap.ALL, 1L << i);
        plan(node, Invocation.CNODE_COPY, from, 8, RADIX, NOTIFICATIONS + 1, Long.SIZE, ModelCap.ALL);
        plan(POOLS + i, Invocation.UNTYPED_RETYPE, new long[] {node}, ObjectType.UNTYPED, 14, 0, 0, 9, 1);
    }

    /** The largest untyped memory of RAM. */
    private long largest() {
        int root = TcbLayout.slot((int) (first >>> TcbLayout.BITS), TcbLayout.CSPACE);
        long best = 0;
        int bits = 0;
        for (int i = RootCaps.FIRST_FREE; i < MEMORY; i++) {
            long w0 = memory.w0(memory.firstSlot(root) + i);
            if (Caps.type(w0) == CapType.UNTYPED && !Caps.has(w0, Caps.DEVICE) && Caps.a(w0) > bits) {
                best = i;
                bits = Caps.a(w0);
            }
        }
        return best;
    }

    // ---- what there is

    /** A capability by its address. */
    private record Entry(long address, ModelSlot slot) {}

    private boolean isFirst() {
        return thread.object == first;
    }

    /** Capabilities of a kind in the thread's own CNode, of any kind the model knows if {@code kind} is null. */
    private List<Entry> all(@Nullable Kind kind) {
        List<Entry> found = new ArrayList<>();
        ModelSlot root = model.space(thread);
        if (!root.holds(Kind.CNODE)) {
            return found;
        }
        ModelCap node = root.cap();
        int shift = Long.SIZE - node.guardBits() - node.size();
        int end = isFirst() ? FREE_END : Math.min(node.slots(), 64);
        for (int i = isFirst() ? MEMORY + 1 : 0; i < end; i++) {
            ModelSlot slot = model.tree().slot(node.object() + (long) i * ModelCap.SLOT_BYTES);
            boolean fits = kind == null ? !slot.isEmpty() && !slot.holds(Kind.OTHER) : slot.holds(kind);
            if (fits) {
                found.add(new Entry((node.word() << node.size() | i) << shift, slot));
            }
        }
        return found;
    }

    /** The address of some capability of a kind; where there is none, or once in a while, of any. */
    private long find(Kind kind) {
        List<Entry> found = all(random.nextInt(50) == 0 ? null : kind);
        return found.isEmpty()
                ? isFirst() ? FREE + random.nextInt(FREE_END - FREE) : random.nextInt(32)
                : found.get(random.nextInt(found.size())).address();
    }

    /** A place: the address of the capability to its CNode, its index and depth, and the plain number of the slot. */
    private record Place(long node, long index, long depth, int number) {}

    private Place place(boolean empty) {
        if (isFirst() && random.nextBoolean()) {
            int index = FREE;
            for (int i = 0; i < 8; i++) {
                index = FREE + random.nextInt(FREE_END - FREE);
                ModelCap node = model.space(thread).cap();
                if (model.tree()
                                .slot(node.object() + (long) index * ModelCap.SLOT_BYTES)
                                .isEmpty()
                        == empty) {
                    break;
                }
            }
            int[] wrong = {0, 13, 63, 65};
            return new Place(RootCaps.CNODE, index, random.nextInt(40) == 0 ? wrong[random.nextInt(4)] : 64, index);
        }
        List<Entry> nodes = all(Kind.CNODE);
        if (nodes.isEmpty()) {
            return new Place(find(Kind.CNODE), random.nextInt(32), 64, random.nextInt(4));
        }
        Entry entry = nodes.get(random.nextInt(nodes.size()));
        ModelCap node = entry.slot().cap();
        int index = 0;
        for (int i = 0; i < 12; i++) {
            index = random.nextInt(node.slots());
            if (model.tree()
                            .slot(node.object() + (long) index * ModelCap.SLOT_BYTES)
                            .isEmpty()
                    == empty) {
                break;
            }
        }
        long path = node.word() << node.size() | index;
        int depth = node.guardBits() + node.size();
        if (random.nextInt(30) == 0) {
            return new Place(entry.address(), random.nextLong(), random.nextInt(70), index);
        }
        return new Place(entry.address(), path, random.nextInt(30) == 0 ? random.nextInt(70) : depth, index);
    }

    // ---- operations

    private void choose() {
        switch (random.nextInt(32)) {
            case 0, 1, 2, 3, 4 -> retype();
            case 5, 6, 7 -> transfer(Invocation.CNODE_COPY);
            case 8, 9, 10 -> transfer(Invocation.CNODE_MINT);
            case 11 -> transfer(random.nextInt(3) == 0 ? Invocation.CNODE_MUTATE : Invocation.CNODE_MOVE);
            case 12, 13 -> onSlot(Invocation.CNODE_DELETE);
            case 14 -> onSlot(Invocation.CNODE_REVOKE);
            case 15 -> onSlot(Invocation.CNODE_CANCEL_BADGED_SENDS);
            case 16 -> rotate();
            case 17 -> onSlot(Invocation.CNODE_SAVE_CALLER);
            case 18 -> nonsense();
            case 19 -> message(Kind.REPLY);
            case 20, 21, 22 -> onThread();
            case 23, 24 -> message(Kind.NOTIFICATION);
            default -> {
                if (isFirst()) {
                    onThread();
                } else {
                    message(Kind.ENDPOINT);
                }
            }
        }
    }

    private void retype() {
        int[] kinds = {
            ObjectType.UNTYPED, ObjectType.TCB, ObjectType.ENDPOINT, ObjectType.NOTIFICATION, ObjectType.CNODE
        };
        long kind = random.nextInt(40) == 0 ? 12 + random.nextInt(3) : kinds[random.nextInt(kinds.length)];
        long size = kind == ObjectType.UNTYPED ? 4 + random.nextInt(10) : random.nextInt(6);
        if (random.nextInt(30) == 0) {
            size = random.nextInt(80);
        }
        Place place = place(true);
        long offset = random.nextInt(40) == 0 ? 1L << random.nextInt(64) : place.number();
        boolean far = random.nextInt(20) == 0;
        Place inner = far ? place(false) : place;
        long count = random.nextInt(40) == 0 ? random.nextInt(2) * 257 : 1 + random.nextInt(3);
        if (isFirst() && inner.node() == RootCaps.CNODE) {
            // Nothing else of the first thread's CNode is given away.
            offset = inner.number();
            count = 1;
        }
        invoke(
                find(Kind.UNTYPED),
                Invocation.UNTYPED_RETYPE,
                new long[] {inner.node()},
                kind,
                size,
                far ? inner.index() : random.nextInt(4),
                far ? inner.depth() : 0,
                offset,
                count);
    }

    /** Small badges, or the guards that make a small CNode a whole space. */
    private long guardOrBadge() {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextInt(64) | (long) random.nextInt(8) << 6;
            case 1, 2, 3 -> WHOLE;
            default -> random.nextInt(4);
        };
    }

    private void transfer(Invocation operation) {
        Place to = place(true);
        boolean copies = operation == Invocation.CNODE_COPY || operation == Invocation.CNODE_MINT;
        Place from = place(false);
        if (isFirst() && copies && random.nextBoolean()) {
            // Of what it keeps.
            int[] kept = {NODES, NODES + 1, THREADS, THREADS + 1, ENDPOINTS, ENDPOINTS + 1, NOTIFICATIONS, POOLS + 1};
            long index = kept[random.nextInt(kept.length)];
            from = new Place(RootCaps.CNODE, index, Long.SIZE, (int) index);
        }
        long rights = random.nextInt(3) == 0 ? random.nextInt(16) : ModelCap.ALL;
        long[] words = {to.index(), to.depth(), from.index(), from.depth(), rights, guardOrBadge()};
        if (operation == Invocation.CNODE_MUTATE) {
            words[4] = guardOrBadge();
        }
        int length = switch (operation) {
            case CNODE_MOVE -> 4;
            case CNODE_MINT -> 6;
            default -> 5;
        };
        invoke(to.node(), operation, new long[] {from.node()}, Arrays.copyOf(words, length));
    }

    private void onSlot(Invocation operation) {
        Place place = place(operation == Invocation.CNODE_SAVE_CALLER);
        if (isFirst() && operation == Invocation.CNODE_REVOKE && random.nextInt(4) == 0) {
            int index = random.nextBoolean() ? POOLS + random.nextInt(WORKERS) : ENDPOINTS + random.nextInt(3);
            place = new Place(RootCaps.CNODE, index, Long.SIZE, index);
        }
        invoke(place.node(), operation, new long[0], place.index(), place.depth());
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
                random.nextInt(4) == 0 ? guardOrBadge() : 0,
                pivot.index(),
                pivot.depth(),
                random.nextInt(4) == 0 ? WHOLE : 0,
                from.index(),
                from.depth());
    }

    private void onThread() {
        switch (random.nextInt(8)) {
            case 0 -> {
                invoke(find(Kind.THREAD), Invocation.TCB_BIND_NOTIFICATION, new long[] {find(Kind.NOTIFICATION)});
                return;
            }
            case 1 -> {
                invoke(find(Kind.THREAD), Invocation.TCB_UNBIND_NOTIFICATION, new long[0]);
                return;
            }
            default -> {
                // It goes on, or stops.
            }
        }
        boolean resume = random.nextInt(isFirst() ? 20 : 4) != 0;
        invoke(find(Kind.THREAD), resume ? Invocation.TCB_RESUME : Invocation.TCB_SUSPEND, new long[0]);
    }

    private void message(Kind kind) {
        int[] numbers = {
            SyscallNumber.CALL,
            SyscallNumber.CALL,
            SyscallNumber.SEND,
            SyscallNumber.NB_SEND,
            SyscallNumber.RECV,
            SyscallNumber.RECV,
            SyscallNumber.RECV,
            SyscallNumber.NB_RECV,
            SyscallNumber.REPLY_RECV,
            SyscallNumber.REPLY_RECV,
            SyscallNumber.REPLY,
            SyscallNumber.YIELD
        };
        // Signals, so that badges come together before somebody takes them.
        int number = kind == Kind.NOTIFICATION && random.nextBoolean()
                ? SyscallNumber.SEND
                : numbers[random.nextInt(numbers.length)];
        if (isFirst()) {
            number = random.nextInt(4) == 0 ? SyscallNumber.REPLY : SyscallNumber.NB_SEND;
        }
        for (Register word : WORDS) {
            context.set(word, random.nextInt(100));
        }
        // Should it reach an object of the kernel's, there is nothing that it could mean.
        system(number, find(kind), MessageInfo.of(0, 0, 0, random.nextInt(7)));
    }

    private void nonsense() {
        List<Entry> found = all(null);
        long address = found.isEmpty() || (!isFirst() && random.nextInt(4) == 0)
                ? isFirst() ? FREE : random.nextLong()
                : found.get(random.nextInt(found.size())).address();
        for (Register word : WORDS) {
            context.set(word, random.nextInt(5));
        }
        long label = number(KNOWN[random.nextInt(KNOWN.length)]);
        int number = isFirst() || random.nextBoolean() ? SyscallNumber.NB_SEND : SyscallNumber.SEND;
        system(number, address, MessageInfo.of(label, 0, 0, random.nextInt(6)));
    }
}
