package org.espalier.kernel.ring3;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.espalier.machine.AddressSpace;
import org.espalier.machine.Frame;
import org.espalier.machine.MapResult;
import org.espalier.machine.PageTables;

/**
 * The page tables of one address space below its root, each there for as long as something uses it: pages use tables of level 1, and these
 * those above them. So what a component pays for tables depends on what is mapped, and not on what once was. Confined to the thread of the
 * engine.
 */
final class TableTree {
    private static final int PAGE_BITS = 12;
    private static final int INDEX_BITS = 9;
    private static final int ROOT = 4;

    private final PageTables tables;
    private final AddressSpace space;
    private final FrameSource frames;
    private final Map<Key, Table> inUse = new HashMap<>();

    private record Key(int level, long number) {
        static Key of(int level, long address) {
            return new Key(level, address >> bits(level));
        }
    }

    private static final class Table {
        final Frame frame;
        long uses;

        Table(Frame frame) {
            this.frame = frame;
        }
    }

    TableTree(PageTables tables, AddressSpace space, FrameSource frames) {
        this.tables = tables;
        this.space = space;
        this.frames = frames;
    }

    /** Bits of an address within what a table of that level stands for. */
    private static int bits(int level) {
        return PAGE_BITS + INDEX_BITS * level;
    }

    /** Has tables for {@code pages} pages from {@code address} on, one use for each page; false, with nothing changed, if one cannot be had. */
    boolean use(long address, long pages) {
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
    void release(long address, long pages) {
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
        Table table = inUse.get(Key.of(level, address));
        if (table == null) {
            if (!take(level + 1, address, 1)) {
                return false;
            }
            Optional<Frame> frame = frames.take();
            if (frame.isEmpty()) {
                give(level + 1, address, 1);
                return false;
            }
            done(tables.mapTable(space, address, level, frame.get()));
            table = new Table(frame.get());
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
        Table table = inUse.get(key);
        if (table == null || table.uses < uses) {
            throw new IllegalStateException("A table of level " + level + " was given up more often than it was used.");
        }
        table.uses -= uses;
        if (table.uses == 0) {
            done(tables.unmapTable(space, address, level));
            inUse.remove(key);
            frames.give(table.frame);
            give(level + 1, address, 1);
        }
    }

    /** Gives all frames back, when the engine has given the address space up. */
    void discard() {
        inUse.values().forEach(table -> frames.give(table.frame));
        inUse.clear();
    }

    /** What the kernel asks of its own tables can be done. */
    static void done(MapResult result) {
        if (!(result instanceof MapResult.Done)) {
            throw new IllegalStateException("Page tables are not what the kernel made them: " + result + ".");
        }
    }
}
