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

    // For the prover alone: the capability to the CNode at which the lookup ended, and the bits that were left when it
    // came there.
    /*@ public ghost int node; @*/
    /*@ public ghost int bitsAtNode; @*/

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
    @ requires 1 <= rootSlot && rootSlot < memory.slots() && 0 <= depth && depth <= 64;
    @ requires memory.reached(rootSlot, capPtr, depth);
    @ ensures \result == FOUND || \result == INVALID_ROOT || \result == DEPTH_MISMATCH || \result == GUARD_MISMATCH;
    @ ensures \result == INVALID_ROOT <==> !memory.cnodeIn(rootSlot);
    @ ensures \result == INVALID_ROOT ==> bitsLeft == depth;
    @ ensures \result != INVALID_ROOT ==> 1 <= node && node < memory.slots() && memory.cnodeIn(node)
    @     && 0 <= bitsAtNode && bitsAtNode <= depth && memory.reached(node, capPtr, bitsAtNode);
    @ ensures \result == GUARD_MISMATCH ==> !memory.matches(node, capPtr, bitsAtNode) && bitsLeft == bitsAtNode
    @     && guard == memory.guardIn(node) && guardBits == memory.guardBitsIn(node);
    @ ensures \result == DEPTH_MISMATCH ==> memory.matches(node, capPtr, bitsAtNode) && bitsLeft == bitsAtNode
    @     && bitsFound == memory.guardBitsIn(node) + memory.radixIn(node) && bitsFound > bitsLeft;
    @ ensures \result == FOUND ==> memory.matches(node, capPtr, bitsAtNode)
    @     && bitsLeft == bitsAtNode - memory.guardBitsIn(node) - memory.radixIn(node) && 0 <= bitsLeft
    @     && slot == memory.named(node, capPtr, bitsAtNode) && (bitsLeft == 0 || !memory.cnodeIn(slot))
    @     && memory.firstSlotIn(node) <= slot && slot < memory.firstSlotIn(node) + memory.slotCountIn(node);
    @ ensures \result != FOUND ==> slot == 0;
    @ ensures \result != DEPTH_MISMATCH ==> bitsFound == 0;
    @ ensures \result != GUARD_MISMATCH ==> guard == 0 && guardBits == 0;
    @ assignable slot, bitsLeft, bitsFound, guard, guardBits, node, bitsAtNode;
    @*/
    public int resolve(int rootSlot, long capPtr, int depth) {
        if (!memory.isCNode(rootSlot)) {
            return failed(INVALID_ROOT, depth, 0, 0, 0);
        }
        int at = rootSlot;
        int left = depth;
        // 0x7fffffff: the prover does not keep of a loop's variable that it is an int.
        /*@ loop_invariant 1 <= at && at < memory.slots() && at <= 0x7fffffff && memory.cnodeIn(at);
        @ loop_invariant 0 <= left && left <= depth && memory.reached(at, capPtr, left);
        @ decreases left;
        @ assignable \strictly_nothing;
        @*/
        while (true) {
            int atGuardBits = memory.guardBits(at);
            if (!memory.guardMatches(at, capPtr, left)) {
                /*@ set node = at; @*/
                /*@ set bitsAtNode = left; @*/
                return failed(GUARD_MISMATCH, left, 0, memory.guard(at), atGuardBits);
            }
            int levelBits = atGuardBits + memory.radix(at);
            if (levelBits > left) {
                /*@ set node = at; @*/
                /*@ set bitsAtNode = left; @*/
                return failed(DEPTH_MISMATCH, left, levelBits, 0, 0);
            }
            int below = memory.slotAt(at, capPtr, left);
            int rest = left - levelBits;
            if (rest == 0 || !memory.isCNode(below)) {
                /*@ set node = at; @*/
                /*@ set bitsAtNode = left; @*/
                return found(below, rest);
            }
            at = below;
            left = rest;
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

    private int found(int below, int left) {
        slot = below;
        bitsLeft = left;
        bitsFound = 0;
        guard = 0;
        guardBits = 0;
        return FOUND;
    }

    private int failed(int outcome, int left, int levelBits, long atGuard, int atGuardBits) {
        slot = 0;
        bitsLeft = left;
        bitsFound = levelBits;
        guard = atGuard;
        guardBits = atGuardBits;
        return outcome;
    }
}
