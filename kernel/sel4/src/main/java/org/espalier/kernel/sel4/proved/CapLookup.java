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

    private final ObjectMemory memory;

    private int slot;
    private int bitsLeft;
    private int bitsFound;
    private long guard;
    private int guardBits;

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
    public int resolve(int rootSlot, long capPtr, int depth) {
        slot = 0;
        bitsLeft = depth;
        bitsFound = 0;
        guard = 0;
        guardBits = 0;
        if (!memory.isCNode(rootSlot)) {
            return INVALID_ROOT;
        }
        int node = rootSlot;
        int left = depth;
        while (true) {
            int nodeGuardBits = memory.guardBits(node);
            int radix = memory.radix(node);
            long nodeGuard = memory.guard(node);
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
            node = memory.firstSlot(node) + (int) Bits.below(capPtr, left - nodeGuardBits, radix);
            left = left - levelBits;
            if (left == 0 || !memory.isCNode(node)) {
                slot = node;
                bitsLeft = left;
                return FOUND;
            }
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
