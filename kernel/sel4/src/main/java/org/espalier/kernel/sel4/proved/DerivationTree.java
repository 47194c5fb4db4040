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
    @ requires 1 <= place && place < memory.slots && 1 <= slot && slot < memory.slots;
    @ requires place != slot;
    @ requires (\bigint) memory.next[slot] == 0 && (\bigint) memory.prev[slot] == 0;
    @ requires (\bigint) memory.next[place] != slot;
    @ ensures (\bigint) memory.next[place] == slot && (\bigint) memory.prev[slot] == place;
    @ ensures (\bigint) memory.next[slot] == \old((\bigint) memory.next[place]);
    @ ensures \old((\bigint) memory.next[place]) != 0 ==> (\bigint) memory.prev[\old((\bigint) memory.next[place])] == slot;
    @ ensures (boolean) memory.revocable[slot] == revocable && (boolean) memory.firstBadged[slot] == firstBadged;
    @ ensures (\forall int s; 0 <= s && s < memory.slots && s != place && s != slot;
    @     (\bigint) memory.next[s] == \old((\bigint) memory.next[s]));
    @ ensures (\forall int s; 0 <= s && s < memory.slots && s != slot && (s == 0 || s != \old((\bigint) memory.next[place]));
    @     (\bigint) memory.prev[s] == \old((\bigint) memory.prev[s]));
    @ ensures (\forall int s; 0 <= s && s < memory.slots && s != slot;
    @     (boolean) memory.revocable[s] == \old((boolean) memory.revocable[s])
    @     && (boolean) memory.firstBadged[s] == \old((boolean) memory.firstBadged[s]));
    @ assignable memory.next, memory.prev, memory.revocable, memory.firstBadged;
    @ also public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= place && place < memory.slots && 1 <= slot && slot < memory.slots;
    @ requires place != slot;
    @ requires (\bigint) memory.next[slot] == 0 && (\bigint) memory.prev[slot] == 0;
    @ requires (\bigint) memory.next[place] != slot;
    @ requires (\forall int s; 1 <= s && s < memory.slots;
    @     (\bigint) memory.next[s] != 0 ==> (\bigint) memory.prev[(\bigint) memory.next[s]] == s);
    @ requires (\forall int s; 1 <= s && s < memory.slots;
    @     (\bigint) memory.prev[s] != 0 ==> (\bigint) memory.next[(\bigint) memory.prev[s]] == s);
    @ ensures (\forall int s; 1 <= s && s < memory.slots;
    @     (\bigint) memory.next[s] != 0 ==> (\bigint) memory.prev[(\bigint) memory.next[s]] == s);
    @ ensures (\forall int s; 1 <= s && s < memory.slots;
    @     (\bigint) memory.prev[s] != 0 ==> (\bigint) memory.next[(\bigint) memory.prev[s]] == s);
    @ assignable memory.next, memory.prev, memory.revocable, memory.firstBadged;
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
    @ requires 1 <= slot && slot < memory.slots;
    @ requires (\bigint) memory.next[slot] != slot && (\bigint) memory.prev[slot] != slot;
    @ requires (\bigint) memory.next[slot] != (\bigint) memory.prev[slot] || (\bigint) memory.next[slot] == 0;
    @ ensures (\bigint) memory.next[slot] == 0 && (\bigint) memory.prev[slot] == 0;
    @ ensures !(boolean) memory.revocable[slot] && !(boolean) memory.firstBadged[slot];
    @ ensures \old((\bigint) memory.prev[slot]) != 0 ==> (\bigint) memory.next[\old((\bigint) memory.prev[slot])] == \old((\bigint) memory.next[slot]);
    @ ensures \old((\bigint) memory.next[slot]) != 0 ==> (\bigint) memory.prev[\old((\bigint) memory.next[slot])] == \old((\bigint) memory.prev[slot]);
    @ ensures (\forall int s; 0 <= s && s < memory.slots && s != slot && (s == 0 || s != \old((\bigint) memory.prev[slot]));
    @     (\bigint) memory.next[s] == \old((\bigint) memory.next[s]));
    @ ensures (\forall int s; 0 <= s && s < memory.slots && s != slot && (s == 0 || s != \old((\bigint) memory.next[slot]));
    @     (\bigint) memory.prev[s] == \old((\bigint) memory.prev[s]));
    @ ensures (\forall int s; 0 <= s && s < memory.slots && s != slot;
    @     (boolean) memory.revocable[s] == \old((boolean) memory.revocable[s])
    @     && (boolean) memory.firstBadged[s] == \old((boolean) memory.firstBadged[s]));
    @ assignable memory.next, memory.prev, memory.revocable, memory.firstBadged;
    @ also public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= slot && slot < memory.slots;
    @ requires (\bigint) memory.next[slot] != slot && (\bigint) memory.prev[slot] != slot;
    @ requires (\bigint) memory.next[slot] != (\bigint) memory.prev[slot] || (\bigint) memory.next[slot] == 0;
    @ requires (\forall int s; 1 <= s && s < memory.slots;
    @     (\bigint) memory.next[s] != 0 ==> (\bigint) memory.prev[(\bigint) memory.next[s]] == s);
    @ requires (\forall int s; 1 <= s && s < memory.slots;
    @     (\bigint) memory.prev[s] != 0 ==> (\bigint) memory.next[(\bigint) memory.prev[s]] == s);
    @ ensures (\forall int s; 1 <= s && s < memory.slots;
    @     (\bigint) memory.next[s] != 0 ==> (\bigint) memory.prev[(\bigint) memory.next[s]] == s);
    @ ensures (\forall int s; 1 <= s && s < memory.slots;
    @     (\bigint) memory.prev[s] != 0 ==> (\bigint) memory.next[(\bigint) memory.prev[s]] == s);
    @ assignable memory.next, memory.prev, memory.revocable, memory.firstBadged;
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
    @ requires 1 <= from && from < memory.slots && 1 <= to && to < memory.slots;
    @ requires from != to;
    @ requires (\bigint) memory.next[to] == 0 && (\bigint) memory.prev[to] == 0;
    @ requires (\bigint) memory.next[from] != from && (\bigint) memory.prev[from] != from;
    @ requires (\bigint) memory.next[from] != (\bigint) memory.prev[from] || (\bigint) memory.next[from] == 0;
    @ requires (\bigint) memory.next[from] != to && (\bigint) memory.prev[from] != to;
    @ ensures (\bigint) memory.next[to] == \old((\bigint) memory.next[from]) && (\bigint) memory.prev[to] == \old((\bigint) memory.prev[from]);
    @ ensures (boolean) memory.revocable[to] == \old((boolean) memory.revocable[from]);
    @ ensures (boolean) memory.firstBadged[to] == \old((boolean) memory.firstBadged[from]);
    @ ensures (\bigint) memory.next[from] == 0 && (\bigint) memory.prev[from] == 0;
    @ ensures !(boolean) memory.revocable[from] && !(boolean) memory.firstBadged[from];
    @ ensures \old((\bigint) memory.prev[from]) != 0 ==> (\bigint) memory.next[\old((\bigint) memory.prev[from])] == to;
    @ ensures \old((\bigint) memory.next[from]) != 0 ==> (\bigint) memory.prev[\old((\bigint) memory.next[from])] == to;
    @ ensures (\forall int s; 0 <= s && s < memory.slots && s != from && s != to && (s == 0 || s != \old((\bigint) memory.prev[from]));
    @     (\bigint) memory.next[s] == \old((\bigint) memory.next[s]));
    @ ensures (\forall int s; 0 <= s && s < memory.slots && s != from && s != to && (s == 0 || s != \old((\bigint) memory.next[from]));
    @     (\bigint) memory.prev[s] == \old((\bigint) memory.prev[s]));
    @ ensures (\forall int s; 0 <= s && s < memory.slots && s != from && s != to;
    @     (boolean) memory.revocable[s] == \old((boolean) memory.revocable[s])
    @     && (boolean) memory.firstBadged[s] == \old((boolean) memory.firstBadged[s]));
    @ assignable memory.next, memory.prev, memory.revocable, memory.firstBadged;
    @ also public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= from && from < memory.slots && 1 <= to && to < memory.slots;
    @ requires from != to;
    @ requires (\bigint) memory.next[to] == 0 && (\bigint) memory.prev[to] == 0;
    @ requires (\bigint) memory.next[from] != from && (\bigint) memory.prev[from] != from;
    @ requires (\bigint) memory.next[from] != (\bigint) memory.prev[from] || (\bigint) memory.next[from] == 0;
    @ requires (\bigint) memory.next[from] != to && (\bigint) memory.prev[from] != to;
    @ requires (\forall int s; 1 <= s && s < memory.slots;
    @     (\bigint) memory.next[s] != 0 ==> (\bigint) memory.prev[(\bigint) memory.next[s]] == s);
    @ requires (\forall int s; 1 <= s && s < memory.slots;
    @     (\bigint) memory.prev[s] != 0 ==> (\bigint) memory.next[(\bigint) memory.prev[s]] == s);
    @ ensures (\forall int s; 1 <= s && s < memory.slots;
    @     (\bigint) memory.next[s] != 0 ==> (\bigint) memory.prev[(\bigint) memory.next[s]] == s);
    @ ensures (\forall int s; 1 <= s && s < memory.slots;
    @     (\bigint) memory.prev[s] != 0 ==> (\bigint) memory.next[(\bigint) memory.prev[s]] == s);
    @ assignable memory.next, memory.prev, memory.revocable, memory.firstBadged;
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

    /** Exchanges the places and flags of two slots, neighbours or not. */
    /*@ public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= a && a < memory.slots && 1 <= b && b < memory.slots;
    @ requires (\bigint) memory.next[a] != a && (\bigint) memory.prev[a] != a;
    @ requires (\bigint) memory.next[a] != (\bigint) memory.prev[a] || (\bigint) memory.next[a] == 0;
    @ requires (\bigint) memory.next[b] != b && (\bigint) memory.prev[b] != b;
    @ requires (\bigint) memory.next[b] != (\bigint) memory.prev[b] || (\bigint) memory.next[b] == 0;
    @ requires ((\bigint) memory.next[a] == b) == ((\bigint) memory.prev[b] == a) && ((\bigint) memory.next[b] == a) == ((\bigint) memory.prev[a] == b);
    @ ensures (\bigint) memory.next[a] == (\old((\bigint) memory.next[b]) == a ? b : \old((\bigint) memory.next[b]));
    @ ensures (\bigint) memory.prev[a] == (\old((\bigint) memory.prev[b]) == a ? b : \old((\bigint) memory.prev[b]));
    @ ensures (\bigint) memory.next[b] == (\old((\bigint) memory.next[a]) == b ? a : \old((\bigint) memory.next[a]));
    @ ensures (\bigint) memory.prev[b] == (\old((\bigint) memory.prev[a]) == b ? a : \old((\bigint) memory.prev[a]));
    @ ensures (boolean) memory.revocable[a] == \old((boolean) memory.revocable[b]) && (boolean) memory.revocable[b] == \old((boolean) memory.revocable[a]);
    @ ensures (boolean) memory.firstBadged[a] == \old((boolean) memory.firstBadged[b]) && (boolean) memory.firstBadged[b] == \old((boolean) memory.firstBadged[a]);
    @ ensures (\forall int s; 0 <= s && s < memory.slots && s != a && s != b && (s == 0 || s != \old((\bigint) memory.prev[a]) && s != \old((\bigint) memory.prev[b]));
    @     (\bigint) memory.next[s] == \old((\bigint) memory.next[s]));
    @ ensures (\forall int s; 0 <= s && s < memory.slots && s != a && s != b && (s == 0 || s != \old((\bigint) memory.next[a]) && s != \old((\bigint) memory.next[b]));
    @     (\bigint) memory.prev[s] == \old((\bigint) memory.prev[s]));
    @ ensures (\forall int s; 0 <= s && s < memory.slots && s != a && s != b;
    @     (boolean) memory.revocable[s] == \old((boolean) memory.revocable[s])
    @     && (boolean) memory.firstBadged[s] == \old((boolean) memory.firstBadged[s]));
    @ assignable memory.next, memory.prev, memory.revocable, memory.firstBadged;
    @ also public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= a && a < memory.slots && 1 <= b && b < memory.slots;
    @ requires (\bigint) memory.next[a] != a && (\bigint) memory.prev[a] != a;
    @ requires (\bigint) memory.next[a] != (\bigint) memory.prev[a] || (\bigint) memory.next[a] == 0;
    @ requires (\bigint) memory.next[b] != b && (\bigint) memory.prev[b] != b;
    @ requires (\bigint) memory.next[b] != (\bigint) memory.prev[b] || (\bigint) memory.next[b] == 0;
    @ requires ((\bigint) memory.next[a] == b) == ((\bigint) memory.prev[b] == a) && ((\bigint) memory.next[b] == a) == ((\bigint) memory.prev[a] == b);
    @ requires (\forall int s; 1 <= s && s < memory.slots;
    @     (\bigint) memory.next[s] != 0 ==> (\bigint) memory.prev[(\bigint) memory.next[s]] == s);
    @ requires (\forall int s; 1 <= s && s < memory.slots;
    @     (\bigint) memory.prev[s] != 0 ==> (\bigint) memory.next[(\bigint) memory.prev[s]] == s);
    @ ensures (\forall int s; 1 <= s && s < memory.slots;
    @     (\bigint) memory.next[s] != 0 ==> (\bigint) memory.prev[(\bigint) memory.next[s]] == s);
    @ ensures (\forall int s; 1 <= s && s < memory.slots;
    @     (\bigint) memory.prev[s] != 0 ==> (\bigint) memory.next[(\bigint) memory.prev[s]] == s);
    @ assignable memory.next, memory.prev, memory.revocable, memory.firstBadged;
    @*/
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
    /*@ public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= a && a < memory.slots && 1 <= b && b < memory.slots;
    @ ensures \result <==> ((boolean) memory.revocable[a] && (boolean) ((\seq) relation.covered[a])[b]);
    @ assignable \strictly_nothing;
    @*/
    public boolean isParent(int a, int b) {
        return memory.revocable(a) && relation.covers(a, b);
    }

    /** Whether anything was derived from the capability in a slot. */
    /*@ public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= slot && slot < memory.slots;
    @ ensures \result <==> ((\bigint) memory.next[slot] != 0 && (boolean) memory.revocable[slot]
    @     && (boolean) ((\seq) relation.covered[slot])[(\bigint) memory.next[slot]]);
    @ assignable \strictly_nothing;
    @*/
    public boolean hasChild(int slot) {
        int after = memory.next(slot);
        return after != 0 && isParent(slot, after);
    }

    /** Whether no other capability names the object. */
    /*@ public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= slot && slot < memory.slots;
    @ ensures \result <==> (((\bigint) memory.prev[slot] == 0 || !((boolean) ((\seq) relation.same[(\bigint) memory.prev[slot]])[slot]))
    @     && ((\bigint) memory.next[slot] == 0 || !((boolean) ((\seq) relation.same[slot])[(\bigint) memory.next[slot]])));
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
