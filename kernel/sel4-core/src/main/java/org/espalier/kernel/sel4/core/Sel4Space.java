package org.espalier.kernel.sel4.core;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.espalier.kernel.hw.Fabric;
import org.espalier.kernel.sel4.HostThread;
import org.espalier.kernel.sel4.HostedMachine;
import org.espalier.kernel.sel4.ObjectType;
import org.espalier.kernel.sel4.core.CoreObjects.Made;

/**
 * A domain in the kernel: a capability space, and the threads in it. What a native component has in ring 3 beside that is its
 * {@link Ring3Domain}'s, and ends here. The root of the space is a CNode of two slots, told apart by the
 * highest bit of an address: behind 0 are the slots of the domain's table, by their numbers, and behind 1 the endpoints at which
 * its entrypoints receive, which no component names.
 *
 * <p>Thread-safe; everything is done within the {@link RootTask}'s monitor.
 */
final class Sel4Space implements Fabric.Space {
    /** The bit of an address that leads to the second tree. */
    private static final long RECEIVING = 1L << 63;

    private static final int TABLE_RADIX = 7;
    private static final int RECEIVING_RADIX = 3;
    private static final int ROOT_RADIX = 1;
    private static final int BITS_BEHIND_ROOT = 63;

    private final Sel4Fabric fabric;
    private final RootTask root;
    private final CoreObjects objects;
    private final String name;
    private final CapTree table;
    private final CapTree receiving;
    private final Set<Sel4Seat> seats = new LinkedHashSet<>();
    private final Set<Made> owned = new LinkedHashSet<>();
    private final Set<Made> ring3 = new LinkedHashSet<>();
    private final List<Integer> freeReceiving = new ArrayList<>();
    private int lastReceiving;
    private Made node;
    private boolean closed;

    /** A space with its first slots and without threads. The caller is in the root task's monitor. */
    Sel4Space(Sel4Fabric fabric, String name) throws Fabric.Exhausted {
        this.name = name;
        this.fabric = fabric;
        root = fabric.root();
        objects = fabric.objects();
        table = new CapTree(objects, root, TABLE_RADIX);
        receiving = new CapTree(objects, root, RECEIVING_RADIX);
        try {
            table.grow(1);
            receiving.grow(1);
            node = newNode();
        } catch (Fabric.Exhausted e) {
            table.close();
            receiving.close();
            throw e;
        }
    }

    private Made newNode() throws Fabric.Exhausted {
        Made made = objects.make(ObjectType.CNODE, ROOT_RADIX);
        put(made, 0, table);
        put(made, 1, receiving);
        return made;
    }

    private void put(Made made, int at, CapTree tree) {
        // A guard of zeros takes the bits that the tree does not use.
        root.mint(made.slot, at, ROOT_RADIX, tree.top().slot, RootTask.ALL, BITS_BEHIND_ROOT - tree.depth());
    }

    @Override
    public long growth(long indices) {
        synchronized (root) {
            return table.growth(indices);
        }
    }

    @Override
    public void grow(long indices) throws Fabric.Exhausted {
        synchronized (root) {
            requireOpen();
            grow(table, indices);
        }
    }

    private void requireOpen() throws Fabric.Exhausted {
        if (closed) {
            throw new Fabric.Exhausted("a domain that has ended");
        }
    }

    private void grow(CapTree tree, long indices) throws Fabric.Exhausted {
        if (tree.grow(indices)) {
            Made before = node;
            node = newNode();
            seats.forEach(seat -> seat.setSpace(node));
            objects.end(before);
        }
    }

    @Override
    public void put(int index, Fabric.Item item) {
        synchronized (root) {
            if (!closed) {
                ((CapItem) item).copyTo(this, index);
            }
        }
    }

    @Override
    public void remove(int index) {
        synchronized (root) {
            if (!closed) {
                root.delete(table.leaf(index), table.at(index), table.radix());
            }
        }
    }

    @Override
    public Fabric.Item token(long number) {
        return new CapItem(fabric, fabric.names(), number, RootTask.GRANT_REPLY | RootTask.WRITE, false);
    }

    @Override
    public Fabric.Bell bell() throws Fabric.Exhausted {
        synchronized (root) {
            requireOpen();
            return new CapItem(fabric, own(ObjectType.NOTIFICATION, 0), Sel4Post.SIGNAL, RootTask.WRITE, true);
        }
    }

    @Override
    public Fabric.Seat seat(String name) throws Fabric.Exhausted {
        synchronized (root) {
            return newSeat(name);
        }
    }

    @Override
    public Fabric.Post post(String name) throws Fabric.Exhausted {
        synchronized (root) {
            return new Sel4Post(fabric, this, name);
        }
    }

    // ---- for what is in it; the caller is in the root task's monitor

    /** Makes an object that ends with the space at the latest. */
    Made own(int type, int size) throws Fabric.Exhausted {
        requireOpen();
        Made made = objects.make(type, size);
        owned.add(made);
        return made;
    }

    void end(Made made) {
        if (owned.remove(made)) {
            objects.end(made);
        }
    }

    Sel4Seat newSeat(String threadName) throws Fabric.Exhausted {
        Made tcb = own(ObjectType.TCB, 0);
        Made buffer;
        try {
            buffer = own(ObjectType.PAGE, 0);
        } catch (Fabric.Exhausted e) {
            end(tcb);
            throw e;
        }
        root.configure(tcb.slot, node.slot, 0, buffer.slot);
        HostThread thread = fabric.machine().host(tcb.slot, this.name + ": " + threadName);
        Sel4Seat seat = new Sel4Seat(this, tcb, buffer, thread);
        seats.add(seat);
        return seat;
    }

    /** A thread of the host that serves one in ring 3: it has no buffer, as a message has no more words than there are registers. */
    Sel4Seat newServant(String threadName) throws Fabric.Exhausted {
        Made tcb = own(ObjectType.TCB, 0);
        root.configure(tcb.slot, node.slot);
        HostThread thread = fabric.machine().host(tcb.slot, this.name + ": " + threadName);
        Sel4Seat seat = new Sel4Seat(this, tcb, null, thread);
        seats.add(seat);
        return seat;
    }

    /** Notes a thread in ring 3, which is suspended and ends as those of the host do. */
    void addRing3(Made tcb) {
        ring3.add(tcb);
    }

    void removeRing3(Made tcb) {
        ring3.remove(tcb);
    }

    void forget(Sel4Seat seat) {
        seats.remove(seat);
    }

    /** Gives an entrypoint a number for its endpoint, and that its capability to receive there. */
    int addReceiving(Made endpoint) throws Fabric.Exhausted {
        int number = freeReceiving.isEmpty() ? lastReceiving++ : freeReceiving.removeLast();
        grow(receiving, number + 1L);
        root.mint(receiving.leaf(number), receiving.at(number), receiving.radix(), endpoint.slot, RootTask.READ, 0);
        return number;
    }

    /** Takes a number back whose endpoint has ended. */
    void removeReceiving(int number) {
        if (!closed) {
            root.delete(receiving.leaf(number), receiving.at(number), receiving.radix());
            freeReceiving.add(number);
        }
    }

    /** The address of what {@link #addReceiving} has put. */
    static long receivingAddress(int number) {
        return RECEIVING | number;
    }

    String name() {
        return name;
    }

    /** The CNodes that the space consists of, and those of what it has in ring 3. */
    Stream<Made> nodes() {
        return Stream.of(
                        Stream.of(node),
                        table.nodes(),
                        receiving.nodes(),
                        owned.stream().filter(Made::isNode))
                .flatMap(nodes -> nodes);
    }

    CapTree table() {
        return table;
    }

    RootTask root() {
        return root;
    }

    boolean isClosed() {
        return closed;
    }

    // ---- the end

    @Override
    public void stop() {
        synchronized (root) {
            if (!closed) {
                ring3.forEach(tcb -> root.suspend(tcb.slot));
                seats.forEach(Sel4Seat::suspend);
            }
        }
    }

    @Override
    public void close() {
        synchronized (root) {
            if (closed) {
                return;
            }
            closed = true;
            fabric.forget(this);
            // Threads first: who waits in the kernel leaves.
            try (HostedMachine.Pause _ = fabric.machine().pause()) {
                ring3.forEach(this::end);
                ring3.clear();
                List.copyOf(seats).forEach(Sel4Seat::end);
                owned.forEach(objects::end);
                owned.clear();
                objects.end(node);
                table.close();
                receiving.close();
            }
        }
    }
}
