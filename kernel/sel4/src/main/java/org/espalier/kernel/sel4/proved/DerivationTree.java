package org.espalier.kernel.sel4.proved;

/**
 * The derivation tree of all capabilities: a doubly linked list of slots in pre-order, so that what was derived from a capability
 * follows it. A slot is in the list when it holds a capability; 0 ends the list on both sides.
 *
 * <p>Links and flags are in the slots; this object keeps nothing. One thread at a time: the kernel's lock is the caller's. Slots
 * handed in are trusted to be slots: a wrong one damages the list, which is what the kernel's invariants are there to exclude.
 */
public final class DerivationTree {
    /*@ spec_public @*/ private final ObjectMemory memory;
    /*@ spec_public @*/ private final CapRelation relation;

    public DerivationTree(ObjectMemory memory, CapRelation relation) {
        this.memory = memory;
        this.relation = relation;
    }

    /** Puts a slot that is in no list behind {@code place}, and sets its flags. */
    /*@ public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= place && place < memory.next.length && 1 <= slot && slot < memory.next.length;
    @ requires place != slot && memory.next[place] != slot;
    @ requires 0 <= memory.next[place] && memory.next[place] < memory.next.length;
    @ ensures memory.next[place] == slot && memory.prev[slot] == place;
    @ ensures memory.next[slot] == \old(memory.next[place]);
    @ ensures \old(memory.next[place]) != 0 ==> memory.prev[\old(memory.next[place])] == slot;
    @ ensures memory.revocable[slot] == revocable && memory.firstBadged[slot] == firstBadged;
    @ assignable memory.next[place], memory.next[slot], memory.prev[slot], memory.prev[memory.next[place]],
    @     memory.revocable[slot], memory.firstBadged[slot];
    @*/
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
    /*@ public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= slot && slot < memory.next.length;
    @ requires memory.next[slot] != slot && memory.prev[slot] != slot;
    @ requires 0 <= memory.next[slot] && memory.next[slot] < memory.next.length;
    @ requires 0 <= memory.prev[slot] && memory.prev[slot] < memory.next.length;
    @ ensures memory.next[slot] == 0 && memory.prev[slot] == 0;
    @ ensures !memory.revocable[slot] && !memory.firstBadged[slot];
    @ ensures \old(memory.prev[slot]) != 0 ==> memory.next[\old(memory.prev[slot])] == \old(memory.next[slot]);
    @ ensures \old(memory.next[slot]) != 0 ==> memory.prev[\old(memory.next[slot])] == \old(memory.prev[slot]);
    @ assignable memory.next[slot], memory.prev[slot], memory.next[memory.prev[slot]], memory.prev[memory.next[slot]],
    @     memory.revocable[slot], memory.firstBadged[slot];
    @*/
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
    /*@ public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= from && from < memory.next.length && 1 <= to && to < memory.next.length;
    @ requires from != to && memory.next[from] != from && memory.prev[from] != from;
    @ requires memory.next[from] != to && memory.prev[from] != to;
    @ requires 0 <= memory.next[from] && memory.next[from] < memory.next.length;
    @ requires 0 <= memory.prev[from] && memory.prev[from] < memory.next.length;
    @ ensures memory.next[to] == \old(memory.next[from]) && memory.prev[to] == \old(memory.prev[from]);
    @ ensures memory.revocable[to] == \old(memory.revocable[from]);
    @ ensures memory.firstBadged[to] == \old(memory.firstBadged[from]);
    @ ensures memory.next[from] == 0 && memory.prev[from] == 0;
    @ ensures !memory.revocable[from] && !memory.firstBadged[from];
    @ ensures \old(memory.prev[from]) != 0 ==> memory.next[\old(memory.prev[from])] == to;
    @ ensures \old(memory.next[from]) != 0 ==> memory.prev[\old(memory.next[from])] == to;
    @ assignable memory.next[from], memory.prev[from], memory.next[to], memory.prev[to],
    @     memory.next[memory.prev[from]], memory.prev[memory.next[from]],
    @     memory.revocable[from], memory.firstBadged[from], memory.revocable[to], memory.firstBadged[to];
    @*/
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

    /**
     * Exchanges the places and flags of two slots: the first contract is of a slot and the one behind it, the second of a slot and
     * the one before it, the third of all others.
     */
    /*@ public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= a && a < memory.next.length && 1 <= b && b < memory.next.length;
    @ requires a != b;
    @ requires memory.next[a] == b && memory.prev[b] == a;
    @ requires memory.prev[a] != a && memory.prev[a] != b && memory.next[b] != a && memory.next[b] != b;
    @ requires 0 <= memory.prev[a] && memory.prev[a] < memory.next.length;
    @ requires 0 <= memory.next[b] && memory.next[b] < memory.next.length;
    @ ensures memory.prev[b] == \old(memory.prev[a]) && memory.next[b] == a;
    @ ensures memory.prev[a] == b && memory.next[a] == \old(memory.next[b]);
    @ ensures \old(memory.prev[a]) != 0 ==> memory.next[\old(memory.prev[a])] == b;
    @ ensures \old(memory.next[b]) != 0 ==> memory.prev[\old(memory.next[b])] == a;
    @ ensures memory.revocable[a] == \old(memory.revocable[b]) && memory.revocable[b] == \old(memory.revocable[a]);
    @ ensures memory.firstBadged[a] == \old(memory.firstBadged[b]) && memory.firstBadged[b] == \old(memory.firstBadged[a]);
    @ assignable memory.next[a], memory.prev[a], memory.next[b], memory.prev[b],
    @     memory.next[memory.prev[a]], memory.prev[memory.next[b]],
    @     memory.revocable[a], memory.firstBadged[a], memory.revocable[b], memory.firstBadged[b];
    @ also public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= a && a < memory.next.length && 1 <= b && b < memory.next.length;
    @ requires a != b;
    @ requires memory.next[b] == a && memory.prev[a] == b;
    @ requires memory.prev[b] != b && memory.prev[b] != a && memory.next[a] != b && memory.next[a] != a;
    @ requires 0 <= memory.prev[b] && memory.prev[b] < memory.next.length;
    @ requires 0 <= memory.next[a] && memory.next[a] < memory.next.length;
    @ ensures memory.prev[a] == \old(memory.prev[b]) && memory.next[a] == b;
    @ ensures memory.prev[b] == a && memory.next[b] == \old(memory.next[a]);
    @ ensures \old(memory.prev[b]) != 0 ==> memory.next[\old(memory.prev[b])] == a;
    @ ensures \old(memory.next[a]) != 0 ==> memory.prev[\old(memory.next[a])] == b;
    @ ensures memory.revocable[a] == \old(memory.revocable[b]) && memory.revocable[b] == \old(memory.revocable[a]);
    @ ensures memory.firstBadged[a] == \old(memory.firstBadged[b]) && memory.firstBadged[b] == \old(memory.firstBadged[a]);
    @ assignable memory.next[b], memory.prev[b], memory.next[a], memory.prev[a],
    @     memory.next[memory.prev[b]], memory.prev[memory.next[a]],
    @     memory.revocable[a], memory.firstBadged[a], memory.revocable[b], memory.firstBadged[b];
    @ also public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= a && a < memory.next.length && 1 <= b && b < memory.next.length;
    @ requires a != b;
    @ requires memory.next[a] != a && memory.prev[a] != a && memory.next[b] != b && memory.prev[b] != b;
    @ requires memory.next[a] != b && memory.prev[a] != b && memory.next[b] != a && memory.prev[b] != a;
    @ requires memory.next[a] != memory.next[b] || memory.next[a] == 0;
    @ requires memory.prev[a] != memory.prev[b] || memory.prev[a] == 0;
    @ requires 0 <= memory.next[a] && memory.next[a] < memory.next.length;
    @ requires 0 <= memory.prev[a] && memory.prev[a] < memory.next.length;
    @ requires 0 <= memory.next[b] && memory.next[b] < memory.next.length;
    @ requires 0 <= memory.prev[b] && memory.prev[b] < memory.next.length;
    @ ensures memory.next[a] == \old(memory.next[b]) && memory.prev[a] == \old(memory.prev[b]);
    @ ensures memory.next[b] == \old(memory.next[a]) && memory.prev[b] == \old(memory.prev[a]);
    @ ensures \old(memory.prev[a]) != 0 ==> memory.next[\old(memory.prev[a])] == b;
    @ ensures \old(memory.next[a]) != 0 ==> memory.prev[\old(memory.next[a])] == b;
    @ ensures \old(memory.prev[b]) != 0 ==> memory.next[\old(memory.prev[b])] == a;
    @ ensures \old(memory.next[b]) != 0 ==> memory.prev[\old(memory.next[b])] == a;
    @ ensures memory.revocable[a] == \old(memory.revocable[b]) && memory.revocable[b] == \old(memory.revocable[a]);
    @ ensures memory.firstBadged[a] == \old(memory.firstBadged[b]) && memory.firstBadged[b] == \old(memory.firstBadged[a]);
    @ assignable memory.next[a], memory.prev[a], memory.next[b], memory.prev[b],
    @     memory.next[memory.prev[a]], memory.prev[memory.next[a]], memory.next[memory.prev[b]], memory.prev[memory.next[b]],
    @     memory.revocable[a], memory.firstBadged[a], memory.revocable[b], memory.firstBadged[b];
    @*/
    public void swap(int a, int b) {
        boolean revocable = memory.revocable(a);
        boolean firstBadged = memory.firstBadged(a);
        memory.setFlags(a, memory.revocable(b), memory.firstBadged(b));
        memory.setFlags(b, revocable, firstBadged);
        if (memory.next(a) == b) {
            swapNeighbours(a, b);
        } else if (memory.next(b) == a) {
            swapNeighbours(b, a);
        } else {
            swapApart(a, b);
        }
    }

    /** Exchanges the places of two slots of which the second follows the first. */
    private void swapNeighbours(int first, int second) {
        int before = memory.prev(first);
        int after = memory.next(second);
        place(second, before, first);
        place(first, second, after);
    }

    /** Exchanges the places of two slots that are not neighbours. */
    private void swapApart(int a, int b) {
        int beforeA = memory.prev(a);
        int afterA = memory.next(a);
        place(a, memory.prev(b), memory.next(b));
        place(b, beforeA, afterA);
    }

    /** Whether {@code b} was derived from {@code a}, provided that it follows it with nothing but such slots between. */
    /*@ public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= a && a < memory.next.length && 1 <= b && b < memory.next.length;
    @ ensures \result <==> memory.revocable[a] && relation.covered[a][b];
    @ assignable \strictly_nothing;
    @*/
    public boolean isParent(int a, int b) {
        return memory.revocable(a) && relation.covers(a, b);
    }

    /** Whether anything was derived from the capability in a slot. */
    /*@ public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= slot && slot < memory.next.length;
    @ requires 0 <= memory.next[slot] && memory.next[slot] < memory.next.length;
    @ ensures \result <==> memory.next[slot] != 0 && memory.revocable[slot] && relation.covered[slot][memory.next[slot]];
    @ assignable \strictly_nothing;
    @*/
    public boolean hasChild(int slot) {
        int after = memory.next(slot);
        return after != 0 && isParent(slot, after);
    }

    /** Whether no other capability names the object. */
    /*@ public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= slot && slot < memory.next.length;
    @ requires 0 <= memory.next[slot] && memory.next[slot] < memory.next.length;
    @ requires 0 <= memory.prev[slot] && memory.prev[slot] < memory.next.length;
    @ ensures \result <==> (memory.prev[slot] == 0 || !relation.same[memory.prev[slot]][slot])
    @     && (memory.next[slot] == 0 || !relation.same[slot][memory.next[slot]]);
    @ assignable \strictly_nothing;
    @*/
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
