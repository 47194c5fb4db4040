package org.espalier.machine;

import java.util.Optional;

/**
 * 4-level page tables of x86-64 in physical memory: the same for every engine (Intel SDM vol. 3, 4.5). Entries get no accessed and
 * no dirty bits, and kernels must not rely on them: engines differ. Rights stand in the last level alone.
 *
 * <p>It holds no state of its own: all of it is in memory, and whatever a kernel writes there by itself is read as the processor
 * would. Changes belong to the thread of the engine whose address space it is.
 */
public final class PageTables {
    private final PhysicalMemory memory;

    public PageTables(PhysicalMemory memory) {
        this.memory = memory;
    }

    /** Walks from the table {@code root} as the processor does for an access from ring 3. */
    public Walk walk(Frame root, long address) {
        PageWalk walk = new PageWalk(memory);
        return walk.found(walk.to(root, address));
    }

    /**
     * Maps the {@code size.bytes()} of physical memory from {@code first} on at {@code address}. Tables that are missing are taken from
     * {@code tables}; they stay if a later one cannot be had.
     */
    public MapResult map(
            AddressSpace space, long address, Frame first, PageSize size, Rights rights, TableSource tables) {
        if (!aligned(address, size) || !aligned(first.address(), size)) {
            return new MapResult.Misaligned();
        }
        if (!UserHalf.contains(address, size.bytes())) {
            return new MapResult.OutsideOfUserHalf();
        }
        if (!memory.contains(first.address(), size.bytes())) {
            return new MapResult.NoSuchMemory();
        }
        while (true) {
            switch (find(space.root(), address, size.level())) {
                case Slot.Empty empty -> {
                    memory.all().putLong(empty.entry(), PageTableLayout.page(first.address(), size, rights));
                    return new MapResult.Done();
                }
                case Slot.Taken taken -> {
                    return new MapResult.Occupied(taken.level());
                }
                case Slot.Missing missing -> {
                    Optional<Frame> table = tables.take();
                    if (table.isEmpty()) {
                        return new MapResult.NoTable(missing.level() - 1);
                    }
                    putTable(missing.entry(), table.get());
                }
            }
        }
    }

    /** Puts the frame {@code table}, which is all zeros, in as the table of {@code level} (1 to 3) for {@code address}. */
    public MapResult mapTable(AddressSpace space, long address, int level, Frame table) {
        checkTableLevel(level);
        if (!UserHalf.contains(address, 1)) {
            return new MapResult.OutsideOfUserHalf();
        }
        if (!memory.contains(table.address(), Frame.BYTES)) {
            return new MapResult.NoSuchMemory();
        }
        return switch (find(space.root(), address, level + 1)) {
            case Slot.Empty empty -> {
                putTable(empty.entry(), table);
                yield new MapResult.Done();
            }
            case Slot.Taken taken -> new MapResult.Occupied(taken.level());
            case Slot.Missing missing -> new MapResult.NoTable(missing.level() - 1);
        };
    }

    /** Takes the page of that size at {@code address} away; no access to it succeeds from now on. */
    public MapResult unmap(AddressSpace space, long address, PageSize size) {
        return change(space, address, size, 0);
    }

    /** Gives the page of that size at {@code address} other rights, at once. */
    public MapResult protect(AddressSpace space, long address, PageSize size, Rights rights) {
        if (!(walk(space.root(), address) instanceof Walk.Mapped page)) {
            return change(space, address, size, 0); // Which tells why there is nothing to change.
        }
        long first = page.physical() - (address & (page.size().bytes() - 1));
        return change(space, address, size, PageTableLayout.page(first, page.size(), rights));
    }

    /** Takes the table of {@code level} (1 to 3) for {@code address} out, with all that is mapped by it. The frame is the caller's. */
    public MapResult unmapTable(AddressSpace space, long address, int level) {
        checkTableLevel(level);
        if (!UserHalf.contains(address, 1)) {
            return new MapResult.OutsideOfUserHalf();
        }
        if (!(find(space.root(), address, level + 1) instanceof Slot.Taken taken)
                || taken.level() != level + 1
                || taken.page()) {
            return new MapResult.NotMapped();
        }
        long span = PageTableLayout.span(level + 1);
        space.downgrade(taken.entry(), 0, address & -span, span);
        return new MapResult.Done();
    }

    private MapResult change(AddressSpace space, long address, PageSize size, long value) {
        if (!aligned(address, size)) {
            return new MapResult.Misaligned();
        }
        return switch (walk(space.root(), address)) {
            case Walk.Mapped page
            when page.size() == size -> {
                space.downgrade(page.entry(), value, address, size.bytes());
                yield new MapResult.Done();
            }
            case Walk.Mapped _, Walk.Absent _, Walk.Withheld _ -> new MapResult.NotMapped();
            case Walk.OutsideOfUserHalf _ -> new MapResult.OutsideOfUserHalf();
        };
    }

    /** The entry for an address in the table of one level, or why there is none. */
    private sealed interface Slot {
        record Empty(long entry) implements Slot {}

        record Taken(long entry, int level, boolean page) implements Slot {}

        /** The entry, in a table of {@code level}, that would lead to the next table. */
        record Missing(long entry, int level) implements Slot {}
    }

    private Slot find(Frame root, long address, int target) {
        long table = root.address();
        for (int level = PageTableLayout.LEVELS; ; level--) {
            long at = PageTableLayout.entry(table, level, address);
            long entry = memory.all().getLong(at);
            boolean present = (entry & PageTableLayout.PRESENT) != 0;
            boolean page = level == 1 || (entry & PageTableLayout.LARGE) != 0;
            if (level == target) {
                return present ? new Slot.Taken(at, level, page) : new Slot.Empty(at);
            }
            if (!present) {
                return new Slot.Missing(at, level);
            }
            if (page) {
                return new Slot.Taken(at, level, true);
            }
            table = entry & PageTableLayout.ADDRESS;
        }
    }

    private void putTable(long entry, Frame table) {
        memory.all().putLong(entry, table.address() | PageTableLayout.TABLE);
    }

    private static void checkTableLevel(int level) {
        if (level < 1 || level >= PageTableLayout.LEVELS) {
            throw new IllegalArgumentException("Tables are put in at levels 1 to 3, not " + level + ".");
        }
    }

    private static boolean aligned(long address, PageSize size) {
        return (address & (size.bytes() - 1)) == 0;
    }
}
