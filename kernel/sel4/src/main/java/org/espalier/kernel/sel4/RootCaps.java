package org.espalier.kernel.sel4;

/** Slots of the root task's CNode that have a meaning from the start (libsel4, {@code seL4_RootCNodeCapSlots}). */
final class RootCaps {
    static final int THREAD = 1;
    static final int CNODE = 2;
    static final int VSPACE = 3;
    static final int IRQ_CONTROL = 4;
    static final int ASID_CONTROL = 5;
    static final int ASID_POOL = 6;
    static final int IO_PORT_CONTROL = 7;
    static final int BOOT_INFO = 9;
    static final int IPC_BUFFER = 10;
    static final int DOMAIN = 11;

    /** The first slot for all that has no number. */
    static final int FIRST_FREE = 16;

    /** log2 of the slots. */
    static final int CNODE_BITS = 13;

    private RootCaps() {}
}
