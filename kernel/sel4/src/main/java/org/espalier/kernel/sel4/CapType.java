package org.espalier.kernel.sel4;

/** Numbers of the kinds of capabilities, as bits 0 to 5 of a capability's first word hold them. */
final class CapType {
    static final int NULL = 0;
    static final int UNTYPED = 1;
    static final int ENDPOINT = 2;
    static final int NOTIFICATION = 3;
    static final int REPLY = 4;
    static final int CNODE = 5;
    static final int THREAD = 6;
    static final int IRQ_CONTROL = 7;
    static final int IRQ_HANDLER = 8;
    static final int ZOMBIE = 9;
    static final int DOMAIN = 10;
    static final int FRAME = 11;
    static final int PAGE_TABLE = 12;
    static final int PAGE_DIRECTORY = 13;
    static final int PDPT = 14;
    static final int PML4 = 15;
    static final int ASID_CONTROL = 16;
    static final int ASID_POOL = 17;
    static final int IO_PORT_CONTROL = 18;
    static final int IO_PORT = 19;

    private static final String[] NAMES = {
        "Null",
        "Untyped",
        "Endpoint",
        "Notification",
        "Reply",
        "CNode",
        "TCB",
        "IRQControl",
        "IRQHandler",
        "Zombie",
        "Domain",
        "Frame",
        "PageTable",
        "PageDirectory",
        "PDPT",
        "PML4",
        "ASIDControl",
        "ASIDPool",
        "IOPortControl",
        "IOPort"
    };

    private CapType() {}

    /** Whether the kind is one of this processor architecture: those mask and derive by rules of their own. */
    static boolean isArchitectural(int type) {
        return type >= FRAME;
    }

    /** For people. */
    static String name(int type) {
        return type < NAMES.length ? NAMES[type] : "type " + type;
    }
}
