package org.espalier.kernel.sel4;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.kernel.sel4.proved.ObjectMemory;
import org.espalier.machine.PhysicalMemory;
import org.jspecify.annotations.Nullable;

/**
 * A machine on which the first thread, and all that it binds to the host, run at the host: what a root task in Java stands on. Other threads
 * run in ring 3, once there is an {@linkplain #open engine}. The first thread
 * has what a root task of seL4 has: a CNode, an address space, which stays empty, and all memory that the kernel does not need itself as
 * untyped memory.
 *
 * <p>The root CNode has {@code 1 << }{@link #NODE_BITS} slots, and behind each of them there can be a CNode of as many: a capability's
 * address is {@code slot << NODE_BITS | slot of that one}. What is in the root CNode itself has the address
 * {@code slot << NODE_BITS}.
 *
 * <p>Thread-safe. Owns nothing: the memory is the caller's.
 */
public final class HostedMachine {
    /** log2 of the slots of the root CNode. */
    public static final int NODE_BITS = RootCaps.CNODE_BITS;

    /**
     * Address of the capability of the root CNode, from which on addresses have {@code 2 * NODE_BITS} bits, or {@code NODE_BITS} for what is in
     * the root CNode itself. What leads there is the capability itself: whoever looks up a CNode's slot goes on in that CNode.
     */
    public static final long ROOT = address(RootCaps.CNODE) | RootCaps.CNODE;

    /** Address of the capability of the pool from which address spaces get their identifiers; one of them is the first thread's. */
    public static final long POOL = address(RootCaps.ASID_POOL);

    /** Address of the capability of the address space of the first thread. */
    public static final long SPACE = address(RootCaps.VSPACE);

    /** Buffers of threads that run at the host are mapped nowhere; all that counts is that there is an address. */
    public static final long BUFFER_ADDRESS = 1L << ObjectType.PAGE_BITS;

    /** An attribute of mappings: the page holds no code. */
    public static final long EXECUTE_NEVER = VmRights.EXECUTE_NEVER;

    private static final int ASID = 1;
    private static final int PRIORITY = Scheduler.PRIORITIES - 1;

    private final Kernel kernel;
    private final LateEngine engine;
    private final PhysicalMemory memory;
    private @Nullable Processor processor;
    private final HostThread root;
    private final List<Untyped> untyped;
    private final int firstFree;
    private final Invariants invariants;

    /**
     * Memory that the first thread has.
     *
     * @param cap address of its capability
     * @param address physical address
     * @param bits log2 of its bytes
     */
    public record Untyped(long cap, long address, int bits) {}

    private HostedMachine(
            Kernel kernel,
            LateEngine engine,
            PhysicalMemory memory,
            HostThread root,
            List<Untyped> untyped,
            int firstFree,
            Invariants invariants) {
        this.kernel = kernel;
        this.engine = engine;
        this.memory = memory;
        this.root = root;
        this.untyped = List.copyOf(untyped);
        this.firstFree = firstFree;
        this.invariants = invariants;
    }

    /**
     * A capability that there is.
     *
     * @param slot physical address of its slot
     * @param parent that of the slot of the one that it was derived from, 0 for one of the first
     * @param type what it is for
     * @param object physical address, 0 for what takes no memory
     * @param bytes that the object takes
     * @param badge 0 for none
     * @param rights of endpoints and notifications: s to send, r to receive, g to grant, a to be answered
     */
    public record Listed(long slot, long parent, String type, long object, long bytes, long badge, String rights) {}

    /** The address of what is in a slot of the root CNode. */
    public static long address(int slot) {
        return (long) slot << NODE_BITS;
    }

    /**
     * Makes the kernel and its first thread.
     *
     * @param memory all zeros, and of {@code configuration}'s size at least
     * @param messages gets what the kernel itself has to say, a line at a time
     * @throws BootFailure if RAM does not hold it
     */
    public static HostedMachine boot(PhysicalMemory memory, Configuration configuration, Consumer<String> messages)
            throws BootFailure {
        LateEngine engine = new LateEngine();
        Kernel kernel = new Kernel(
                engine,
                memory,
                configuration,
                IoPorts.EMPTY,
                _ -> {},
                messages::accept,
                new TurnClock(engine::preempt));
        kernel.refuseDebugging();
        kernel.spaces().defer();
        BootMemory ram = new BootMemory(configuration.ramBytes());
        ObjectMemory objects = kernel.memory();
        SlotTable slots = kernel.slots();

        long node = ram.allocate(NODE_BITS + ObjectType.SLOT_BITS);
        int first = (int) (node >>> ObjectType.SLOT_BITS);
        slots.putRoot(first + RootCaps.CNODE, Caps.word(CapType.CNODE, NODE_BITS, 0, 0, node), 0);
        slots.putRoot(first + RootCaps.IRQ_CONTROL, Caps.word(CapType.IRQ_CONTROL, 0, 0, 0, 0), 0);
        slots.putRoot(first + RootCaps.ASID_CONTROL, Caps.word(CapType.ASID_CONTROL, 0, 0, 0, 0), 0);
        long pool = ram.allocate(ObjectType.PAGE_BITS);
        kernel.vspaces().pool(0, pool);
        slots.putRoot(first + RootCaps.ASID_POOL, Caps.word(CapType.ASID_POOL, 0, 0, 0, pool), 0);
        long space = ram.allocate(ObjectType.PAGE_BITS);
        kernel.vspaces().assign(pool, ASID, space);
        slots.putRoot(
                first + RootCaps.VSPACE, Caps.word(CapType.PML4, 0, 0, Caps.MAPPED, space), Caps.mapping(ASID, 0));
        long buffer = ram.allocate(ObjectType.PAGE_BITS);
        slots.putRoot(first + RootCaps.IPC_BUFFER, Caps.word(CapType.FRAME, 0, VmRights.READ_WRITE, 0, buffer), 0);

        long thread = ram.allocate(TcbLayout.BITS);
        int tcb = (int) (thread >>> TcbLayout.BITS);
        Threads threads = kernel.threads();
        threads.create(tcb, kernel.scheduler().domains().current());
        slots.putRoot(first + RootCaps.THREAD, Caps.word(CapType.THREAD, 0, 0, 0, thread), 0);
        int guard = Long.SIZE - 2 * NODE_BITS;
        slots.insert(
                Caps.word(CapType.CNODE, NODE_BITS, guard, 0, node),
                0,
                first + RootCaps.CNODE,
                TcbLayout.slot(tcb, TcbLayout.CSPACE));
        copy(slots, objects, first + RootCaps.VSPACE, TcbLayout.slot(tcb, TcbLayout.VSPACE));
        copy(slots, objects, first + RootCaps.IPC_BUFFER, TcbLayout.slot(tcb, TcbLayout.BUFFER));
        threads.set(tcb, TcbLayout.BUFFER_ADDRESS, BUFFER_ADDRESS);
        threads.set(tcb, TcbLayout.PRIORITY, PRIORITY);
        threads.set(tcb, TcbLayout.MCP, PRIORITY);
        threads.name(tcb, "root");

        List<Untyped> untyped = new ArrayList<>();
        int slot = RootCaps.FIRST_FREE;
        for (BootMemory.Untyped piece : ram.rest()) {
            slots.putRoot(first + slot, piece.cap(), 0);
            untyped.add(new Untyped(address(slot), piece.address(), piece.bits()));
            slot++;
        }
        HostThread root = kernel.hosted().host(tcb);
        kernel.ipc().resume(tcb);
        kernel.scheduler().schedule();
        Invariants invariants = new Invariants(
                kernel, memory.size(), configuration.ramBytes(), new int[] {first, 1 << NODE_BITS}, new int[] {
                    TcbLayout.slot(tcb, 0), TcbLayout.SLOTS
                });
        return new HostedMachine(kernel, engine, memory, root, untyped, slot, invariants);
    }

    private static void copy(SlotTable slots, ObjectMemory objects, int from, int to) {
        slots.insert(objects.w0(from), objects.w1(from), from, to);
    }

    /**
     * Opens an engine, in which threads that are bound to no thread of the host run from then on; once. Takes some milliseconds.
     *
     * @param engineName as {@link org.espalier.machine.Engines#open} takes it
     * @return empty, or in a full sentence why there is none
     */
    public Optional<String> open(String engineName) {
        synchronized (kernel.lock()) {
            if (processor != null) {
                throw new IllegalStateException("The machine has an engine.");
            }
        }
        Processor opened = new Processor(kernel, engine, memory, engineName);
        Optional<String> obstacle = opened.open();
        if (obstacle.isEmpty()) {
            synchronized (kernel.lock()) {
                processor = opened;
                kernel.processor(opened);
            }
        }
        return obstacle;
    }

    /** Ends the engine, if there is one: nothing runs in ring 3 any more. Threads of the host go on. */
    public void close() {
        Processor opened;
        synchronized (kernel.lock()) {
            opened = processor;
        }
        if (opened != null) {
            opened.close();
        }
    }

    /** Has nothing run in ring 3 until it is closed, which is to be soon: for who makes many invocations in a row. */
    public Pause pause() {
        synchronized (kernel.lock()) {
            if (processor != null) {
                processor.hold();
            }
            return new Pause(processor);
        }
    }

    /** While nothing runs in ring 3. */
    public final class Pause implements AutoCloseable {
        private final @Nullable Processor held;

        private Pause(@Nullable Processor held) {
            this.held = held;
        }

        /** Ends it; once. */
        @Override
        public void close() {
            if (held != null) {
                synchronized (kernel.lock()) {
                    held.release();
                }
            }
        }
    }

    /** Nanoseconds that a thread has run in ring 3 since it was made; {@code cap} is the address of its capability with the first thread. */
    public long ran(long cap) {
        synchronized (kernel.lock()) {
            long w0 = kernel.find(root.tcb(), cap);
            return processor == null || Caps.type(w0) != CapType.THREAD ? 0 : processor.ran(Caps.tcb(w0));
        }
    }

    /** Names the thread whose capability the first thread has at an address, for people. */
    public void name(long cap, String name) {
        synchronized (kernel.lock()) {
            long w0 = kernel.find(root.tcb(), cap);
            if (Caps.type(w0) == CapType.THREAD) {
                kernel.threads().name(Caps.tcb(w0), name);
            }
        }
    }

    /** The first thread. */
    public HostThread root() {
        return root;
    }

    /** All memory that it has. */
    public List<Untyped> untyped() {
        return untyped;
    }

    /** The first slot of the root CNode that is empty, as are all behind it. */
    public int firstFree() {
        return firstFree;
    }

    /**
     * Has a thread that was made, and has not run, run at the host from now on.
     *
     * @param cap address of its capability with the first thread
     * @param name for people
     * @throws IllegalArgumentException if that is no capability for a thread
     */
    public HostThread host(long cap, String name) {
        synchronized (kernel.lock()) {
            kernel.halt();
            long w0 = kernel.find(root.tcb(), cap);
            if (Caps.type(w0) != CapType.THREAD) {
                throw new IllegalArgumentException("Address " + cap + " of the first thread holds no thread.");
            }
            int tcb = Caps.tcb(w0);
            HostThread thread = kernel.hosted().host(tcb);
            kernel.threads().name(tcb, name);
            kernel.ipc().resume(tcb);
            return thread;
        }
    }

    /** Memory of the first thread of which something was made that there still is. */
    public List<Untyped> used() {
        synchronized (kernel.lock()) {
            return untyped.stream()
                    .filter(piece -> kernel.slots().tree().hasChild(kernel.slot(root.tcb(), piece.cap())))
                    .toList();
        }
    }

    /** All capabilities that there are, each after the one that it was derived from. */
    public List<Listed> capabilities() {
        synchronized (kernel.lock()) {
            return new CapabilityList(kernel, invariants.census()).take();
        }
    }

    /** The name of the thread whose TCB is at a physical address. */
    public String threadName(long address) {
        synchronized (kernel.lock()) {
            return kernel.threads().name((int) (address >>> TcbLayout.BITS));
        }
    }

    /**
     * Checks the invariants of the kernel.
     *
     * @throws InvariantViolation about the first one that is broken
     */
    public void check() {
        synchronized (kernel.lock()) {
            invariants.check();
        }
    }
}
