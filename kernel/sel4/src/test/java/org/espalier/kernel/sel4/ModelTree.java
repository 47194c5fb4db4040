package org.espalier.kernel.sel4;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All slots of the reference model, and which capability was derived from which: a tree of parents and children that is kept as
 * capabilities come, move and go, not found out from what they say (seL4 manual, 3.1.4).
 */
final class ModelTree {
    private final Map<Long, ModelSlot> slots = new TreeMap<>();
    private final boolean orphans;

    /** {@code orphans} is a mistake: what is derived from a deleted capability is then derived from nothing. */
    ModelTree(boolean orphans) {
        this.orphans = orphans;
    }

    ModelSlot slot(long address) {
        return slots.computeIfAbsent(address, ModelSlot::new);
    }

    @Nullable ModelSlot slotIfKnown(long address) {
        return slots.get(address);
    }

    Collection<ModelSlot> slots() {
        return slots.values();
    }

    /** Makes the slots of a new object, or forgets those of one that is gone. */
    void slots(long object, int count, boolean exist) {
        for (int i = 0; i < count; i++) {
            long address = object + (long) i * ModelCap.SLOT_BYTES;
            if (exist) {
                slot(address);
            } else {
                slots.remove(address);
            }
        }
    }

    /** Puts a capability to something new into a slot. */
    void insertNew(ModelSlot slot, ModelCap cap, @Nullable ModelSlot parent) {
        slot.cap(cap);
        slot.original(true);
        slot.parent(parent);
    }

    /** Puts what was made of the capability of {@code source} into another slot. */
    void insertDerived(ModelSlot slot, ModelCap cap, ModelSlot source) {
        ModelCap from = source.cap();
        boolean badged =
                (cap.is(ModelCap.Kind.ENDPOINT) || cap.is(ModelCap.Kind.NOTIFICATION)) && cap.word() != from.word();
        boolean original = badged || cap.is(ModelCap.Kind.UNTYPED);
        boolean isChild = source.isOriginal() && !(from.isBadged() && original);
        if (cap.is(ModelCap.Kind.UNTYPED)) {
            source.cap(from.withWord(1L << from.size()));
        }
        slot.cap(cap);
        slot.original(original);
        slot.parent(isChild ? source : source.parent());
    }

    /** Moves a capability, which becomes {@code cap}, with all that is derived from it. */
    void move(ModelCap cap, ModelSlot from, ModelSlot to) {
        to.cap(cap);
        to.original(from.isOriginal());
        to.parent(from.parent());
        List.copyOf(from.children()).forEach(child -> child.parent(to));
        from.parent(null);
        from.cap(null);
        from.original(false);
    }

    /** Exchanges two; the one that was in {@code a} becomes {@code capA}. */
    void swap(@Nullable ModelCap capA, ModelSlot a, @Nullable ModelCap capB, ModelSlot b) {
        ModelSlot between = new ModelSlot(0);
        exchange(capA, a, between);
        exchange(capB, b, a);
        exchange(capA, between, b);
    }

    private void exchange(@Nullable ModelCap cap, ModelSlot from, ModelSlot to) {
        if (cap != null) {
            move(cap, from, to);
        }
    }

    /** Takes a capability out; what was derived from it now is derived from what it was derived from. */
    void remove(ModelSlot slot) {
        ModelSlot parent = orphans ? null : slot.parent();
        List.copyOf(slot.children()).forEach(child -> child.parent(parent));
        slot.parent(null);
        slot.cap(null);
        slot.original(false);
    }

    boolean isLast(ModelSlot slot) {
        return slots.values().stream()
                .noneMatch(other ->
                        other != slot && !other.isEmpty() && other.cap().sameObject(slot.cap()));
    }

    // ---- addresses

    /** Where an address leads, and how many of its bits were left over. */
    record Found(ModelSlot slot, int bitsLeft) {}

    /** Follows the first {@code depth} bits of an address. */
    Found find(@Nullable ModelCap root, long address, int depth) {
        if (root == null || !root.is(ModelCap.Kind.CNODE)) {
            throw Refused.lookup(LookupFailure.INVALID_ROOT);
        }
        ModelCap node = root;
        int left = depth;
        while (true) {
            int bits = node.guardBits();
            if (bits > left || bits(address, left, bits) != node.word()) {
                throw Refused.lookup(LookupFailure.GUARD_MISMATCH, left, node.word(), bits);
            }
            if (bits + node.size() > left) {
                throw Refused.lookup(LookupFailure.DEPTH_MISMATCH, left, bits + node.size());
            }
            long index = bits(address, left - bits, node.size());
            left -= bits + node.size();
            ModelSlot slot = slot(node.object() + index * ModelCap.SLOT_BYTES);
            if (left == 0 || !slot.holds(ModelCap.Kind.CNODE)) {
                return new Found(slot, left);
            }
            node = slot.cap();
        }
    }

    /** The {@code count} bits of {@code address} below bit {@code from}. */
    private static long bits(long address, int from, int count) {
        long value = 0;
        for (int i = 1; i <= count; i++) {
            value = value << 1 | (address >>> (from - i) & 1);
        }
        return value;
    }

    /** The slot that exactly {@code depth} bits of {@code index} lead to, for an operation on CNodes. */
    ModelSlot exactly(@Nullable ModelCap root, long index, long depth, boolean source) {
        try {
            if (root != null && root.is(ModelCap.Kind.CNODE) && (depth < 1 || depth > Long.SIZE)) {
                throw new Refused(SyscallError.RANGE_ERROR, 1, Long.SIZE);
            }
            Found found = find(root, index, (int) depth);
            if (found.bitsLeft() != 0) {
                throw Refused.lookup(LookupFailure.DEPTH_MISMATCH, found.bitsLeft(), 0);
            }
            return found.slot();
        } catch (Refused refused) {
            throw refused.error() == SyscallError.FAILED_LOOKUP ? refused.as(source) : refused;
        }
    }
}
