package org.espalier.kernel.hw;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.base.Failure;
import org.espalier.base.Limits;
import org.espalier.base.spi.Window;
import org.espalier.kernel.hw.KernelObject.Context;
import org.espalier.kernel.spi.Account;
import org.jspecify.annotations.Nullable;

/**
 * A protection domain: a capability space, entrypoints, attachments, threads, and the accounts that pay for them.
 *
 * <p>Slots are read without a lock and written under this object's monitor. Whatever the kernel charges to the two accounts
 * is counted here as well, so that the end of the domain refunds exactly that, whatever state its code was in.
 */
final class Domain {
    /** As many objects of the same index in turn have different badges, which leaves the two highest bits to others. */
    private static final int SERIALS = (1 << 30) - 1;

    /** 0 names nothing. */
    private static final int FIRST_INDEX = 1;

    final int number;
    final String name;
    private final Account ram;
    private final Account caps;

    final CpuMeter cpu;

    /** Thrown through the frames of the domain's code once it is {@link #stopped}, up to the boundary where that was entered. */
    final DomainEnded endedError;
    /** What holds its threads up, when it has a limit that throttles; set before it has code. */
    volatile @Nullable Throttle throttle;
    /** What the polls in the domain's code go through, once it has code. */
    volatile @Nullable PollSite polls;

    /** No code of the domain is to run any more. */
    volatile boolean stopped;
    /** The domain owns nothing any more; implies {@link #stopped}. */
    volatile boolean ended;

    /** What it is in the kernel beneath, if there is one. */
    final Fabric.@Nullable Space space;

    private int lastBadge;

    private volatile @Nullable KernelObject[] slots = new KernelObject[16];
    private @Nullable KernelObject[] remaining = new KernelObject[0];
    private int[] freeSlots = new int[16];
    private int freeCount;
    private int nextSlot = FIRST_INDEX;

    private final List<Entry> entries = new ArrayList<>();
    private final Map<Integer, Attached> attachments = new HashMap<>();
    private final Set<RunningThread> threads = new HashSet<>();
    private final Set<KernelObject.ThreadObject> unstarted = new HashSet<>();
    private int lastRegion;
    private long mostThreads = Limits.UNLIMITED;
    private int threadObjects;
    private long ramHeld;
    private long capsHeld;
    private String fault = "";
    private @Nullable Context faultSignal;
    private Runnable stopAction = () -> {};

    /** Threads that wait in the kernel for this domain; its own monitor, so that an interrupt never comes late. */
    private final Set<Thread> waiting = new HashSet<>();

    private record Attached(KernelObject.Memory memory, Window window) {}

    /** A thread of the component: the object that it was made from, and whether its code has returned. */
    static final class RunningThread {
        final KernelObject.ThreadObject object;
        volatile @Nullable Execution execution;
        volatile boolean finished;

        RunningThread(KernelObject.ThreadObject object) {
            this.object = object;
        }
    }

    Domain(int number, String name, Account ram, Account caps, ThreadClock clock) {
        this(number, name, ram, caps, clock, null);
    }

    Domain(int number, String name, Account ram, Account caps, ThreadClock clock, Fabric.@Nullable Space space) {
        this.space = space;
        this.number = number;
        this.name = name;
        this.ram = ram;
        this.caps = caps;
        this.cpu = new CpuMeter(clock);
        this.endedError = new DomainEnded(name);
    }

    // ---- charges

    /** Charges both accounts or neither; {@code null} on success. */
    synchronized @Nullable Failure charge(long ramAmount, long capAmount) {
        if (ended) {
            return Failure.GONE;
        }
        if (!caps.charge(capAmount)) {
            return Failure.OUT_OF_CAPS;
        }
        // Each slot that will be filled is charged before, so there are never more numbers than capabilities held.
        long growth = space == null ? 0 : space.growth(FIRST_INDEX + capsHeld + capAmount);
        if (!ram.charge(ramAmount + growth)) {
            caps.refund(capAmount);
            return Failure.OUT_OF_RAM;
        }
        if (growth > 0 && !grow(FIRST_INDEX + capsHeld + capAmount)) {
            caps.refund(capAmount);
            ram.refund(ramAmount + growth);
            return Failure.OUT_OF_RAM;
        }
        ramHeld += ramAmount + growth;
        capsHeld += capAmount;
        return null;
    }

    private boolean grow(long indices) {
        try {
            if (space != null) {
                space.grow(indices);
            }
            return true;
        } catch (Fabric.Exhausted e) {
            return false;
        }
    }

    /** Refunds what {@link #charge} took; nothing when the end of the domain has refunded it already. */
    synchronized void refund(long ramAmount, long capAmount) {
        if (ended) {
            return;
        }
        ramHeld -= ramAmount;
        capsHeld -= capAmount;
        ram.refund(ramAmount);
        caps.refund(capAmount);
    }

    // ---- capability space

    /** What {@code index} names, if anything. */
    @Nullable KernelObject lookup(int index) {
        @Nullable KernelObject[] current = slots;
        return index > 0 && index < current.length && !ended ? current[index] : null;
    }

    /** Fills a slot that was charged before and returns its index; 0, which names nothing, once the domain has ended. */
    synchronized int insert(KernelObject object) {
        if (ended) {
            return 0;
        }
        int index = take();
        // Only core's space can be too small here: what it has of its own is charged to others.
        if (space != null && object.item != null && grow(index + 1L)) {
            space.put(index, object.item);
        }
        fill(index, object);
        return index;
    }

    /** A number that names nothing. */
    private int take() {
        return freeCount > 0 ? freeSlots[--freeCount] : nextSlot++;
    }

    private void giveBack(int index) {
        if (freeCount == freeSlots.length) {
            freeSlots = Arrays.copyOf(freeSlots, freeCount * 2);
        }
        freeSlots[freeCount++] = index;
    }

    private void fill(int index, KernelObject object) {
        @Nullable KernelObject[] current = slots;
        if (index >= current.length) {
            current = Arrays.copyOf(current, current.length * 2);
        }
        current[index] = object;
        slots = current; // publishes the element to readers without a lock
    }

    /** Charges a slot, fills it with a new own object and returns its index, or the negated status of why not. */
    synchronized int own(KernelObject object, long slotCaps) {
        Failure failure = charge(0, slotCaps);
        if (failure != null) {
            return -failure.status();
        }
        int index = insertOwn(object);
        if (index < 0) {
            refund(0, slotCaps);
        }
        return index;
    }

    /**
     * Fills a slot with a new own object that is charged for, and returns its index, or the negated status of why not: only where the
     * kernel beneath has no memory for it.
     */
    synchronized int insertOwn(KernelObject object) {
        if (ended) {
            return 0;
        }
        object.ownIndex = take();
        if (space != null) {
            try {
                space.grow(object.ownIndex + 1L);
                Fabric.Item item = object.makeItem(space);
                item.own(space, object.ownIndex);
                object.item = item;
            } catch (Fabric.Exhausted e) {
                giveBack(object.ownIndex);
                return -Failure.OUT_OF_RAM.status();
            }
        }
        fill(object.ownIndex, object);
        return object.ownIndex;
    }

    /** A number for an own object, by which {@link #served} finds it: never the same for two that have the same index in turn. */
    synchronized long badge(int index) {
        lastBadge = lastBadge + 1 & SERIALS;
        return (long) lastBadge << 32 | index;
    }

    /** The own object with that badge, if it is there. */
    KernelObject.@Nullable RpcObject served(long badge) {
        return lookup((int) badge) instanceof KernelObject.RpcObject rpc && rpc.owner == this && rpc.badge == badge
                ? rpc
                : null;
    }

    /** Empties a slot and returns what it named. */
    synchronized @Nullable KernelObject remove(int index) {
        KernelObject object = lookup(index);
        if (object != null) {
            @Nullable KernelObject[] current = slots;
            current[index] = null;
            slots = current;
            if (space != null) {
                if (object.owner == this && object.item != null) {
                    object.item.end();
                } else {
                    space.remove(index);
                }
            }
            giveBack(index);
        }
        return object;
    }

    // ---- entrypoints and threads

    synchronized int add(Entry entry) {
        entries.add(entry);
        entry.number = entries.size();
        return entry.number;
    }

    synchronized @Nullable Entry entry(int entrypoint) {
        return entrypoint >= 1 && entrypoint <= entries.size() ? entries.get(entrypoint - 1) : null;
    }

    synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    synchronized void limitThreads(long most) {
        mostThreads = most;
    }

    /** Takes one of the threads that the domain may have; false when it has them all. */
    synchronized boolean takeThread() {
        if (threadObjects >= mostThreads) {
            return false;
        }
        threadObjects++;
        return true;
    }

    synchronized void returnThread() {
        threadObjects--;
    }

    /** Notes a thread that may be started; false when the domain has ended. */
    synchronized boolean add(KernelObject.ThreadObject thread) {
        return !ended && unstarted.add(thread);
    }

    /** Takes a thread that has not started, for it to start or to go; false when there is no such thread. */
    synchronized boolean take(KernelObject.ThreadObject thread) {
        return unstarted.remove(thread);
    }

    /** Notes a thread that starts to run, in place of the object that was taken; {@code null} when the domain is stopped. */
    synchronized @Nullable RunningThread start(KernelObject.ThreadObject object) {
        if (stopped || !unstarted.remove(object)) {
            return null;
        }
        RunningThread thread = new RunningThread(object);
        threads.add(thread);
        return thread;
    }

    synchronized void remove(RunningThread thread) {
        threads.remove(thread);
    }

    /** Ends the objects and contexts that {@code entry} serves. */
    synchronized void dissolveObjectsOf(Entry entry, long slotCaps) {
        @Nullable KernelObject[] current = slots;
        for (int index = 1; index < current.length; index++) {
            KernelObject object = current[index];
            boolean served = (object instanceof KernelObject.RpcObject rpc && rpc.entry == entry)
                    || (object instanceof Context context && context.entry == entry);
            if (served && object != null && object.owner == this) {
                object.dissolved = true;
                remove(index);
                refund(0, slotCaps);
            }
        }
    }

    // ---- attachments

    synchronized int attach(KernelObject.Memory memory, Window window) {
        Attached attached = new Attached(memory, window);
        if (ended) {
            forget(attached);
            return 0;
        }
        int region = ++lastRegion;
        attachments.put(region, attached);
        return region;
    }

    /** Takes an attachment away; false if there is none of that number. */
    synchronized boolean detach(int region) {
        Attached attached = attachments.remove(region);
        if (attached == null) {
            return false;
        }
        forget(attached);
        return true;
    }

    private static void forget(Attached attached) {
        attached.window().revoke();
        if (attached.memory() instanceof PhysicalMemory physical) {
            physical.forget(attached.window());
        } else if (attached.memory() instanceof ReadOnlyMemory readOnly) {
            readOnly.base.forget(attached.window());
        }
    }

    // ---- faults

    synchronized void watchFaults(@Nullable Context signal) {
        faultSignal = signal;
    }

    /** Notes the first fault, and tells who watches. */
    void fault(String text) {
        Context signal;
        synchronized (this) {
            if (fault.isEmpty()) {
                fault = text;
            }
            signal = faultSignal;
        }
        if (signal != null) {
            Signals.submit(signal, 1);
        }
    }

    synchronized String fault() {
        return fault;
    }

    // ---- the carrier

    /** What to run when no code of the domain is to run any more; at once if that is so. */
    void onStop(Runnable action) {
        synchronized (this) {
            if (!stopped) {
                stopAction = action;
                return;
            }
        }
        action.run();
    }

    /** Says that no code is to run any more, and tells the carrier the first time. */
    private void setStopped() {
        Runnable action;
        synchronized (this) {
            stopped = true;
            action = stopAction;
            stopAction = () -> {};
        }
        action.run();
    }

    // ---- waiting in the kernel

    /** Waits for something, as a thread that executes this domain; leaves when the domain ends. */
    <R> R waitFor(Wait<R> wait) {
        Thread thread = Thread.currentThread();
        synchronized (waiting) {
            waiting.add(thread);
        }
        try {
            while (true) {
                if (stopped) {
                    throw endedError;
                }
                try {
                    return wait.run();
                } catch (InterruptedException e) {
                    // Nobody but the end of the domain means anything by it, and that is looked at above.
                }
            }
        } finally {
            synchronized (waiting) {
                waiting.remove(thread);
            }
            if (stopped) {
                // The interrupt was meant for this domain; the frames below may belong to another.
                Thread.interrupted();
            }
        }
    }

    /**
     * Wakes a thread that waits in the domain's code for something of the JDK, once the domain is stopped: it meets a poll then. A
     * thread that waits in a server is left alone, as are those that run and will meet one anyway.
     */
    void wake(Execution thread) {
        synchronized (waiting) {
            if (thread.domain() == this && thread.isWaiting()) {
                thread.interrupt();
            }
        }
    }

    /**
     * Takes an interrupt that was meant for this domain from the calling thread, which has just left it; afterwards none comes any
     * more.
     */
    void left() {
        if (stopped) {
            synchronized (waiting) {
                Thread.interrupted();
            }
        }
    }

    /** Something to wait for that an interrupt ends. */
    interface Wait<R> {
        R run() throws InterruptedException;
    }

    // ---- the end

    /**
     * Voids everything. What still runs is the caller's to quarantine.
     *
     * @return the threads of the component that have not ended, and those that have not begun
     */
    Remains end() {
        setStopped();
        entries().forEach(Entry::abandon);
        Remains remains;
        synchronized (this) {
            if (ended) {
                return new Remains(Set.of(), Set.of());
            }
            ram.refund(ramHeld);
            caps.refund(capsHeld);
            ended = true;
            remains = new Remains(Set.copyOf(threads), Set.copyOf(unstarted));
            unstarted.clear();
            attachments.values().forEach(Domain::forget);
            attachments.clear();
            remaining = slots;
            slots = new KernelObject[0];
        }
        if (space != null) {
            space.close();
        }
        wakeAll();
        return remains;
    }

    /** What is left of a domain when it has ended. */
    record Remains(Set<RunningThread> threads, Set<KernelObject.ThreadObject> unstarted) {}

    /**
     * Stops all code of the domain, which keeps what it owns. What still runs is the caller's to quarantine.
     *
     * @return the threads of the component that have not ended
     */
    Set<RunningThread> halt() {
        setStopped();
        entries().forEach(Entry::abandon);
        if (space != null) {
            space.stop();
        }
        wakeAll();
        synchronized (this) {
            return Set.copyOf(threads);
        }
    }

    private void wakeAll() {
        synchronized (waiting) {
            waiting.forEach(Thread::interrupt);
        }
    }

    /** Frees the memory that an ended domain still owned. */
    void endMemory() {
        for (KernelObject object : remaining) {
            if (object instanceof PhysicalMemory memory && memory.owner == this) {
                memory.free();
            } else if (object instanceof ManagedMemory managed && managed.owner == this) {
                managed.end();
            }
        }
        remaining = new KernelObject[0];
    }

    @Override
    public String toString() {
        return name;
    }
}
