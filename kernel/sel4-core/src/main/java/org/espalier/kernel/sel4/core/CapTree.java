package org.espalier.kernel.sel4.core;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.kernel.hw.Fabric.Exhausted;
import org.espalier.kernel.sel4.ObjectType;
import org.espalier.kernel.sel4.core.CoreObjects.Made;
import org.jspecify.annotations.Nullable;

/**
 * Slots with the numbers from 0 on, in CNodes of {@code 1 << radix} each: one at first, and when that is not enough, CNodes above it, to
 * as many levels as it takes. So who has few capabilities pays for one CNode, and nothing that there is ever moves.
 *
 * <p>Guarded by the {@link RootTask}.
 */
final class CapTree {
    private final CoreObjects objects;
    private final RootTask root;
    private final int radix;
    private final List<Made> leaves = new ArrayList<>();
    private final List<Made> above = new ArrayList<>();
    private @Nullable Node top;
    private int levels;

    /** A CNode that is not a leaf, and what is in it. */
    private record Node(Made cnode, List<Node> below) {}

    /** Without slots. */
    CapTree(CoreObjects objects, RootTask root, int radix) {
        this.objects = objects;
        this.root = root;
        this.radix = radix;
    }

    /** Bytes that it takes to have the first {@code indices} slots. */
    long growth(long indices) {
        long bytes = 0;
        long nodes = nodes(indices, radix);
        long there = leaves.size();
        while (nodes > there) {
            bytes += (nodes - there) * nodeBytes();
            if (nodes == 1) {
                break;
            }
            nodes = nodes(nodes, radix);
            // Of one node nothing is above.
            there = there <= 1 ? 0 : nodes(there, radix);
        }
        return bytes;
    }

    private static long nodes(long below, int radix) {
        return (below + (1L << radix) - 1) >>> radix;
    }

    private long slotMask() {
        return (1L << radix) - 1;
    }

    private long nodeBytes() {
        return 1L << (radix + ObjectType.SLOT_BITS);
    }

    /** Makes the first {@code indices} slots; whether the CNode that leads to all of them is another one now. */
    boolean grow(long indices) throws Exhausted {
        Made before = leaves.isEmpty() ? null : top();
        while ((long) leaves.size() << radix < indices) {
            add();
        }
        return before != top();
    }

    private void add() throws Exhausted {
        if (levels == 0) {
            leaves.add(objects.make(ObjectType.CNODE, radix));
            levels = 1;
            return;
        }
        if ((long) leaves.size() == 1L << ((levels - 1) * radix)) {
            Node raised = node();
            put(raised.cnode(), 0, top());
            if (top != null) {
                raised.below().add(top);
            }
            top = raised;
            levels++;
        }
        long leaf = leaves.size();
        Node node = top;
        for (int level = levels - 1; level > 1 && node != null; level--) {
            long at = (leaf >>> ((level - 1) * radix)) & slotMask();
            if (at == node.below().size()) {
                Node lower = node();
                put(node.cnode(), at, lower.cnode());
                node.below().add(lower);
            }
            node = node.below().get((int) at);
        }
        Made made = objects.make(ObjectType.CNODE, radix);
        leaves.add(made);
        if (node != null) {
            put(node.cnode(), leaf & slotMask(), made);
        }
    }

    private Node node() throws Exhausted {
        Made made = objects.make(ObjectType.CNODE, radix);
        above.add(made);
        return new Node(made, new ArrayList<>());
    }

    private void put(Made node, long at, Made below) {
        root.mint(node.slot, at, radix, below.slot, RootTask.ALL, 0);
    }

    /** The CNode that leads to all slots. */
    Made top() {
        return top == null ? leaves.getFirst() : top.cnode();
    }

    /** Bits of a number that lead from there to a slot. */
    int depth() {
        return levels * radix;
    }

    /** The CNode that has a slot, which there is. */
    long leaf(int index) {
        return leaves.get(index >>> radix).slot;
    }

    /** Which slot of its CNode it is. */
    long at(int index) {
        return index & slotMask();
    }

    /** Bits that lead from that CNode to the slot. */
    int radix() {
        return radix;
    }

    /** All CNodes that it consists of. */
    Stream<Made> nodes() {
        return Stream.concat(above.stream(), leaves.stream());
    }

    /** Ends all of it. */
    void close() {
        above.forEach(objects::end);
        leaves.forEach(objects::end);
    }
}
