package org.espalier.machine;

/**
 * Walks through page tables, one after the other, and holds what the last one found in fields: for paths on which nothing may be
 * allocated. {@link PageTables#walk} says the same in a value. Not thread-safe.
 */
final class PageWalk {
    /** Where a walk ended, as the cases of {@link Walk}. */
    enum End {
        MAPPED,
        ABSENT,
        WITHHELD,
        OUTSIDE_OF_USER_HALF
    }

    private final PhysicalMemory memory;
    private long physical;
    private PageSize size = PageSize.SMALL;
    private boolean write;
    private boolean execute;
    private int level;
    private long entry;

    PageWalk(PhysicalMemory memory) {
        this.memory = memory;
    }

    /** Walks from the table {@code root} as the processor does for an access from ring 3. */
    End to(Frame root, long address) {
        if (!UserHalf.contains(address, 1)) {
            return End.OUTSIDE_OF_USER_HALF;
        }
        long table = root.address();
        write = true;
        execute = true;
        for (level = PageTableLayout.LEVELS; ; level--) {
            if (!memory.contains(table, Frame.BYTES)) {
                // The entry that led here is one level up; the root has none, and stands for itself.
                entry = table;
                return End.WITHHELD;
            }
            entry = PageTableLayout.entry(table, level, address);
            long value = memory.all().getLong(entry);
            if ((value & PageTableLayout.PRESENT) == 0) {
                return End.ABSENT;
            }
            if ((value & PageTableLayout.USER) == 0) {
                return End.WITHHELD;
            }
            write &= (value & PageTableLayout.WRITABLE) != 0;
            execute &= (value & PageTableLayout.NO_EXECUTE) == 0;
            boolean large = level > 1 && (value & PageTableLayout.LARGE) != 0;
            if (level == 1 || large) {
                return page(value, address);
            }
            table = value & PageTableLayout.ADDRESS;
        }
    }

    private End page(long value, long address) {
        if (level > PageSize.HUGE.level()) {
            return End.WITHHELD;
        }
        size = PageSize.ofLevel(level);
        long within = size.bytes() - 1;
        long page = value & PageTableLayout.ADDRESS;
        if ((page & within) != 0 || !memory.contains(page, size.bytes())) {
            return End.WITHHELD;
        }
        physical = page + (address & within);
        return End.MAPPED;
    }

    /** Where the address itself is; of a walk that ended at a page, as {@link #size} and {@link #permits}. */
    long physical() {
        return physical;
    }

    PageSize size() {
        return size;
    }

    /** Whether all levels grant it. */
    boolean permits(Access access) {
        return switch (access) {
            case READ -> true;
            case WRITE -> write;
            case EXECUTE -> execute;
        };
    }

    /** What a walk found that ended so, as a value. */
    Walk found(End end) {
        return switch (end) {
            case MAPPED -> new Walk.Mapped(physical, size, new Rights(write, execute), entry);
            case ABSENT -> new Walk.Absent(level, entry);
            case WITHHELD -> new Walk.Withheld(level, entry);
            case OUTSIDE_OF_USER_HALF -> new Walk.OutsideOfUserHalf();
        };
    }
}
