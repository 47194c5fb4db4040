package org.espalier.kernel.sel4;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import org.espalier.kernel.sel4.proved.ObjectMemory;

/**
 * Interrupts of the machine and the notifications that they signal (seL4 manual, 8.1). Numbers are those of the configuration with an
 * I/O APIC: 0 to 15 belong to the legacy controller and to nobody, 16 to 123 are for user land, 125 is the kernel's own clock. One that was delivered is masked
 * until its handler acknowledges it; what is raised meanwhile is delivered then, once.
 *
 * <p>{@link #raise}, {@link #raisePin} and {@link #devicesAttached} may be called on any thread; everything else on the kernel's.
 */
final class Interrupts {
    static final int FIRST_USER = 16;
    static final int LAST_USER = 123;

    /** Pins of the I/O APIC. */
    static final int PINS = 24;

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

    /** The interrupt that a pin raises; 0, which is nobody's, if none. */
    private final AtomicIntegerArray routes = new AtomicIntegerArray(PINS);

    private volatile boolean anyPending;
    private volatile boolean hasDevices;

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

    /** Gives an interrupt that is not active out. */
    void activate(int irq) {
        // Whatever was raised while nobody had it was nobody's.
        clearPending(irq);
        active[irq] = true;
        masked[irq] = false;
    }

    /** Has a pin raise an active interrupt from now on, and none that it raised before. */
    void route(int pin, int irq) {
        routes.set(pin, irq);
    }

    /** The interrupt that a pin raises; 0 if none. */
    int route(int pin) {
        return routes.get(pin);
    }

    void deactivate(int irq) {
        for (int pin = 0; pin < PINS; pin++) {
            routes.compareAndSet(pin, irq, 0);
        }
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
        setPending(irq);
        anyPending = true;
        attention.run();
    }

    /** A device at a pin does; a pin that nobody has asked for is masked, and this does nothing. */
    void raisePin(int pin) {
        int irq = routes.get(pin);
        if (irq != 0) {
            raise(irq);
        }
    }

    private void setPending(int irq) {
        long bits;
        do {
            bits = pending.get(irq / Long.SIZE);
        } while (!pending.compareAndSet(irq / Long.SIZE, bits, bits | 1L << irq % Long.SIZE));
    }

    private void clearPending(int irq) {
        long bits;
        do {
            bits = pending.get(irq / Long.SIZE);
        } while (!pending.compareAndSet(irq / Long.SIZE, bits, bits & ~(1L << irq % Long.SIZE)));
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
                clearPending(irq);
                masked[irq] = true;
                long w0 = memory.w0(slot(irq));
                if (Caps.type(w0) == CapType.NOTIFICATION && Caps.has(w0, Caps.SEND)) {
                    ipc.signal(Caps.object(w0), memory.w1(slot(irq)));
                }
            }
        }
    }
}
