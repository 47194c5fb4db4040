package org.espalier.kernel.sel4;

/** What a frame capability lets a program do with the frame (seL4 manual, 7.3): x86 has no page that is written and not read. */
final class VmRights {
    static final int KERNEL_ONLY = 1;
    static final int READ_ONLY = 2;
    static final int READ_WRITE = 3;

    /**
     * Among the attributes of a mapping: the page holds no code. No release of seL4 for x86 gives this bit a meaning, and a program that does
     * not set it may execute whatever it may read, as there.
     */
    static final long EXECUTE_NEVER = 1 << 8;

    private VmRights() {}

    /** Those of {@code rights} that the word of capability rights {@code mask} allows as well. */
    static int mask(int rights, long mask) {
        boolean read = (mask & CapRights.READ) != 0;
        boolean write = (mask & CapRights.WRITE) != 0;
        if (!read || rights == KERNEL_ONLY) {
            return KERNEL_ONLY;
        }
        return rights == READ_WRITE && write ? READ_WRITE : READ_ONLY;
    }
}
