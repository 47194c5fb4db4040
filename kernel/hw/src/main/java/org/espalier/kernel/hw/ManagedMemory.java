package org.espalier.kernel.hw;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.base.Failure;
import org.espalier.base.spi.Pager;
import org.espalier.base.spi.Window;
import org.jspecify.annotations.Nullable;

/**
 * A managed dataspace: a range of addresses that its owner fills with parts of other memory. Who touches a hole waits until
 * there is something, and the owner is signalled. Parts are guarded by this object's monitor, on which those who wait do so.
 */
final class ManagedMemory extends KernelObject.Memory {
    /** Waiting accesses that the owner can still ask for. */
    private static final int MAX_FAULTS = 64;

    private final TreeMap<Long, Part> parts = new TreeMap<>();
    private final ArrayDeque<Fault> faults = new ArrayDeque<>();
    private @Nullable Context faultSignal;
    private volatile int epoch;

    private record Part(long at, long size, PhysicalMemory memory, long offset, boolean writable) {
        long end() {
            return at + size;
        }
    }

    private record Fault(long offset, boolean write) {}

    ManagedMemory(Domain owner, Domain payer, long bytes) {
        super(owner, payer, bytes);
    }

    @Override
    long ramCost() {
        return 0;
    }

    /** Puts memory at {@code at}; {@code null} on success. Bounds and alignment were checked. */
    @Nullable Failure attach(PhysicalMemory memory, long offset, long size, long at, boolean writable) {
        synchronized (this) {
            Map.Entry<Long, Part> before = parts.lowerEntry(at + size);
            if (before != null && before.getValue().end() > at) {
                return Failure.DENIED;
            }
            if (dissolved || !memory.usedBy(this)) {
                return Failure.GONE;
            }
            parts.put(at, new Part(at, size, memory, offset, writable));
            faults.removeIf(fault -> fault.offset() >= at && fault.offset() < at + size);
            notifyAll();
        }
        return null;
    }

    /** Takes away what begins at {@code at}. */
    synchronized boolean detach(long at) {
        Part removed = parts.remove(at);
        if (removed == null) {
            return false;
        }
        if (parts.values().stream().noneMatch(part -> part.memory() == removed.memory())) {
            removed.memory().unusedBy(this);
        }
        epoch++;
        return true;
    }

    /** Takes away all parts of {@code memory}, which is about to be gone. */
    synchronized void forget(PhysicalMemory memory) {
        parts.values().removeIf(part -> part.memory() == memory);
        epoch++;
    }

    synchronized void watchFaults(@Nullable Context signal) {
        faultSignal = signal;
        if (signal != null && !faults.isEmpty()) {
            Signals.submit(signal, 1);
        }
    }

    /** The oldest access that waits, or {@code null}. */
    synchronized @Nullable Long oldestFault(long writeFlag) {
        Fault fault = faults.peek();
        return fault == null ? null : fault.offset() | (fault.write() ? writeFlag : 0);
    }

    /** Ends it: who waits for a part waits no longer. */
    synchronized void end() {
        dissolved = true;
        parts.values().forEach(part -> part.memory().unusedBy(this));
        parts.clear();
        epoch++;
        notifyAll();
    }

    /** A window on {@code size} bytes from {@code base} on, for {@code viewer}. */
    Window open(Domain viewer, long base, long size, boolean writable) {
        return Window.managed(size, new Pager() {
            @Override
            public Window.Piece resolve(long offset, boolean write) {
                if (write && !writable) {
                    throw new IllegalArgumentException("The attachment allows reading alone.");
                }
                return find(viewer, base, offset, size, writable, write);
            }

            @Override
            public int epoch() {
                return epoch;
            }
        });
    }

    private Window.Piece find(Domain viewer, long base, long offset, long size, boolean writable, boolean write) {
        return viewer.waitFor(() -> {
            synchronized (this) {
                while (true) {
                    if (isDead()) {
                        throw new IllegalStateException("The managed dataspace is gone.");
                    }
                    Map.Entry<Long, Part> found = parts.floorEntry(base + offset);
                    Part part = found == null ? null : found.getValue();
                    if (part != null && part.end() > base + offset && (part.writable() || !write)) {
                        return piece(part, base, size, writable && part.writable());
                    }
                    report(new Fault(base + offset, write));
                    wait();
                }
            }
        });
    }

    private Window.Piece piece(Part part, long base, long size, boolean writable) {
        long from = Math.max(part.at(), base);
        long to = Math.min(part.end(), base + size);
        MemorySegment memory = part.memory().part(part.offset() + (from - part.at()), to - from, writable);
        return new Window.Piece(from - base, memory, epoch);
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
