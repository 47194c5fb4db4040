package org.espalier.kernel.sel4;

import java.util.Arrays;
import org.espalier.kernel.sel4.proved.ObjectMemory;

/**
 * The derivation tree is well formed: links are symmetric, no list is a ring, what was derived from a capability follows it without
 * a gap and nests, and nothing that was derived says more than what it was derived from. Afterwards every capability has a rank:
 * its place when all lists are put one behind the other.
 */
final class DerivationInvariants {
    private static final int LINK_BITS = 34;

    private final ObjectMemory memory;
    private final CapRules rules;
    private final Census census;
    private int[] rankOf = new int[256];
    private int[] slotAt = new int[256];
    private int[] end = new int[256];
    private int[] ancestors = new int[64];

    DerivationInvariants(ObjectMemory memory, CapRules rules, Census census) {
        this.memory = memory;
        this.rules = rules;
        this.census = census;
    }

    /** The capability of rank {@code rank}. */
    int slot(int rank) {
        return slotAt[rank];
    }

    /** The rank of the capability with that place in the census. */
    int rank(int index) {
        return rankOf[index];
    }

    /** Whether the capability of rank {@code child} was derived from that of rank {@code parent}, at once or not. */
    boolean isDescendant(int parent, int child) {
        return parent < child && child < end[parent];
    }

    void check() {
        IntIndex slots = census.slots();
        int count = slots.size();
        if (rankOf.length < count) {
            rankOf = new int[count * 2];
            slotAt = new int[count * 2];
            end = new int[count * 2];
        }
        Arrays.fill(rankOf, 0, count, -1);
        for (int i = 0; i < count; i++) {
            checkLinks(slots.key(i));
        }
        int rank = 0;
        for (int i = 0; i < count; i++) {
            int slot = slots.key(i);
            if (memory.prev(slot) == 0) {
                rank = checkList(slot, rank);
            }
        }
        if (rank != count) {
            for (int i = 0; i < count; i++) {
                if (rankOf[i] < 0) {
                    throw new InvariantViolation(
                            "The derivation tree goes round in a ring through %s: its lists have a beginning and an end."
                                    .formatted(InvariantViolation.slot(slots.key(i))));
                }
            }
        }
    }

    private void checkLinks(int slot) {
        int next = memory.next(slot);
        int prev = memory.prev(slot);
        if (next != 0 && memory.prev(next) != slot) {
            throw new InvariantViolation(
                    "After %s comes %s, whose link back leads to %s: links of the derivation tree are symmetric."
                            .formatted(
                                    InvariantViolation.slot(slot),
                                    InvariantViolation.slot(next),
                                    InvariantViolation.slot(memory.prev(next))));
        }
        if (prev != 0 && memory.next(prev) != slot) {
            throw new InvariantViolation(
                    "Before %s comes %s, whose link forward leads to %s: links of the derivation tree are symmetric."
                            .formatted(
                                    InvariantViolation.slot(slot),
                                    InvariantViolation.slot(prev),
                                    InvariantViolation.slot(memory.next(prev))));
        }
        long address = (long) slot << ObjectType.SLOT_BITS;
        if (memory.word(address + 16) >>> LINK_BITS != 0 || memory.word(address + 24) >>> Integer.SIZE != 0) {
            throw new InvariantViolation("The links of %s have bits that mean nothing: those are zero."
                    .formatted(InvariantViolation.slot(slot)));
        }
    }

    /** Walks a list, gives ranks from {@code rank} on, and returns the next one that is free. */
    private int checkList(int first, int rank) {
        int depth = 0;
        int at = rank;
        for (int slot = first; slot != 0; slot = memory.next(slot)) {
            rankOf[census.slots().indexOf(slot)] = at;
            slotAt[at] = slot;
            while (depth > 0 && !isParent(slotAt[ancestors[depth - 1]], slot)) {
                end[ancestors[--depth]] = at;
            }
            for (int i = 0; i < depth; i++) {
                checkNests(slotAt[ancestors[i]], slot, i == depth - 1);
            }
            checkFlags(slot);
            if (depth == ancestors.length) {
                ancestors = Arrays.copyOf(ancestors, depth * 2);
            }
            ancestors[depth++] = at++;
        }
        while (depth > 0) {
            end[ancestors[--depth]] = at;
        }
        return at;
    }

    private boolean isParent(int a, int b) {
        return memory.revocable(a) && rules.covers(a, b);
    }

    private void checkNests(int ancestor, int slot, boolean direct) {
        if (!isParent(ancestor, slot)) {
            throw new InvariantViolation(
                    "%s was derived from a descendant of %s, and not from that: what was derived nests."
                            .formatted(describe(slot), describe(ancestor)));
        }
        if (direct && !hasNoMore(memory.w0(slot), memory.w0(ancestor))) {
            throw new InvariantViolation(
                    "%s has rights that %s does not have, from which it was derived: rights only become fewer."
                            .formatted(describe(slot), describe(ancestor)));
        }
    }

    private static boolean hasNoMore(long child, long parent) {
        if (Caps.type(child) != Caps.type(parent)) {
            return true;
        }
        return switch (Caps.type(child)) {
            case CapType.ENDPOINT, CapType.NOTIFICATION, CapType.REPLY -> (Caps.c(child) & ~Caps.c(parent)) == 0;
            case CapType.FRAME -> Caps.b(child) <= Caps.b(parent);
            default -> true;
        };
    }

    /** Some kinds are always parents of what is derived from them, and replies to callers never are. */
    private void checkFlags(int slot) {
        long w0 = memory.w0(slot);
        int type = Caps.type(w0);
        boolean must = type == CapType.UNTYPED
                || type == CapType.IRQ_CONTROL
                || type == CapType.IO_PORT_CONTROL
                || (type == CapType.REPLY && Caps.has(w0, Caps.MASTER));
        boolean mustNot = type == CapType.REPLY && !Caps.has(w0, Caps.MASTER);
        if ((must && !memory.revocable(slot)) || (mustNot && memory.revocable(slot))) {
            throw new InvariantViolation("%s is %s: capabilities of its kind are%s."
                    .formatted(describe(slot), must ? "not revocable" : "revocable", must ? "" : " not"));
        }
    }

    private String describe(int slot) {
        return "The %s capability in %s".formatted(CapType.name(memory.type(slot)), InvariantViolation.slot(slot));
    }
}
