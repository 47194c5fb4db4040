package org.espalier.kernel.sel4.core;

import java.util.Optional;
import org.espalier.kernel.ring3.TableTree;
import org.espalier.kernel.sel4.Invocation;
import org.espalier.kernel.sel4.ObjectType;
import org.espalier.kernel.sel4.core.CoreObjects.Made;

/**
 * The paging structures of one address space, which its domain pays for. Guarded by the {@link Ring3Memory} that they are of.
 *
 * @param top the table of level 4
 */
record Sel4Tables(Purse purse, RootTask root, Made top) implements TableTree.Tables<Made> {
    @Override
    public Optional<Made> add(int level, long address) {
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
            return Optional.empty();
        }
        boolean mapped = purse.within(() -> {
            root.mapTable(made.slot, map, top.slot, address);
            return true;
        });
        if (!mapped) {
            purse.unmake(made);
            return Optional.empty();
        }
        return Optional.of(made);
    }

    /** The end of its last capability takes it out of the table above. */
    @Override
    public void remove(int level, long address, Made table) {
        purse.unmake(table);
    }

    @Override
    public void discard(Made table) {
        purse.unmake(table);
    }
}
