package org.espalier.kernel.sel4.core;

import java.util.HashMap;
import java.util.Map;
import org.espalier.kernel.sel4.Invocation;
import org.espalier.kernel.sel4.ObjectType;
import org.espalier.kernel.sel4.core.CoreObjects.Made;
import org.jspecify.annotations.Nullable;

/**
 * The paging structures of one address space below its root, each there for as long as something uses it, and paid for so long. Guarded by the
 * {@link Ring3Memory} that they are of.
 */
final class Sel4Tables {
    private static final int PAGE_BITS = 12;
    private static final int INDEX_BITS = 9;
    private static final int ROOT = 4;

    private final Purse purse;
    private final RootTask root;
    private final Made top;
    private final Map<Key, Table> inUse = new HashMap<>();

    private record Key(int level, long number) {
        static Key of(int level, long address) {
            return new Key(level, address >> (PAGE_BITS + (INDEX_BITS * level)));
        }
    }

    private static final class Table {
        final Made made;
        long uses;

        Table(Made made) {
            this.made = made;
        }
    }

    /** Those below {@code top}, of which there are none. */
    Sel4Tables(Purse purse, RootTask root, Made top) {
        this.purse = purse;
        this.root = root;
        this.top = top;
    }

    /** Sees to it that a page can be mapped at an address, until {@link #release}; false, with nothing changed, if that cannot be paid. */
    boolean use(long address) {
        return take(1, address);
    }

    /** Ends one use; what was mapped for it is not any more. */
    void release(long address) {
        give(1, address);
    }

    private boolean take(int level, long address) {
        if (level == ROOT) {
            return true;
        }
        Key key = Key.of(level, address);
        Table table = inUse.get(key);
        if (table == null) {
            if (!take(level + 1, address)) {
                return false;
            }
            Made made = make(level, address);
            if (made == null) {
                give(level + 1, address);
                return false;
            }
            table = new Table(made);
            inUse.put(key, table);
        }
        table.uses++;
        return true;
    }

    private @Nullable Made make(int level, long address) {
        int type = switch (level) {
            case 1 -> ObjectType.PAGE_TABLE;
            case 2 -> ObjectType.PAGE_DIRECTORY;
            default -> ObjectType.PDPT;
        };
        Invocation map = switch (level) {
            case 1 -> Invocation.PAGE_TABLE_MAP;
            case 2 -> Invocation.PAGE_DIRECTORY_MAP;
            default -> Invocation.PDPT_MAP;
        };
        Made made = purse.make(type, 0);
        if (made == null) {
            return null;
        }
        boolean mapped = purse.within(() -> {
            root.mapTable(made.slot, map, top.slot, address);
            return true;
        });
        if (!mapped) {
            purse.unmake(made);
            return null;
        }
        return made;
    }

    private void give(int level, long address) {
        if (level == ROOT) {
            return;
        }
        Key key = Key.of(level, address);
        Table table = inUse.get(key);
        if (table == null) {
            throw new IllegalStateException("A table of level " + level + " was given up more often than it was used.");
        }
        table.uses--;
        if (table.uses == 0) {
            // The end of its last capability takes it out of the table above.
            purse.unmake(table.made);
            inUse.remove(key);
            give(level + 1, address);
        }
    }

    /** Gives all of them back, when the address space has ended. */
    void discard() {
        inUse.values().forEach(table -> purse.unmake(table.made));
        inUse.clear();
    }
}
