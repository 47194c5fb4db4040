package org.espalier.machine;

/** Entries of 4-level page tables as the processor reads them: Intel SDM vol. 3, 4.5.4, figure 4-11. */
final class PageTableLayout {
    static final int LEVELS = 4;
    static final int ENTRY_BYTES = 8;
    static final int ENTRIES = 512;

    static final long PRESENT = 1;
    static final long WRITABLE = 1 << 1;
    static final long USER = 1 << 2;

    /** Set by the processor when it uses the entry. */
    static final long ACCESSED = 1 << 5;

    /** In tables of level 2 and 3: the entry maps a page. */
    static final long LARGE = 1 << 7;

    static final long NO_EXECUTE = 1L << 63;

    /** Bits 51 to 12: where the table or page is. */
    static final long ADDRESS = 0x000f_ffff_ffff_f000L;

    /** What an entry for a table has besides the address: rights are those of the last level. */
    static final long TABLE = PRESENT | WRITABLE | USER;

    private PageTableLayout() {}

    /** Bytes of addresses behind one entry of a table of {@code level}. */
    static long span(int level) {
        return 1L << shift(level);
    }

    /** The physical address of the entry for {@code address} in the table at {@code table}. */
    static long entry(long table, int level, long address) {
        return table + ((address >>> shift(level)) & (ENTRIES - 1)) * ENTRY_BYTES;
    }

    private static int shift(int level) {
        return 12 + 9 * (level - 1);
    }

    /** An entry that maps a page. */
    static long page(long physical, PageSize size, Rights rights) {
        return physical
                | PRESENT
                | USER
                | (rights.write() ? WRITABLE : 0)
                | (rights.execute() ? 0 : NO_EXECUTE)
                | (size == PageSize.SMALL ? 0 : LARGE);
    }
}
