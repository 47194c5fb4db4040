package org.espalier.kernel.hw;

import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.espalier.base.spi.Window;

/** Zeroed memory, and who shows it. */
final class PhysicalMemory extends KernelObject.Memory {
    private final Carrier.Memory carried;
    private final MemorySegment segment;
    private final Set<Window> windows = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<ManagedMemory> managed = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean freed;

    PhysicalMemory(Domain owner, Domain payer, long bytes, Carrier.Memory carried) {
        super(owner, payer, bytes);
        this.carried = carried;
        this.segment = carried.segment();
    }

    /** What of the host it is made of. */
    Carrier.Memory carried() {
        return carried;
    }

    @Override
    long ramCost() {
        return bytes;
    }

    /** A part of it, to look at without a window. Only for as long as the caller knows that it is not freed. */
    MemorySegment part(long offset, long size, boolean writable) {
        MemorySegment part = segment.asSlice(offset, size);
        return writable ? part : part.asReadOnly();
    }

    /** A window on a part of it; revoked already when the memory is gone. */
    synchronized Window open(long offset, long size, boolean writable) {
        Window window = Window.direct(part(offset, size, writable));
        if (freed) {
            window.revoke();
        } else {
            windows.add(window);
        }
        return window;
    }

    synchronized void forget(Window window) {
        windows.remove(window);
    }

    /** Notes who shows parts of it; false when the memory is gone. */
    synchronized boolean usedBy(ManagedMemory user) {
        if (!freed) {
            managed.add(user);
        }
        return !freed;
    }

    /** Notes that nothing of it is shown there any more. */
    synchronized void unusedBy(ManagedMemory user) {
        managed.remove(user);
    }

    /** How many windows and managed dataspaces show it. */
    synchronized int users() {
        return windows.size() + managed.size();
    }

    void free() {
        Set<ManagedMemory> users;
        synchronized (this) {
            if (freed) {
                return;
            }
            freed = true;
            windows.forEach(Window::revoke);
            windows.clear();
            users = Set.copyOf(managed);
            managed.clear();
        }
        users.forEach(user -> user.forget(this));
        carried.free();
    }
}
