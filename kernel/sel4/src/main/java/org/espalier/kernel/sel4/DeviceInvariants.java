package org.espalier.kernel.sel4;

import java.util.BitSet;
import org.espalier.kernel.sel4.proved.ObjectMemory;

/**
 * Interrupts and I/O ports are given out exactly as capabilities say: an interrupt is active if and only if there is a handler
 * capability, only an active one has a notification or is raised by a pin, and a port is taken if and only if a capability names it, each by one range.
 */
final class DeviceInvariants {
    private final ObjectMemory memory;
    private final Interrupts interrupts;
    private final IoPorts ports;
    private final Census census;
    private final BitSet handled = new BitSet(Interrupts.SLOTS);
    private final BitSet named = new BitSet();

    DeviceInvariants(ObjectMemory memory, Interrupts interrupts, IoPorts ports, Census census) {
        this.memory = memory;
        this.interrupts = interrupts;
        this.ports = ports;
        this.census = census;
    }

    void check() {
        handled.clear();
        named.clear();
        for (int i = 0; i < census.slots().size(); i++) {
            int slot = census.slots().key(i);
            long w1 = memory.w1(slot);
            switch (memory.type(slot)) {
                case CapType.IRQ_HANDLER -> handled.set((int) w1);
                case CapType.IO_PORT -> checkRange(slot, Caps.firstPort(w1), Caps.lastPort(w1));
                default -> {
                    // Not of a device.
                }
            }
        }
        for (int irq = 0; irq < Interrupts.SLOTS; irq++) {
            checkInterrupt(irq);
        }
        for (int pin = 0; pin < Interrupts.PINS; pin++) {
            int irq = interrupts.route(pin);
            if (irq != 0 && !interrupts.isActive(irq)) {
                throw new InvariantViolation("Pin %s raises interrupt %s, which is not active.".formatted(pin, irq));
            }
        }
        if (!ports.areTaken(named)) {
            throw new InvariantViolation(
                    "Ports %s have capabilities, and others are taken: they are the same.".formatted(named));
        }
    }

    private void checkRange(int slot, int first, int last) {
        int prev = memory.prev(slot);
        // A copy has the same range as the capability before it.
        boolean copy = memory.type(prev) == CapType.IO_PORT && memory.w1(prev) == memory.w1(slot);
        int next = memory.next(slot);
        copy |= memory.type(next) == CapType.IO_PORT && memory.w1(next) == memory.w1(slot);
        int taken = named.nextSetBit(first);
        if (!copy && taken >= 0 && taken <= last) {
            throw new InvariantViolation("Port %s, which %s names, is another capability's as well."
                    .formatted(taken, InvariantViolation.slot(slot)));
        }
        named.set(first, last + 1);
    }

    private void checkInterrupt(int irq) {
        if (interrupts.isActive(irq) != handled.get(irq)) {
            throw new InvariantViolation("Interrupt %s is %s, and %s handler capability."
                    .formatted(
                            irq,
                            interrupts.isActive(irq) ? "active" : "not active",
                            handled.get(irq) ? "has a" : "has no"));
        }
        int type = memory.type(interrupts.slot(irq));
        if (type != CapType.NULL && (type != CapType.NOTIFICATION || !interrupts.isActive(irq))) {
            throw new InvariantViolation("The slot of interrupt %s, which is %s, holds a %s capability."
                    .formatted(irq, interrupts.isActive(irq) ? "active" : "not active", CapType.name(type)));
        }
    }
}
