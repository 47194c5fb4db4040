package org.espalier.kernel.sel4;

/** The boot information that the root task finds, in bytes (libsel4, {@code seL4_BootInfo}). A region is two words: first slot, and the one behind the last. */
final class BootInfoLayout {
    static final int EXTRA_LENGTH = 0;
    static final int NODES = 16;
    static final int IO_PAGE_TABLE_LEVELS = 24;
    static final int IPC_BUFFER = 32;
    static final int EMPTY = 40;
    static final int SHARED_FRAMES = 56;
    static final int IMAGE_FRAMES = 72;
    static final int IMAGE_PAGING = 88;
    static final int IO_SPACES = 104;
    static final int EXTRA_PAGES = 120;
    static final int CNODE_BITS = 136;
    static final int DOMAIN = 144;
    static final int UNTYPED = 152;

    /** Entries of {@link #ENTRY_BYTES}: address, then a byte with log2 of the size and one that says whether it is a device's. */
    static final int UNTYPED_LIST = 168;

    static final int ENTRY_BYTES = 16;
    static final int MOST_UNTYPED = 230;

    /** Head of what follows in the next page: identifier and length, its own bytes included. */
    static final int HEADER_BYTES = 16;

    /** The frequency of the time-stamp counter in MHz, 4 bytes. */
    static final long TSC_FREQUENCY = 5;

    private BootInfoLayout() {}
}
