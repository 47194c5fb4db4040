package org.espalier.kernel.sel4.core;

import org.espalier.kernel.hw.Fabric;
import org.espalier.kernel.sel4.core.CoreObjects.Made;
import org.jspecify.annotations.Nullable;

/**
 * What capabilities to one object of the tables are: a badged capability to an endpoint or notification of core's, minted into its owner's
 * space, and copies of that one in the spaces of others, which are its children in the derivation tree. So the owner's capability
 * revokes them.
 *
 * <p>Guarded by the {@link RootTask}.
 */
final class CapItem implements Fabric.Bell {
    private final RootTask root;
    private final Made object;
    private final long badge;
    private final long rights;
    private final boolean owns;
    private @Nullable Sel4Space owner;
    private int index;
    private boolean ended;

    /**
     * Capabilities for {@code object}.
     *
     * @param badge not 0, and unlike all others of that object; else it would have no children of its own
     * @param rights what those who do not own it may do
     * @param owns whether the object ends with its capabilities
     */
    CapItem(Sel4Fabric fabric, Made object, long badge, long rights, boolean owns) {
        this.owns = owns;
        this.root = fabric.root();
        this.object = object;
        this.badge = badge;
        this.rights = rights;
    }

    @Override
    public void own(Fabric.Space space, int at) {
        synchronized (root) {
            Sel4Space its = (Sel4Space) space;
            if (object.isEnded() || its.isClosed()) {
                ended = true;
                return;
            }
            owner = its;
            index = at;
            CapTree table = its.table();
            // Only who owns a context waits for it, by the same capability.
            root.mint(table.leaf(at), table.at(at), table.radix(), object.slot, rights | RootTask.READ, badge);
        }
    }

    /** Puts a copy into a slot of another space; the caller is in the root task's monitor. */
    void copyTo(Sel4Space space, int at) {
        Sel4Space from = owner;
        if (ended || from == null || from.isClosed()) {
            return;
        }
        CapTree source = from.table();
        CapTree table = space.table();
        // The endpoint may have ended, and the owner's capability with it: then the slot stays empty.
        boolean _ = root.copy(
                table.leaf(at),
                table.at(at),
                table.radix(),
                source.leaf(index),
                source.at(index),
                source.radix(),
                rights);
    }

    @Override
    public void end() {
        synchronized (root) {
            if (ended) {
                return;
            }
            ended = true;
            Sel4Space its = owner;
            if (its != null && !its.isClosed()) {
                CapTree table = its.table();
                root.revoke(table.leaf(index), table.at(index), table.radix());
                root.delete(table.leaf(index), table.at(index), table.radix());
                if (owns) {
                    its.end(object);
                }
            }
        }
    }

    @Override
    public void ring() {
        synchronized (root) {
            if (!ended && !object.isEnded()) {
                root.signal(object.slot);
            }
        }
    }
}
