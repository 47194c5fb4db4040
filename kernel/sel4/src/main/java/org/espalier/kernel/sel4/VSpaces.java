package org.espalier.kernel.sel4;

import org.espalier.kernel.sel4.proved.ObjectMemory;

/**
 * Virtual address spaces: page tables of x86-64 that user land has made of untyped memory, and the address-space identifiers by which
 * capabilities remember where they are mapped (seL4 manual, chapter 7). Identifiers lead by pools of 512 to the table of level
 * 4; an identifier whose space was deleted leads nowhere, so nothing that is remembered can reach the next space there.
 *
 * <p>Entries are written in the processor's format. Every change that takes something away goes through {@link Spaces}.
 */
final class VSpaces {
    static final int POOLS = 8;
    static final int POOL_BITS = 9;

    // Bits of an address that a table's entry stands for, by level.
    static final int PML4_SHIFT = 39;
    static final int PDPT_SHIFT = 30;
    static final int DIRECTORY_SHIFT = 21;
    static final int PAGE_SHIFT = 12;

    /** The first address that no program may have. */
    static final long USER_TOP = 0x7fff_ffff_f000L;

    // Entries of page tables: Intel SDM vol. 3, 4.5.4.
    private static final long PRESENT = 1;
    private static final long WRITABLE = 1 << 1;
    private static final long USER = 1 << 2;
    private static final long LARGE = 1 << 7;
    private static final long EXECUTE_NEVER = 1L << 63;
    private static final long FRAME = 0x000f_ffff_ffff_f000L;
    private static final int INDEX_MASK = 0x1ff;

    private final ObjectMemory memory;
    private final Spaces spaces;
    private final LookupFailure failure;
    private final long[] pools = new long[POOLS];

    VSpaces(ObjectMemory memory, Spaces spaces, LookupFailure failure) {
        this.memory = memory;
        this.spaces = spaces;
        this.failure = failure;
    }

    // ---- identifiers

    /** The pool of those from {@code index * 512} on, 0 if there is none. */
    long pool(int index) {
        return pools[index];
    }

    void pool(int index, long address) {
        pools[index] = address;
    }

    /** The table of level 4 of an identifier; 0, and the lookup failure is set, if it is nobody's. */
    long find(int asid) {
        long pool = pools[asid >>> POOL_BITS & POOLS - 1];
        long root = pool == 0 || asid == Caps.NO_ASID ? 0 : memory.word(entryOf(pool, asid));
        if (root == 0) {
            failure.invalidRoot();
        }
        return root;
    }

    void assign(long pool, int asid, long root) {
        memory.setWord(entryOf(pool, asid), root);
    }

    /** Whether the identifier is nobody's; {@code pool} is its pool. */
    boolean isFree(long pool, int asid) {
        return asid != Caps.NO_ASID && memory.word(entryOf(pool, asid)) == 0;
    }

    /** Takes an identifier from a space that ends. */
    void delete(int asid, long root) {
        long pool = pools[asid >>> POOL_BITS & POOLS - 1];
        if (pool != 0 && memory.word(entryOf(pool, asid)) == root) {
            spaces.close(root);
            memory.setWord(entryOf(pool, asid), 0);
        }
    }

    /** Takes all identifiers of a pool from their spaces. */
    void deletePool(int first, long pool) {
        int index = first >>> POOL_BITS;
        if (pools[index] == pool) {
            for (int asid = first; asid < first + (1 << POOL_BITS); asid++) {
                long root = memory.word(entryOf(pool, asid));
                if (root != 0) {
                    spaces.close(root);
                }
            }
            pools[index] = 0;
        }
    }

    private static long entryOf(long pool, int asid) {
        return pool + (long) (asid & (1 << POOL_BITS) - 1) * Long.BYTES;
    }

    // ---- tables

    /**
     * The address of the entry for {@code address} in the table whose entries stand for {@code 1 << shift} bytes each; 0, and the
     * lookup failure is set, where a table above it is missing.
     */
    long entry(long root, long address, int shift) {
        long table = root;
        for (int level = PML4_SHIFT; ; level -= POOL_BITS) {
            long at = table + (address >>> level & INDEX_MASK) * Long.BYTES;
            if (level == shift) {
                return at;
            }
            long value = memory.word(at);
            if ((value & PRESENT) == 0 || (value & LARGE) != 0) {
                failure.missingCapability(level);
                return 0;
            }
            table = value & FRAME;
        }
    }

    boolean isPresent(long entry) {
        return (memory.word(entry) & PRESENT) != 0;
    }

    /** Whether an entry leads to a table, and not to a page or nowhere. */
    boolean isTable(long entry) {
        return (memory.word(entry) & (PRESENT | LARGE)) == PRESENT;
    }

    /** Where a present entry leads to. */
    static long target(long value) {
        return value & FRAME;
    }

    static boolean isWritable(long value) {
        return (value & WRITABLE) != 0;
    }

    static boolean isUser(long value) {
        return (value & USER) != 0;
    }

    boolean leadsTo(long entry, long frame) {
        return isPresent(entry) && (memory.word(entry) & FRAME) == frame;
    }

    void putTable(long root, long entry, long table, long address, int shift) {
        put(root, entry, table | PRESENT | WRITABLE | USER, address, shift);
    }

    /** Makes an entry lead to a page; {@code data} for one that holds no code. */
    void putPage(long root, long entry, long frame, int rights, boolean data, long address, int shift) {
        long value = frame
                | (data ? EXECUTE_NEVER : 0)
                | PRESENT
                | (rights == VmRights.KERNEL_ONLY ? 0 : USER)
                | (rights == VmRights.READ_WRITE ? WRITABLE : 0)
                | (shift == PAGE_SHIFT ? 0 : LARGE);
        put(root, entry, value, address, shift);
    }

    void clear(long root, long entry, long address, int shift) {
        put(root, entry, 0, address, shift);
    }

    private void put(long root, long entry, long value, long address, int shift) {
        if (isPresent(entry)) {
            long length = 1L << shift;
            spaces.downgrade(root, entry, value, address & -length, length);
        } else {
            memory.setWord(entry, value);
        }
    }

    /** Takes the page of a frame capability away, if it is where the capability says. */
    void unmapPage(int asid, long address, long frame, int shift) {
        long root = find(asid);
        long entry = root == 0 ? 0 : entry(root, address, shift);
        boolean isPage = entry != 0 && (shift == PAGE_SHIFT || (memory.word(entry) & LARGE) != 0);
        if (isPage && leadsTo(entry, frame)) {
            clear(root, entry, address, shift);
        }
    }

    /** Takes a table away, if it is where its capability says; {@code shift} is that of the entry that leads to it. */
    void unmapTable(int asid, long address, long table, int shift) {
        long root = find(asid);
        long entry = root == 0 ? 0 : entry(root, address, shift);
        if (entry != 0 && isTable(entry) && leadsTo(entry, table)) {
            clear(root, entry, address, shift);
        }
    }

    /** The space that a thread runs in: its own, or the one without any page if it has none that is valid. */
    long rootOf(long cap0, long cap1) {
        if (Caps.type(cap0) == CapType.PML4 && Caps.has(cap0, Caps.MAPPED)) {
            long root = Caps.object(cap0);
            long pool = pools[Caps.asid(cap1) >>> POOL_BITS & POOLS - 1];
            if (pool != 0 && memory.word(entryOf(pool, Caps.asid(cap1))) == root) {
                return root;
            }
        }
        return spaces.empty();
    }
}
