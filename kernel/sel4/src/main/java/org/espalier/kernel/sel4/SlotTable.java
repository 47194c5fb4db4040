package org.espalier.kernel.sel4;

import org.espalier.kernel.sel4.proved.DerivationTree;
import org.espalier.kernel.sel4.proved.ObjectMemory;

/** Puts capabilities into slots and takes them out, together with their places in the derivation tree. */
final class SlotTable {
    private final ObjectMemory memory;
    private final DerivationTree tree;

    SlotTable(ObjectMemory memory, DerivationTree tree) {
        this.memory = memory;
        this.tree = tree;
    }

    DerivationTree tree() {
        return tree;
    }

    boolean isEmpty(int slot) {
        return memory.type(slot) == CapType.NULL;
    }

    int ensureEmpty(int slot, SyscallError error) {
        return isEmpty(slot) ? Status.DONE : error.deleteFirst();
    }

    /** Puts the first capability to something into an empty slot: a root of the derivation tree. */
    void putRoot(int slot, long w0, long w1) {
        memory.setCap(slot, w0, w1);
        memory.setFlags(slot, true, true);
    }

    /** Puts a capability that was derived from that of {@code source} into an empty slot. */
    void insert(long w0, long w1, int source, int slot) {
        long source0 = memory.w0(source);
        boolean revocable = CapRules.isRevocable(w0, w1, source0, memory.w1(source));
        if (Caps.type(source0) == CapType.UNTYPED
                && Caps.type(w0) == CapType.UNTYPED
                && Caps.object(source0) == Caps.object(w0)
                && Caps.a(source0) == Caps.a(w0)) {
            // The copy has all of the memory, so the original has none to give.
            memory.setCap(source, source0, 1L << Caps.a(source0));
        }
        memory.setCap(slot, w0, w1);
        tree.insertAfter(source, slot, revocable, revocable);
    }

    /** Puts a capability to a new object into an empty slot, as a child of {@code parent}. */
    void insertNew(int parent, int slot, long w0, long w1) {
        memory.setCap(slot, w0, w1);
        tree.insertAfter(parent, slot, true, true);
    }

    /** Moves a capability, as {@code w0} and {@code w1} say that it is from now on, to an empty slot. */
    void move(long w0, long w1, int from, int to) {
        memory.setCap(to, w0, w1);
        memory.setCap(from, 0, 0);
        tree.move(from, to);
    }

    /** Exchanges two slots; the capability that was in {@code a} becomes {@code a0, a1}, the other one {@code b0, b1}. */
    void swap(long a0, long a1, int a, long b0, long b1, int b) {
        memory.setCap(a, b0, b1);
        memory.setCap(b, a0, a1);
        tree.swap(a, b);
    }

    /** Takes a capability out whose object has been seen to. */
    void empty(int slot) {
        if (!isEmpty(slot)) {
            int next = memory.next(slot);
            boolean firstBadged = memory.firstBadged(slot);
            tree.remove(slot);
            if (next != 0 && firstBadged) {
                // What was badged first is gone: its successor begins what has the badge.
                memory.setFlags(next, memory.revocable(next), true);
            }
            memory.setCap(slot, 0, 0);
        }
    }
}
