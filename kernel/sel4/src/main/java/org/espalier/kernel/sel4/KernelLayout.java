package org.espalier.kernel.sel4;

/**
 * What the kernel has of physical memory for itself, in bytes from address 0 on. Everything else is user land's. It is all that the
 * kernel has: nothing is taken later.
 */
final class KernelLayout {
    static final int MOST_DOMAINS = 16;

    /** Queues of threads that can run, 16 bytes each; the first frame stays unused, so that 0 names no object. */
    static final long READY_QUEUES = 0x1000;

    /** Slots for the notifications of interrupts. */
    static final long INTERRUPTS = READY_QUEUES + (long) MOST_DOMAINS * Scheduler.PRIORITIES * 16;

    /** A table of level 4 without entries. */
    static final long EMPTY_SPACE = INTERRUPTS + ((long) Interrupts.SLOTS << ObjectType.SLOT_BITS);

    static final long END = EMPTY_SPACE + 0x1000;

    private KernelLayout() {}
}
