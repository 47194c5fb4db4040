package org.espalier.kernel.sel4;

import java.util.concurrent.atomic.AtomicLongArray;
import org.espalier.kernel.sel4.proved.ObjectMemory;

/**
 * Interrupts of the machine and the notifications that they signal (seL4 manual, 8.1). Numbers are those of the configuration with an
 * I/O APIC: 0 to 15 belong to the legacy controller and to nobody, 16 to 123 are for user land, 125 is the kernel's own clock. One that was delivered is masked
 * until its handler acknowledges it.
 *
 * <p>{@link #raise} may be called on any thread; everything else on the kernel's.
 */
final class Interrupts {
    static final int FIRST_USER = 16;
    static final int LAST_USER = 123;

    /** Slots for notifications, a power of two. */
    static final int SLOTS = 256;

    private static final int WORDS = SLOTS / Long.SIZE;

    private final ObjectMemory memory;
    private final SlotTable slots;
    private final int firstSlot;
    private final Runnable attention;
    private final boolean[] active = new boolean[SLOTS];
    private final boolean[] masked = new boolean[SLOTS];
    private final AtomicLongArray pending = new AtomicLongArray(WORDS);
    private volatile boolean anyPending;
    private boolean hasDevices;

    /**
     * Without any interrupt in use.
     *
     * @param firstSlot the first of {@link #SLOTS} empty slots
     * @param attention run on the thread that raises an interrupt, to get the kernel to look
     */
    Interrupts(ObjectMemory memory, SlotTable slots, int firstSlot, Runnable attention) {
        this.memory = memory;
        this.slots = slots;
        this.firstSlot = firstSlot;
        this.attention = attention;
    }

    boolean isActive(int irq) {
        return active[irq];
    }

    void activate(int irq) {
        active[irq] = true;
        masked[irq] = false;
    }

    void deactivate(int irq) {
        active[irq] = false;
        masked[irq] = true;
    }

    /** The slot of the notification that an interrupt signals. */
    int slot(int irq) {
        return firstSlot + irq;
    }

    /** Lets the interrupt be delivered again. */
    void acknowledge(int irq) {
        masked[irq] = false;
        if (isRaised(irq)) {
            anyPending = true;
        }
    }

    /** Puts a capability to the notification that an interrupt signals; what was there has been deleted. */
    void handler(int irq, long w0, long w1, int source) {
        slots.insert(w0, w1, source, slot(irq));
    }

    /** A device wants attention. */
    void raise(int irq) {
        pending.accumulateAndGet(irq / Long.SIZE, 1L << irq % Long.SIZE, (bits, bit) -> bits | bit);
        anyPending = true;
        attention.run();
    }

    /** Whether a device may still raise an interrupt that somebody handles. */
    boolean mayCome() {
        for (int irq = FIRST_USER; irq <= LAST_USER; irq++) {
            if (active[irq] && Caps.type(memory.w0(slot(irq))) == CapType.NOTIFICATION) {
                return hasDevices;
            }
        }
        return false;
    }

    /** Says that there are devices that raise interrupts. */
    void devicesAttached() {
        hasDevices = true;
    }

    boolean anyPending() {
        return anyPending;
    }

    private boolean isRaised(int irq) {
        return (pending.get(irq / Long.SIZE) & 1L << irq % Long.SIZE) != 0;
    }

    /** Signals what has come in and is not masked. */
    void deliver(Ipc ipc) {
        if (!anyPending) {
            return;
        }
        anyPending = false;
        for (int irq = FIRST_USER; irq <= LAST_USER; irq++) {
            if (isRaised(irq) && active[irq] && !masked[irq]) {
                int number = irq;
                pending.accumulateAndGet(irq / Long.SIZE, 1L << number % Long.SIZE, (bits, bit) -> bits & ~bit);
                masked[irq] = true;
                long w0 = memory.w0(slot(irq));
                if (Caps.type(w0) == CapType.NOTIFICATION && Caps.has(w0, Caps.SEND)) {
                    ipc.signal(Caps.object(w0), memory.w1(slot(irq)));
                }
            }
        }
    }
}
