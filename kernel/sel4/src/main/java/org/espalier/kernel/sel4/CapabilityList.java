package org.espalier.kernel.sel4;

import java.util.ArrayList;
import java.util.List;
import org.espalier.kernel.sel4.proved.DerivationTree;
import org.espalier.kernel.sel4.proved.ObjectMemory;

/**
 * Lists all capabilities that there are in the order of the derivation tree, each after its parent. Of what the census finds, those that
 * nothing comes before in their lists are where lists begin.
 */
final class CapabilityList {
    private final ObjectMemory memory;
    private final DerivationTree tree;
    private final Census census;
    private final List<HostedMachine.Listed> all = new ArrayList<>();

    /** For a kernel whose slots {@code census} finds. */
    CapabilityList(Kernel kernel, Census census) {
        this.memory = kernel.memory();
        this.tree = kernel.slots().tree();
        this.census = census;
    }

    List<HostedMachine.Listed> take() {
        census.take();
        for (int i = 0; i < census.slots().size(); i++) {
            int slot = census.slots().key(i);
            if (memory.prev(slot) == 0) {
                follow(slot);
            }
        }
        return all;
    }

    /** Goes through a list, whose order is that of a tree: ancestors of the one at hand are on the stack. */
    private void follow(int first) {
        List<Integer> ancestors = new ArrayList<>();
        for (int slot = first; slot != 0; slot = memory.next(slot)) {
            while (!ancestors.isEmpty() && !tree.isParent(ancestors.getLast(), slot)) {
                ancestors.removeLast();
            }
            list(slot, ancestors.isEmpty() ? 0 : ancestors.getLast());
            ancestors.add(slot);
        }
    }

    private void list(int slot, int parent) {
        long w0 = memory.w0(slot);
        int type = Caps.type(w0);
        int bits = Caps.sizeBits(w0);
        boolean isBadged = type == CapType.ENDPOINT || type == CapType.NOTIFICATION;
        all.add(new HostedMachine.Listed(
                address(slot),
                parent == 0 ? 0 : address(parent),
                CapType.name(type),
                bits < 0 ? 0 : Caps.object(w0),
                bits < 0 ? 0 : 1L << bits,
                isBadged ? memory.w1(slot) : 0,
                isBadged ? rights(w0) : ""));
    }

    private static long address(int slot) {
        return Integer.toUnsignedLong(slot) << ObjectType.SLOT_BITS;
    }

    private static String rights(long w0) {
        return (Caps.has(w0, Caps.SEND) ? "s" : "")
                + (Caps.has(w0, Caps.RECEIVE) ? "r" : "")
                + (Caps.has(w0, Caps.GRANT) ? "g" : "")
                + (Caps.has(w0, Caps.GRANT_REPLY) ? "a" : "");
    }
}
