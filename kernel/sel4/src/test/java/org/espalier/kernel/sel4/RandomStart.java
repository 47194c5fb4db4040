package org.espalier.kernel.sel4;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.espalier.kernel.sel4.proved.ObjectMemory;

/**
 * How the first thread of a random run makes others: each has a capability space with the same things at the same addresses as the first
 * one's, endpoints and notifications that it shares with the others, a fault handler, and some memory and an address space of its own. The first thread keeps
 * capabilities of its own to threads and CNodes at addresses that no random operation looks at, so that it can put right again what was taken apart.
 */
final class RandomStart {
    static final int WORKERS = 4;

    /** Priority of the others; the first runs when none of them can. */
    static final long PRIORITY = Scheduler.PRIORITIES - 2L;

    private static final long FIRST_PRIORITY = Scheduler.PRIORITIES - 3L;

    private static final long ALL_RIGHTS = CapRights.WRITE | CapRights.READ | CapRights.GRANT | CapRights.GRANT_REPLY;

    private static final int RADIX = 6;

    /** Makes a CNode of {@link #RADIX} a whole capability space. */
    private static final int WHOLE = Long.SIZE - RADIX;

    // Slots of the first thread.
    private static final int MEMORY = 2000;
    private static final int NODES = 2010;
    private static final int THREADS = 2020;
    private static final int FRAMES = 2030;
    private static final int ENDPOINTS = 2040;
    private static final int NOTIFICATIONS = 2044;
    private static final int POOLS = 2060;

    // Addresses of the others beyond those of RootCaps: 4 to 6 are endpoints, of which the first is the fault handler.
    private static final int ENDPOINT = 4;
    private static final int NOTIFICATION = 7;
    private static final int UNTYPED = 9;
    private static final int NEXT_THREAD = 10;
    private static final int FRAME = 11;
    private static final int ASID_POOL = 12;
    private static final int ASID_CONTROL = 13;
    private static final int DOMAIN = 14;
    private static final int HANDLER = 15;
    private static final int PORT = 16;
    private static final int SPACE = 17;

    private static final int FIRST_PORT = 32;
    private static final int PORTS = 8;
    private static final int SET_FLAGS = 0x202;

    /** Of pools that are taken back at once, one in so many. */
    private static final int REVOKE_ONE_IN = 40;

    /** An operation of the first thread's. */
    record Step(long service, Invocation operation, List<Long> caps, List<Long> words) {
        Step(long service, Invocation operation, long[] caps, long... words) {
            this(
                    service,
                    operation,
                    Arrays.stream(caps).boxed().toList(),
                    Arrays.stream(words).boxed().toList());
        }
    }

    private final ObjectMemory memory;
    private final int root;
    private final List<Step> once = new ArrayList<>();
    private final List<Step> again = new ArrayList<>();

    RandomStart(ObjectMemory memory, int first) {
        this.memory = memory;
        this.root = TcbLayout.slot(first, TcbLayout.CSPACE);
        long untyped = largest();
        make(untyped, ObjectType.UNTYPED, 19, MEMORY, 1);
        make(MEMORY, ObjectType.CNODE, RADIX, NODES, WORKERS);
        make(MEMORY, ObjectType.TCB, 0, THREADS, WORKERS);
        make(MEMORY, ObjectType.PAGE, 0, FRAMES, WORKERS);
        make(MEMORY, ObjectType.ENDPOINT, 0, ENDPOINTS, 3);
        make(MEMORY, ObjectType.NOTIFICATION, 0, NOTIFICATIONS, 2);
        make(untyped, ObjectType.UNTYPED, 17, POOLS, WORKERS);
        for (int i = 0; i < WORKERS; i++) {
            prepare(i);
        }
        once.addAll(again);
        once.add(new Step(RootCaps.THREAD, Invocation.TCB_SET_PRIORITY, new long[] {RootCaps.THREAD}, FIRST_PRIORITY));
    }

    /** What is done before anything happens by chance; all of it succeeds. */
    List<Step> once() {
        return once;
    }

    /** Lets a thread go on that waits or has stopped; once in a while, all of the memory that it was given is taken back. */
    Step wake(Random random) {
        long worker = random.nextInt(WORKERS);
        return switch (random.nextInt(REVOKE_ONE_IN)) {
            case 0 -> new Step(RootCaps.CNODE, Invocation.CNODE_REVOKE, new long[0], POOLS + worker, (long) Long.SIZE);
            case 1, 2, 3, 4, 5, 6, 7, 8 -> run(THREADS + worker);
            default -> new Step(THREADS + worker, Invocation.TCB_RESUME, new long[0]);
        };
    }

    /** Where a message of the first thread's reaches somebody who waits for one. */
    long target(Random random) {
        return random.nextBoolean() ? ENDPOINTS + random.nextInt(3) : NOTIFICATIONS + random.nextInt(2);
    }

    /** Puts something right again that was taken apart. */
    Step repair(Random random) {
        Step step = again.get(random.nextInt(again.size()));
        for (int i = 0; i < again.size() && isThere(step); i++) {
            step = again.get(random.nextInt(again.size()));
        }
        return step;
    }

    /** Whether the slot is taken that the operation would fill. */
    private boolean isThere(Step step) {
        return switch (step.operation()) {
            case CNODE_COPY, CNODE_MINT -> isTaken(step.service(), step.words().get(0));
            case UNTYPED_RETYPE -> isTaken(step.caps().get(0), step.words().get(4));
            case IRQ_ISSUE_HANDLER_IO_APIC ->
                isTaken(step.caps().get(0), step.words().get(0));
            case IO_PORT_CONTROL_ISSUE ->
                isTaken(step.caps().get(0), step.words().get(2));
            default -> false;
        };
    }

    private boolean isTaken(long node, long index) {
        int slot = memory.firstSlot(root) + (int) node;
        return memory.type(memory.firstSlot(slot) + (int) index) != CapType.NULL;
    }

    private void prepare(int i) {
        long node = NODES + (long) i;
        long tcb = THREADS + (long) i;
        long[] authority = {RootCaps.THREAD};
        mint(node, RootCaps.CNODE, node, WHOLE);
        copy(node, RootCaps.THREAD, tcb);
        copy(node, RootCaps.VSPACE, RootCaps.VSPACE);
        for (int e = 0; e < 3; e++) {
            mint(node, ENDPOINT + e, ENDPOINTS + e, i == 0 ? 0 : i + e);
        }
        mint(node, NOTIFICATION, NOTIFICATIONS, 1L << i);
        mint(node, NOTIFICATION + 1, NOTIFICATIONS + 1, 1L << i);
        copy(node, NEXT_THREAD, THREADS + (i + 1) % WORKERS);
        copy(node, FRAME, FRAMES + i);
        copy(node, ASID_POOL, RootCaps.ASID_POOL);
        copy(node, ASID_CONTROL, RootCaps.ASID_CONTROL);
        copy(node, DOMAIN, RootCaps.DOMAIN);
        retype(node, ObjectType.UNTYPED, 15, UNTYPED, i);
        int[] tables = {
            ObjectType.PML4, ObjectType.PDPT, ObjectType.PAGE_DIRECTORY, ObjectType.PAGE_TABLE, ObjectType.PAGE
        };
        for (int t = 0; t < tables.length; t++) {
            retype(node, tables[t], 0, SPACE + t, i);
        }
        retype(node, ObjectType.UNTYPED, ObjectType.PAGE_BITS, SPACE + tables.length, i);
        again.add(new Step(
                RootCaps.IRQ_CONTROL,
                Invocation.IRQ_ISSUE_HANDLER_IO_APIC,
                new long[] {node},
                HANDLER,
                RADIX,
                0,
                i,
                0,
                0,
                i));
        again.add(new Step(
                RootCaps.IO_PORT_CONTROL,
                Invocation.IO_PORT_CONTROL_ISSUE,
                new long[] {node},
                FIRST_PORT + (long) i * PORTS,
                FIRST_PORT + (long) i * PORTS + PORTS - 1,
                PORT,
                RADIX));
        again.add(new Step(
                tcb,
                Invocation.TCB_CONFIGURE,
                new long[] {node, RootCaps.VSPACE, FRAMES + i},
                ENDPOINT,
                WHOLE,
                0,
                0x1000));
        again.add(new Step(tcb, Invocation.TCB_SET_SCHED_PARAMS, authority, PRIORITY, PRIORITY));
        again.add(run(tcb));
    }

    private static Step run(long tcb) {
        return new Step(
                tcb, Invocation.TCB_WRITE_REGISTERS, new long[0], 1, 3, RandomProgram.SYSCALL + 2, 0x1000, SET_FLAGS);
    }

    private void make(long untyped, int kind, int size, int slot, int count) {
        once.add(new Step(
                untyped, Invocation.UNTYPED_RETYPE, new long[] {RootCaps.CNODE}, kind, size, 0, 0, slot, count));
    }

    private void retype(long node, int kind, int size, int slot, int worker) {
        again.add(new Step(POOLS + worker, Invocation.UNTYPED_RETYPE, new long[] {node}, kind, size, 0, 0, slot, 1));
    }

    private void copy(long node, long to, long from) {
        long[] source = {RootCaps.CNODE};
        again.add(new Step(node, Invocation.CNODE_COPY, source, to, RADIX, from, Long.SIZE, ALL_RIGHTS));
    }

    private void mint(long node, long to, long from, long data) {
        long[] source = {RootCaps.CNODE};
        again.add(new Step(node, Invocation.CNODE_MINT, source, to, RADIX, from, Long.SIZE, ALL_RIGHTS, data));
    }

    /** The largest untyped memory of RAM. */
    private long largest() {
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
}
