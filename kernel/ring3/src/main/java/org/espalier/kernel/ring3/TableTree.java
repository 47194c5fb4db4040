package org.espalier.kernel.ring3;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.espalier.machine.Frame;

/**
 * Which page tables an address space has below its root, each there for as long as something uses it: pages use tables of level 1, and these
 * those above them. So what a component pays for tables depends on what is mapped, and not on what once was. Used by one thread at a time.
 *
 * @param <T> a page table, as the kernel has it
 */
public final class TableTree<T> {
    private static final int PAGE_BITS = 12;
    private static final int INDEX_BITS = 9;
    private static final int ROOT = 4;

    private final Tables<T> tables;
    private final Map<Key, Table<T>> inUse = new HashMap<>();

    /** How a kernel makes page tables of one address space, and ends them. */
    public interface Tables<T> {
        /** A table of level 1 to 3 for an address, in that of the level above, which is there; empty, with nothing changed, if it cannot be had. */
        Optional<T> add(int level, long address);

        /** Takes a table, which has nothing in it, out of that of the level above, and gives it back. */
        void remove(int level, long address, T table);

        /** Gives a table back, of an address space that has ended. */
        void discard(T table);
    }

    private record Key(int level, long number) {
        static Key of(int level, long address) {
            return new Key(level, address >> bits(level));
        }
    }

    private static final class Table<T> {
        final T made;
        long uses;

        Table(T made) {
            this.made = made;
        }
    }

    /** No tables, at first. */
    public TableTree(Tables<T> tables) {
        this.tables = tables;
    }

    /** Bits of an address within what a table of that level stands for. */
    private static int bits(int level) {
        return PAGE_BITS + INDEX_BITS * level;
    }

    /** Sees to tables for {@code pages} pages from {@code address} on, one use for each page; false, with nothing changed, if one cannot be had. */
    public boolean use(long address, long pages) {
        long end = address + pages * Frame.BYTES;
        for (long at = address; at < end; at = next(at, end)) {
            if (!take(1, at, (next(at, end) - at) / Frame.BYTES)) {
                release(address, (at - address) / Frame.BYTES);
                return false;
            }
        }
        return true;
    }

    /** Ends as many uses; nothing is mapped at those addresses any more. */
    public void release(long address, long pages) {
        long end = address + pages * Frame.BYTES;
        for (long at = address; at < end; at = next(at, end)) {
            give(1, at, (next(at, end) - at) / Frame.BYTES);
        }
    }

    private static long next(long address, long end) {
        return Math.min(end, ((address >> bits(1)) + 1) << bits(1));
    }

    private boolean take(int level, long address, long uses) {
        if (level == ROOT) {
            return true;
        }
        Table<T> table = inUse.get(Key.of(level, address));
        if (table == null) {
            if (!take(level + 1, address, 1)) {
                return false;
            }
            Optional<T> made = tables.add(level, address);
            if (made.isEmpty()) {
                give(level + 1, address, 1);
                return false;
            }
            table = new Table<>(made.get());
            inUse.put(Key.of(level, address), table);
        }
        table.uses += uses;
        return true;
    }

    private void give(int level, long address, long uses) {
        if (level == ROOT) {
            return;
        }
        Key key = Key.of(level, address);
        Table<T> table = inUse.get(key);
        if (table == null || table.uses < uses) {
            throw new IllegalStateException("A table of level " + level + " was given up more often than it was used.");
        }
        table.uses -= uses;
        if (table.uses == 0) {
            tables.remove(level, address, table.made);
            inUse.remove(key);
            give(level + 1, address, 1);
        }
    }

    /** Gives all tables back, when the address space has ended. */
    public void discard() {
        inUse.values().forEach(table -> tables.discard(table.made));
        inUse.clear();
    }
}
