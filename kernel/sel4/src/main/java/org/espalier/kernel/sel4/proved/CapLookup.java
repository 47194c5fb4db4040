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

    /*@ spec_public @*/ private final ObjectMemory memory;

    /*@ spec_public @*/ private int slot;
    /*@ spec_public @*/ private int bitsLeft;
    /*@ spec_public @*/ private int bitsFound;
    /*@ spec_public @*/ private long guard;
    /*@ spec_public @*/ private int guardBits;

    // For the contract only: the CNode at which the lookup ended, by the slot with the capability to it, and the bits
    // left there.
    /*@ public ghost int node; @*/
    /*@ public ghost int at; @*/

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
    @ requires 1 <= rootSlot && rootSlot < memory.slots && 0 <= depth && depth <= 64;
    @ // Whatever is the same before and after each level that the rule passes is the same for the root and for the last CNode.
    @ requires (\forall int n; 1 <= n && n < memory.slots && (boolean) memory.cnode[n]; (\forall int l, c; 0 <= l && l <= 64
    @     && (\bigint) memory.guardBits[n] + (\bigint) memory.radix[n] < l
    @     && (\bigint) ((\seq) ((\seq) Bits.field[capPtr])[l])[(\bigint) memory.guardBits[n]] == (\bigint) memory.guard[n]
    @     && c == (\bigint) memory.firstSlot[n]
    @         + (\bigint) ((\seq) ((\seq) Bits.field[capPtr])[l - (\bigint) memory.guardBits[n]])[(\bigint) memory.radix[n]]
    @     && (boolean) memory.cnode[c];
    @     (\bigint) ((\seq) memory.meaning[n])[l]
    @         == (\bigint) ((\seq) memory.meaning[c])[l - (\bigint) memory.guardBits[n] - (\bigint) memory.radix[n]]));
    @ ensures \result == INVALID_ROOT <==> !((boolean) memory.cnode[rootSlot]);
    @ ensures \result != INVALID_ROOT ==> 1 <= node && node < memory.slots && (boolean) memory.cnode[node]
    @     && 0 <= at && at <= depth && (\bigint) ((\seq) memory.meaning[node])[at] == (\bigint) ((\seq) memory.meaning[rootSlot])[depth];
    @ ensures \result == GUARD_MISMATCH ==> bitsLeft == at && guard == (\bigint) memory.guard[node]
    @     && guardBits == (\bigint) memory.guardBits[node] && slot == 0 && bitsFound == 0
    @     && (guardBits > at || (\bigint) ((\seq) ((\seq) Bits.field[capPtr])[at])[guardBits] != guard);
    @ ensures \result == FOUND || \result == DEPTH_MISMATCH ==> (\bigint) memory.guardBits[node] <= at
    @     && (\bigint) ((\seq) ((\seq) Bits.field[capPtr])[at])[(\bigint) memory.guardBits[node]] == (\bigint) memory.guard[node] && guard == 0 && guardBits == 0;
    @ ensures \result == DEPTH_MISMATCH ==> bitsLeft == at && slot == 0
    @     && bitsFound == (\bigint) memory.guardBits[node] + (\bigint) memory.radix[node] && bitsFound > at;
    @ ensures \result == FOUND ==> 1 <= slot && slot < memory.slots && bitsFound == 0
    @     && bitsLeft == at - (\bigint) memory.guardBits[node] - (\bigint) memory.radix[node] && 0 <= bitsLeft && bitsLeft < depth
    @     && slot == (\bigint) memory.firstSlot[node]
    @         + (\bigint) ((\seq) ((\seq) Bits.field[capPtr])[at - (\bigint) memory.guardBits[node]])[(\bigint) memory.radix[node]]
    @     && (bitsLeft == 0 || !((boolean) memory.cnode[slot]));
    @ ensures \result == INVALID_ROOT ==> slot == 0 && bitsLeft == depth && bitsFound == 0 && guard == 0 && guardBits == 0;
    @ ensures \result == FOUND || \result == INVALID_ROOT || \result == DEPTH_MISMATCH || \result == GUARD_MISMATCH;
    @ assignable slot, bitsLeft, bitsFound, guard, guardBits, node, at;
    @*/
    public int resolve(int rootSlot, long capPtr, int depth) {
        slot = 0;
        bitsLeft = depth;
        bitsFound = 0;
        guard = 0;
        guardBits = 0;
        if (!memory.isCNode(rootSlot)) {
            return INVALID_ROOT;
        }
        int cnode = rootSlot;
        int left = depth;
        /*@ loop_invariant 1 <= cnode && cnode < memory.slots && (boolean) memory.cnode[cnode] && 0 <= left && left <= depth;
        @ loop_invariant (\bigint) ((\seq) memory.meaning[cnode])[left] == (\bigint) ((\seq) memory.meaning[rootSlot])[depth];
        @ loop_invariant slot == 0 && bitsFound == 0 && guard == 0 && guardBits == 0 && \invariant_for(memory);
        @ decreases left;
        @ assignable node, at;
        @*/
        while (true) {
            /*@ set node = cnode; @*/
            /*@ set at = left; @*/
            int nodeGuardBits = memory.guardBits(cnode);
            int radix = memory.radix(cnode);
            long nodeGuard = memory.guard(cnode);
            if (nodeGuardBits > left || Bits.below(capPtr, left, nodeGuardBits) != nodeGuard) {
                bitsLeft = left;
                guard = nodeGuard;
                guardBits = nodeGuardBits;
                return GUARD_MISMATCH;
            }
            int levelBits = nodeGuardBits + radix;
            if (levelBits > left) {
                bitsLeft = left;
                bitsFound = levelBits;
                return DEPTH_MISMATCH;
            }
            int below = memory.firstSlot(cnode) + (int) Bits.below(capPtr, left - nodeGuardBits, radix);
            left = left - levelBits;
            if (left == 0 || !memory.isCNode(below)) {
                slot = below;
                bitsLeft = left;
                return FOUND;
            }
            cnode = below;
        }
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
