package org.espalier.kernel.sel4.proved;

/**
 * Resolves a capability pointer in a capability space, a graph of CNodes with guards. The outcome of the last {@link #resolve} is
 * kept here, with the words that a failed lookup tells the user.
 *
 * <p>One thread at a time: the kernel's lock is the caller's. The rule is that of seL4's {@code resolveAddressBits}; an order of
 * checks is part of it.
 */
public final class CapLookup {
    public static final int FOUND = 0;
    public static final int INVALID_ROOT = 1;
    public static final int DEPTH_MISMATCH = 3;
    public static final int GUARD_MISMATCH = 4;

    private static final int DESCENDED = -1;

    /*@ spec_public @*/ private final ObjectMemory memory;

    /** The slot with the capability to the CNode at which the lookup is, and ended. */
    /*@ spec_public @*/ private int node;

    /*@ spec_public @*/ private int slot;
    /*@ spec_public @*/ private int bitsLeft;
    /*@ spec_public @*/ private int bitsFound;
    /*@ spec_public @*/ private long guard;
    /*@ spec_public @*/ private int guardBits;

    public CapLookup(ObjectMemory memory) {
        this.memory = memory;
    }

    /**
     * Looks for the slot that the lowest {@code depth} bits of {@code capPtr} name.
     *
     * @param rootSlot the slot that holds the capability to the root CNode
     * @param depth 0 to 64
     * @return {@link #FOUND} with {@link #slot} and {@link #bitsLeft}, which are more than 0 where the path met a slot without a
     *     CNode; {@link #INVALID_ROOT}; {@link #GUARD_MISMATCH} with {@link #bitsLeft}, {@link #guard} and {@link #guardBits};
     *     {@link #DEPTH_MISMATCH} with {@link #bitsLeft} and {@link #bitsFound}
     */
    /*@ public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= rootSlot && rootSlot < memory.cnode.length && 0 <= depth && depth <= 64;
    @ ensures \result == FOUND || \result == INVALID_ROOT || \result == DEPTH_MISMATCH || \result == GUARD_MISMATCH;
    @ ensures \result == INVALID_ROOT <==> !memory.cnode[rootSlot];
    @ ensures \result != INVALID_ROOT ==> 1 <= node && node < memory.cnode.length && memory.cnode[node];
    @ ensures 0 <= bitsLeft && bitsLeft <= depth;
    @ ensures \result == GUARD_MISMATCH ==> !memory.guardMatches[node][bitsLeft]
    @     && guard == memory.guard[node] && guardBits == memory.guardBits[node];
    @ ensures \result == DEPTH_MISMATCH ==> memory.guardMatches[node][bitsLeft]
    @     && bitsFound == memory.guardBits[node] + memory.radix[node] && bitsFound > bitsLeft;
    @ ensures \result == FOUND ==> bitsLeft < depth && (bitsLeft == 0 || !memory.cnode[slot])
    @     && memory.guardMatches[node][bitsLeft + memory.guardBits[node] + memory.radix[node]]
    @     && slot == memory.slotAt[node][bitsLeft + memory.guardBits[node] + memory.radix[node]]
    @     && memory.firstSlot[node] <= slot && slot < memory.firstSlot[node] + memory.slotCount[node];
    @ ensures \result != FOUND ==> slot == 0;
    @ ensures \result != DEPTH_MISMATCH ==> bitsFound == 0;
    @ ensures \result != GUARD_MISMATCH ==> guard == 0 && guardBits == 0;
    @ assignable node, slot, bitsLeft, bitsFound, guard, guardBits;
    @*/
    public int resolve(int rootSlot, long capPtr, int depth) {
        node = rootSlot;
        slot = 0;
        bitsLeft = depth;
        bitsFound = 0;
        guard = 0;
        guardBits = 0;
        if (!memory.isCNode(rootSlot)) {
            return INVALID_ROOT;
        }
        return walk(capPtr);
    }

    /** The rest of the path, from {@link #node} on: at most 64 levels, each of which uses up bits. */
    /*@ private normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= node && node < memory.cnode.length && memory.cnode[node] && 0 <= bitsLeft && bitsLeft <= 64;
    @ requires slot == 0 && bitsFound == 0 && guard == 0 && guardBits == 0;
    @ ensures \result == FOUND || \result == DEPTH_MISMATCH || \result == GUARD_MISMATCH;
    @ ensures 1 <= node && node < memory.cnode.length && memory.cnode[node];
    @ ensures 0 <= bitsLeft && bitsLeft <= \old(bitsLeft);
    @ ensures \result == GUARD_MISMATCH ==> !memory.guardMatches[node][bitsLeft]
    @     && guard == memory.guard[node] && guardBits == memory.guardBits[node];
    @ ensures \result == DEPTH_MISMATCH ==> memory.guardMatches[node][bitsLeft]
    @     && bitsFound == memory.guardBits[node] + memory.radix[node] && bitsFound > bitsLeft;
    @ ensures \result == FOUND ==> bitsLeft < \old(bitsLeft) && (bitsLeft == 0 || !memory.cnode[slot])
    @     && memory.guardMatches[node][bitsLeft + memory.guardBits[node] + memory.radix[node]]
    @     && slot == memory.slotAt[node][bitsLeft + memory.guardBits[node] + memory.radix[node]]
    @     && memory.firstSlot[node] <= slot && slot < memory.firstSlot[node] + memory.slotCount[node];
    @ ensures \result != FOUND ==> slot == 0;
    @ ensures \result != DEPTH_MISMATCH ==> bitsFound == 0;
    @ ensures \result != GUARD_MISMATCH ==> guard == 0 && guardBits == 0;
    @ measured_by bitsLeft;
    @ assignable node, slot, bitsLeft, bitsFound, guard, guardBits;
    @*/
    private int walk(long capPtr) {
        int outcome = step(capPtr);
        return outcome == DESCENDED ? walk(capPtr) : outcome;
    }

    /** Uses up the bits of one level: {@link #node} is the next level's CNode when there is one. */
    /*@ private normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= node && node < memory.cnode.length && memory.cnode[node] && 0 <= bitsLeft && bitsLeft <= 64;
    @ ensures \result == FOUND || \result == DESCENDED || \result == DEPTH_MISMATCH || \result == GUARD_MISMATCH;
    @ ensures \result == GUARD_MISMATCH <==> !memory.guardMatches[\old(node)][\old(bitsLeft)];
    @ ensures \result == GUARD_MISMATCH ==> guard == memory.guard[node] && guardBits == memory.guardBits[node];
    @ ensures \result == DEPTH_MISMATCH ==> bitsFound == memory.guardBits[node] + memory.radix[node] && bitsFound > bitsLeft;
    @ ensures \result == DEPTH_MISMATCH || \result == GUARD_MISMATCH ==> node == \old(node) && bitsLeft == \old(bitsLeft);
    @ ensures \result == FOUND || \result == DESCENDED ==> bitsLeft
    @     == \old(bitsLeft) - memory.guardBits[\old(node)] - memory.radix[\old(node)] && 0 <= bitsLeft && bitsLeft < \old(bitsLeft);
    @ ensures \result == FOUND ==> node == \old(node) && slot == memory.slotAt[node][\old(bitsLeft)]
    @     && memory.firstSlot[node] <= slot && slot < memory.firstSlot[node] + memory.slotCount[node]
    @     && (bitsLeft == 0 || !memory.cnode[slot]);
    @ ensures \result == DESCENDED ==> node == memory.slotAt[\old(node)][\old(bitsLeft)]
    @     && 1 <= node && node < memory.cnode.length && memory.cnode[node] && 0 < bitsLeft;
    @ ensures \result != FOUND ==> slot == \old(slot);
    @ ensures \result != DEPTH_MISMATCH ==> bitsFound == \old(bitsFound);
    @ ensures \result != GUARD_MISMATCH ==> guard == \old(guard) && guardBits == \old(guardBits);
    @ assignable node, slot, bitsLeft, bitsFound, guard, guardBits;
    @*/
    private int step(long capPtr) {
        int nodeGuardBits = memory.guardBits(node);
        if (!memory.guardMatches(node, capPtr, bitsLeft)) {
            guard = memory.guard(node);
            guardBits = nodeGuardBits;
            return GUARD_MISMATCH;
        }
        int levelBits = nodeGuardBits + memory.radix(node);
        if (levelBits > bitsLeft) {
            bitsFound = levelBits;
            return DEPTH_MISMATCH;
        }
        int below = memory.slotAt(node, capPtr, bitsLeft);
        bitsLeft = bitsLeft - levelBits;
        if (bitsLeft == 0 || !memory.isCNode(below)) {
            slot = below;
            return FOUND;
        }
        node = below;
        return DESCENDED;
    }

    /** The slot that was found, 0 when none was. */
    public int slot() {
        return slot;
    }

    /** Bits that were not used: of a slot without a CNode, or where the lookup failed. */
    public int bitsLeft() {
        return bitsLeft;
    }

    /** The bits that the CNode at which the lookup failed would have used: guard and radix. */
    public int bitsFound() {
        return bitsFound;
    }

    /** The guard that did not match. */
    public long guard() {
        return guard;
    }

    public int guardBits() {
        return guardBits;
    }
}
