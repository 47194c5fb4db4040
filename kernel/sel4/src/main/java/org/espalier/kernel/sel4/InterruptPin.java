package org.espalier.kernel.sel4;

/**
 * A device of the host's at a pin of the machine's I/O APIC: a timer, say. What it raises reaches whoever has asked for the pin by
 * {@code seL4_IRQControl_GetIOAPIC}, as a signal of the notification that was set for it, and then not again before that is acknowledged; what is
 * raised meanwhile is one signal after that. Nobody has to have asked.
 *
 * <p>Any thread may raise it at any time; it does not wait. Once the machine has come to its end it does nothing.
 */
public final class InterruptPin {
    private final Interrupts interrupts;
    private final int number;

    InterruptPin(Interrupts interrupts, int number) {
        this.interrupts = interrupts;
        this.number = number;
        interrupts.devicesAttached();
    }

    /** The device wants attention. */
    public void raise() {
        interrupts.raisePin(number);
    }
}
