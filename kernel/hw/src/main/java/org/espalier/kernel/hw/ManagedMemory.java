package org.espalier.kernel.hw;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.espalier.base.Failure;
import org.espalier.base.spi.Pager;
import org.espalier.base.spi.Window;
import org.jspecify.annotations.Nullable;

/**
 * A managed dataspace: a range of addresses that its owner fills with parts of other memory, managed memory among them. Who touches
 * a hole waits until there is something, and the owner of the dataspace that has the hole is signalled.
 *
 * <p>All managed memory of a kernel is guarded by one lock, on which those who wait for a part do so: a way down through several
 * of them is then found in one step. Accesses to what is there take no lock.
 */
final class ManagedMemory extends KernelObject.Memory {
    /** Managed memory within managed memory; a longer way down would make every fault dear. */
    static final int MAX_NESTING = 8;

    /** Waiting accesses that the owner can still ask for. */
    private static final int MAX_FAULTS = 64;

    private final Object lock;
    private final TreeMap<Long, Part> parts = new TreeMap<>();
    private final ArrayDeque<Fault> faults = new ArrayDeque<>();
    /** Managed memory that shows parts of this. */
    private final Set<ManagedMemory> users = Collections.newSetFromMap(new IdentityHashMap<>());

    /** How deep managed memory was ever nested in this. */
    private int height;

    private @Nullable Context faultSignal;
    private final AtomicInteger epoch = new AtomicInteger();

    private record Part(long at, long size, Memory memory, long offset, boolean writable) {
        long end() {
            return at + size;
        }
    }

    private record Fault(long offset, boolean write) {}

    /** A range of addresses without anything. {@code lock} is that of all managed memory of the kernel. */
    ManagedMemory(Object lock, Domain owner, Domain payer, long bytes) {
        super(owner, payer, bytes);
        this.lock = lock;
    }

    @Override
    long ramCost() {
        return 0;
    }

    /**
     * Puts memory at {@code at}; {@code null} on success. Bounds and alignment were checked.
     *
     * @param memory physical or managed
     */
    @Nullable Failure attach(Memory memory, long offset, long size, long at, boolean writable) {
        synchronized (lock) {
            Map.Entry<Long, Part> before = parts.lowerEntry(at + size);
            if (before != null && before.getValue().end() > at) {
                return Failure.DENIED;
            }
            Failure failure = dissolved ? Failure.GONE : use(memory);
            if (failure != null) {
                return failure;
            }
            parts.put(at, new Part(at, size, memory, offset, writable));
            faults.removeIf(fault -> fault.offset() >= at && fault.offset() < at + size);
            lock.notifyAll();
        }
        return null;
    }

    /** Tells {@code memory} that it is shown here. */
    private @Nullable Failure use(Memory memory) {
        if (memory instanceof PhysicalMemory physical) {
            return physical.usedBy(this) ? null : Failure.GONE;
        }
        ManagedMemory nested = (ManagedMemory) memory;
        if (nested.dissolved) {
            return Failure.GONE;
        }
        IdentityHashMap<ManagedMemory, Integer> heights = heightsWith(nested);
        if (heights == null) {
            return Failure.INVALID_ARGUMENT;
        }
        heights.forEach((each, newHeight) -> each.height = newHeight);
        nested.users.add(this);
        return null;
    }

    /** The heights of this and of all that shows it when it shows {@code nested}; {@code null} if that is too high or a circle. */
    private @Nullable IdentityHashMap<ManagedMemory, Integer> heightsWith(ManagedMemory nested) {
        IdentityHashMap<ManagedMemory, Integer> heights = new IdentityHashMap<>();
        ArrayDeque<ManagedMemory> raised = new ArrayDeque<>();
        heights.put(this, Math.max(height, nested.height + 1));
        raised.add(this);
        while (!raised.isEmpty()) {
            ManagedMemory next = raised.remove();
            int least = heights.getOrDefault(next, 0);
            if (next == nested || least > MAX_NESTING) {
                return null;
            }
            for (ManagedMemory user : next.users) {
                Integer known = heights.get(user);
                if (known == null || known <= least) {
                    heights.put(user, Math.max(user.height, least + 1));
                    raised.add(user);
                }
            }
        }
        return heights;
    }

    /** Takes away what begins at {@code at}. */
    boolean detach(long at) {
        synchronized (lock) {
            Part removed = parts.remove(at);
            if (removed == null) {
                return false;
            }
            if (parts.values().stream().noneMatch(part -> part.memory() == removed.memory())) {
                unuse(removed.memory());
            }
            changed();
            return true;
        }
    }

    int partCount() {
        synchronized (lock) {
            return parts.size();
        }
    }

    private void unuse(Memory memory) {
        switch (memory) {
            case PhysicalMemory physical -> physical.unusedBy(this);
            case ManagedMemory nested -> nested.users.remove(this);
            case ReadOnlyMemory readOnly -> throw new IllegalStateException("Parts are shown by their true memory.");
        }
    }

    /** Takes away all parts of {@code memory}, which is about to be gone. */
    void forget(Memory memory) {
        synchronized (lock) {
            parts.values().removeIf(part -> part.memory() == memory);
            changed();
        }
    }

    /** Something that was shown is not any more: whoever looks, or waits further down, looks anew. */
    private void changed() {
        Set<ManagedMemory> told = Collections.newSetFromMap(new IdentityHashMap<>());
        ArrayDeque<ManagedMemory> toTell = new ArrayDeque<>(List.of(this));
        while (!toTell.isEmpty()) {
            ManagedMemory next = toTell.remove();
            if (told.add(next)) {
                next.epoch.incrementAndGet();
                toTell.addAll(next.users);
            }
        }
        lock.notifyAll();
    }

    void watchFaults(@Nullable Context signal) {
        synchronized (lock) {
            faultSignal = signal;
            if (signal != null && !faults.isEmpty()) {
                Signals.submit(signal, 1);
            }
        }
    }

    /** The oldest access that waits, or {@code null}. */
    @Nullable Long oldestFault(long writeFlag) {
        synchronized (lock) {
            Fault fault = faults.peek();
            return fault == null ? null : fault.offset() | (fault.write() ? writeFlag : 0);
        }
    }

    /** Ends it: who waits for a part of it waits no longer, or for whoever shows it. */
    void end() {
        synchronized (lock) {
            dissolved = true;
            parts.values().forEach(part -> unuse(part.memory()));
            parts.clear();
            changed();
            List.copyOf(users).forEach(user -> user.forget(this));
            users.clear();
        }
    }

    /** A window on {@code size} bytes from {@code base} on, for {@code viewer}. */
    Window open(Domain viewer, long base, long size, boolean writable) {
        return Window.managed(size, new Pager() {
            @Override
            public Window.Piece resolve(long offset, boolean write) {
                if (write && !writable) {
                    throw new IllegalArgumentException("The attachment allows reading alone.");
                }
                return viewer.waitFor(() -> find(base, offset, size, writable, write));
            }

            @Override
            public int epoch() {
                return epoch.get();
            }
        });
    }

    /** Waits until there is memory at {@code offset} of a window that begins at {@code base}. */
    private Window.Piece find(long base, long offset, long size, boolean writable, boolean write)
            throws InterruptedException {
        synchronized (lock) {
            while (true) {
                if (isDead()) {
                    throw new IllegalStateException("The managed dataspace is gone.");
                }
                Window.Piece piece = look(base, offset, size, writable, write);
                if (piece != null) {
                    return piece;
                }
                lock.wait();
            }
        }
    }

    /** Goes down to the memory at {@code offset}; {@code null} when there is a hole, whose owner has been told. */
    private Window.@Nullable Piece look(long base, long offset, long size, boolean writable, boolean write) {
        ManagedMemory current = this;
        long place = base + offset;
        // What lies around the place without a seam, in offsets of the window.
        long from = 0;
        long to = size;
        boolean mayWrite = writable;
        while (true) {
            Map.Entry<Long, Part> found = current.parts.floorEntry(place);
            Part part = found == null ? null : found.getValue();
            if (part == null || part.end() <= place || (write && !part.writable())) {
                current.report(new Fault(place, write));
                return null;
            }
            from = Math.max(from, offset - (place - part.at()));
            to = Math.min(to, offset + (part.end() - place));
            mayWrite &= part.writable();
            place = part.offset() + (place - part.at());
            if (part.memory() instanceof ManagedMemory nested) {
                current = nested;
            } else {
                PhysicalMemory physical = (PhysicalMemory) part.memory();
                MemorySegment memory = physical.part(place - (offset - from), to - from, mayWrite);
                return new Window.Piece(from, memory, epoch.get());
            }
        }
    }

    private void report(Fault fault) {
        if (faults.contains(fault) || faults.size() == MAX_FAULTS) {
            return;
        }
        faults.add(fault);
        Context signal = faultSignal;
        if (signal != null) {
            Signals.submit(signal, 1);
        }
    }
}
