package org.espalier.kernel.sel4;

import java.util.Arrays;
import org.espalier.kernel.sel4.proved.ObjectMemory;

/**
 * Objects are where they may be: aligned to their size, in memory of their kind, disjoint from one another; ranges of untyped memory
 * nest or are disjoint; what is made of untyped memory was derived from it and lies in its used part; a zombie is the last capability
 * of what it was; capabilities to one object follow one another in the derivation tree, as the answer to "is it the last?" rests on
 * that. Afterwards capabilities can be found by the address of their object.
 */
final class MemoryInvariants {
    // A capability in one number: address / 16, then larger objects first, then the rank.
    private static final int RANK_BITS = 27;
    private static final int SIZE_BITS = 6;

    /** From here to 1 MiB a PC has devices. */
    private static final long LEGACY_START = 0xa_0000;

    private static final long LEGACY_END = 0x10_0000;

    private final ObjectMemory memory;
    private final Census census;
    private final DerivationInvariants derivation;
    private final long ramBytes;
    private long[] sorted = new long[256];
    private int count;
    private int[] enclosing = new int[64];

    MemoryInvariants(ObjectMemory memory, Census census, DerivationInvariants derivation, long ramBytes) {
        this.memory = memory;
        this.census = census;
        this.derivation = derivation;
        this.ramBytes = ramBytes;
    }

    /** The place of the first capability whose object begins at {@code address} or behind it. */
    int find(long address) {
        int at = Arrays.binarySearch(sorted, 0, count, address >>> 4 << (RANK_BITS + SIZE_BITS));
        return at < 0 ? -at - 1 : at;
    }

    /** How many capabilities name memory. */
    int count() {
        return count;
    }

    /** Where the capability at a place is. */
    int slot(int place) {
        return derivation.slot(rank(place));
    }

    void check() {
        IntIndex slots = census.slots();
        if (sorted.length < slots.size()) {
            sorted = new long[slots.size() * 2];
        }
        count = 0;
        for (int i = 0; i < slots.size(); i++) {
            long w0 = memory.w0(slots.key(i));
            int bits = Caps.sizeBits(w0);
            if (bits >= 0) {
                checkPlace(slots.key(i), w0, bits);
                sorted[count++] =
                        (Caps.object(w0) >>> 4 << SIZE_BITS | Long.SIZE - 1 - bits) << RANK_BITS | derivation.rank(i);
            }
        }
        Arrays.sort(sorted, 0, count);
        int depth = 0;
        for (int place = 0; place < count; place++) {
            while (depth > 0 && end(enclosing[depth - 1]) <= start(place)) {
                depth--;
            }
            boolean same = false;
            for (int i = 0; i < depth; i++) {
                same |= checkWithin(enclosing[i], place);
            }
            if (!same) {
                if (depth == enclosing.length) {
                    enclosing = Arrays.copyOf(enclosing, depth * 2);
                }
                enclosing[depth++] = place;
            }
        }
    }

    private void checkPlace(int slot, long w0, int bits) {
        long object = Caps.object(w0);
        long size = 1L << bits;
        if ((object & size - 1) != 0) {
            throw new InvariantViolation("%s is not aligned to its size, %s bytes.".formatted(describe(slot), size));
        }
        boolean device =
                Caps.has(w0, Caps.DEVICE) && (Caps.type(w0) == CapType.UNTYPED || Caps.type(w0) == CapType.FRAME);
        boolean isInDevices = (object >= LEGACY_START && object + size <= LEGACY_END) || object >= ramBytes;
        boolean isInRam = object >= LEGACY_END && object + size <= ramBytes;
        if (device ? !isInDevices : !isInRam) {
            throw new InvariantViolation("%s of %s bytes is not in memory %s."
                    .formatted(describe(slot), size, device ? "of devices" : "that is user land's"));
        }
    }

    /** Checks an object against one that begins before it or is larger or of a lower rank; true if they are one object. */
    private boolean checkWithin(int outer, int inner) {
        int outerSlot = slot(outer);
        int innerSlot = slot(inner);
        long outer0 = memory.w0(outerSlot);
        if (end(inner) > end(outer)) {
            throw new InvariantViolation("%s overlaps the end of %s: objects nest in untyped memory or are disjoint."
                    .formatted(describe(innerSlot), describe(outerSlot)));
        }
        if (Caps.type(outer0) != CapType.UNTYPED) {
            checkSame(outer, inner);
            return true;
        }
        if (!derivation.isDescendant(rank(outer), rank(inner))) {
            throw new InvariantViolation(
                    "%s lies in %s and was not derived from it: what is made of untyped memory is its descendant."
                            .formatted(describe(innerSlot), describe(outerSlot)));
        }
        long used = memory.w1(outerSlot);
        if (end(inner) > start(outer) + used) {
            throw new InvariantViolation(
                    "%s lies in the free part of %s, of which %s bytes are in use: what is in use is given out once."
                            .formatted(describe(innerSlot), describe(outerSlot), used));
        }
        return false;
    }

    private void checkSame(int a, int b) {
        int slotA = slot(a);
        int slotB = slot(b);
        long a0 = memory.w0(slotA);
        long b0 = memory.w0(slotB);
        boolean zombie = Caps.type(a0) == CapType.ZOMBIE || Caps.type(b0) == CapType.ZOMBIE;
        if (start(a) != start(b)
                || Caps.sizeBits(a0) != Caps.sizeBits(b0)
                || (!zombie && Caps.type(a0) != Caps.type(b0))) {
            throw new InvariantViolation(
                    "%s overlaps %s: objects are disjoint.".formatted(describe(slotB), describe(slotA)));
        }
        if (zombie) {
            throw new InvariantViolation("%s names what %s names: a zombie is the last capability of what it was."
                    .formatted(describe(slotB), describe(slotA)));
        }
        int from = rank(b - 1);
        if (rank(b) != from + 1 || memory.prev(slotB) != derivation.slot(from)) {
            throw new InvariantViolation(
                    "%s names what %s names, and they are not neighbours: capabilities to one object follow one another."
                            .formatted(describe(slotB), describe(derivation.slot(from))));
        }
    }

    private int rank(int place) {
        return (int) (sorted[place] & (1L << RANK_BITS) - 1);
    }

    private long start(int place) {
        return sorted[place] >>> (RANK_BITS + SIZE_BITS) << 4;
    }

    private long end(int place) {
        int bits = Long.SIZE - 1 - (int) (sorted[place] >>> RANK_BITS & (1 << SIZE_BITS) - 1);
        return start(place) + (1L << bits);
    }

    private String describe(int slot) {
        return "The %s at %s with a capability in %s"
                .formatted(
                        CapType.name(memory.type(slot)),
                        InvariantViolation.at(Caps.object(memory.w0(slot))),
                        InvariantViolation.slot(slot));
    }
}
