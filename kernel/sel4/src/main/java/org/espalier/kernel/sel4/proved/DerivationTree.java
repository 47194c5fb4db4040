package org.espalier.kernel.sel4.proved;

/**
 * The derivation tree of all capabilities: a doubly linked list of slots in pre-order, so that what was derived from a capability
 * follows it. A slot is in the list when it holds a capability; 0 ends the list on both sides.
 *
 * <p>Links and flags are in the slots; this object keeps nothing. One thread at a time: the kernel's lock is the caller's. Slots
 * handed in are trusted to be slots: a wrong one damages the list, which is what the kernel's invariants are there to exclude.
 */
public final class DerivationTree {
    private final ObjectMemory memory;
    private final CapRelation relation;

    public DerivationTree(ObjectMemory memory, CapRelation relation) {
        this.memory = memory;
        this.relation = relation;
    }

    /** Puts a slot that is in no list behind {@code place}, and sets its flags. */
    public void insertAfter(int place, int slot, boolean revocable, boolean firstBadged) {
        int after = memory.next(place);
        memory.setPrev(slot, place);
        memory.setNext(slot, after);
        memory.setFlags(slot, revocable, firstBadged);
        memory.setNext(place, slot);
        if (after != 0) {
            memory.setPrev(after, slot);
        }
    }

    /** Takes a slot out: its neighbours become neighbours, its own links and flags are cleared. */
    public void remove(int slot) {
        int before = memory.prev(slot);
        int after = memory.next(slot);
        if (before != 0) {
            memory.setNext(before, after);
        }
        if (after != 0) {
            memory.setPrev(after, before);
        }
        clear(slot);
    }

    /** Gives the place and the flags of {@code from} to {@code to}, which is in no list; those of {@code from} are cleared. */
    public void move(int from, int to) {
        int before = memory.prev(from);
        int after = memory.next(from);
        memory.setPrev(to, before);
        memory.setNext(to, after);
        memory.setFlags(to, memory.revocable(from), memory.firstBadged(from));
        if (before != 0) {
            memory.setNext(before, to);
        }
        if (after != 0) {
            memory.setPrev(after, to);
        }
        clear(from);
    }

    /** Exchanges the places and flags of two slots, neighbours or not. */
    public void swap(int a, int b) {
        int beforeA = memory.prev(a);
        int afterA = memory.next(a);
        int beforeB = memory.prev(b);
        int afterB = memory.next(b);
        boolean revocable = memory.revocable(a);
        boolean firstBadged = memory.firstBadged(a);
        memory.setFlags(a, memory.revocable(b), memory.firstBadged(b));
        memory.setFlags(b, revocable, firstBadged);
        place(a, beforeB == a ? b : beforeB, afterB == a ? b : afterB);
        place(b, beforeA == b ? a : beforeA, afterA == b ? a : afterA);
    }

    /** Whether {@code b} was derived from {@code a}, provided that it follows it with nothing but such slots between. */
    public boolean isParent(int a, int b) {
        return memory.revocable(a) && relation.covers(a, b);
    }

    /** Whether anything was derived from the capability in a slot. */
    public boolean hasChild(int slot) {
        int after = memory.next(slot);
        return after != 0 && isParent(slot, after);
    }

    /** Whether no other capability names the object. */
    public boolean isFinal(int slot) {
        int before = memory.prev(slot);
        int after = memory.next(slot);
        return (before == 0 || !relation.sameObject(before, slot)) && (after == 0 || !relation.sameObject(slot, after));
    }

    private void place(int slot, int before, int after) {
        memory.setPrev(slot, before);
        memory.setNext(slot, after);
        if (before != 0) {
            memory.setNext(before, slot);
        }
        if (after != 0) {
            memory.setPrev(after, slot);
        }
    }

    private void clear(int slot) {
        memory.setPrev(slot, 0);
        memory.setNext(slot, 0);
        memory.setFlags(slot, false, false);
    }
}
