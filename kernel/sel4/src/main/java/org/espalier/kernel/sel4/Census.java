package org.espalier.kernel.sel4;

import java.util.Arrays;
import org.espalier.kernel.sel4.proved.ObjectMemory;

/**
 * All capabilities that there are, found by a walk from the slots that the kernel has from the start: what a capability to a CNode,
 * TCB or zombie names are slots, and so are the neighbours of a slot in the derivation tree, which leads to CNodes that only they
 * themselves still name. Memory that is free is not looked at.
 *
 * <p>Holds: a slot without capability is all zeros; a neighbour is a slot of something that a capability names. The two are checked
 * here, as the walk rests on them.
 */
final class Census {
    private final ObjectMemory memory;
    private final long bytes;
    private final int[][] roots;

    /** Slots that hold a capability. */
    private final IntIndex slots = new IntIndex();

    /** First slots of CNodes and TCBs that were walked. */
    private final IntIndex nodes = new IntIndex();

    private long[] nodeEnds = new long[256];

    /** TCBs with a capability, zombies apart. */
    private final IntIndex tcbs = new IntIndex();

    private final IntIndex foreign = new IntIndex();
    private final IntIndex perhaps = new IntIndex();

    /**
     * A census of memory of {@code bytes}.
     *
     * @param roots ranges of slots that are always slots: the first one, and how many
     */
    Census(ObjectMemory memory, long bytes, int[]... roots) {
        this.memory = memory;
        this.bytes = bytes;
        this.roots = roots;
    }

    IntIndex slots() {
        return slots;
    }

    IntIndex tcbs() {
        return tcbs;
    }

    void take() {
        slots.clear();
        nodes.clear();
        tcbs.clear();
        foreign.clear();
        perhaps.clear();
        for (int[] root : roots) {
            walk(root[0], root[1]);
        }
        int seen = 0;
        int strange = 0;
        do {
            while (seen < slots.size()) {
                meet(slots.key(seen++));
            }
            while (strange < foreign.size()) {
                int slot = foreign.key(strange++);
                if (!slots.contains(slot) && isInMemory(slot, 1)) {
                    follow(slot);
                }
            }
        } while (seen < slots.size() || strange < foreign.size());
        checkNeighbours();
    }

    private void meet(int slot) {
        long w0 = memory.w0(slot);
        if (Caps.type(w0) == CapType.THREAD) {
            tcbs.add(Caps.tcb(w0));
        }
        enter(w0, slot);
        follow(slot);
    }

    /** Walks the slots of what a capability names. */
    private void enter(long w0, int slot) {
        int first = Caps.firstSlot(w0);
        int count = switch (Caps.type(w0)) {
            case CapType.CNODE -> 1 << Math.min(Caps.a(w0), 30);
            case CapType.THREAD -> TcbLayout.SLOTS;
            case CapType.ZOMBIE -> Caps.a(w0) == Caps.ZOMBIE_TCB ? TcbLayout.SLOTS : 1 << Math.min(Caps.a(w0), 30);
            default -> 0;
        };
        if (count != 0) {
            if (!isInMemory(first, count)) {
                throw new InvariantViolation("The %s capability in %s names memory at %s that does not exist."
                        .formatted(
                                CapType.name(Caps.type(w0)),
                                InvariantViolation.slot(slot),
                                InvariantViolation.at(Caps.object(w0))));
            }
            walk(first, count);
        }
    }

    /** Notes neighbours that are in no CNode which is known yet; they may lead to the capability that makes it known. */
    private void follow(int slot) {
        note(memory.next(slot));
        note(memory.prev(slot));
        if (!slots.contains(slot)) {
            long w0 = memory.w0(slot);
            int type = Caps.type(w0);
            boolean isNode = type == CapType.CNODE || type == CapType.THREAD || type == CapType.ZOMBIE;
            if (isNode && perhaps.add(slot)) {
                enter(w0, slot);
            }
        }
    }

    private void note(int neighbour) {
        if (neighbour != 0 && !slots.contains(neighbour)) {
            foreign.add(neighbour);
        }
    }

    private boolean isInMemory(int first, int count) {
        return first > 0 && ((long) first + count) << ObjectType.SLOT_BITS <= bytes;
    }

    private void walk(int first, int count) {
        if (!nodes.add(first)) {
            return;
        }
        int index = nodes.size() - 1;
        if (index == nodeEnds.length) {
            nodeEnds = Arrays.copyOf(nodeEnds, index * 2);
        }
        nodeEnds[index] = (long) first + count;
        long address = (long) first << ObjectType.SLOT_BITS;
        for (int slot = first; slot < first + count; slot++, address += ObjectMemory.SLOT_BYTES) {
            long w0 = memory.word(address);
            if (Caps.type(w0) != CapType.NULL) {
                slots.add(slot);
            } else if ((w0 | memory.word(address + 8) | memory.word(address + 16) | memory.word(address + 24)) != 0) {
                throw new InvariantViolation(
                        "The empty %s has a link, a flag or a rest of a capability: a slot without capability is all zeros."
                                .formatted(InvariantViolation.slot(slot)));
            }
        }
    }

    private void checkNeighbours() {
        for (int i = 0; i < foreign.size(); i++) {
            int slot = foreign.key(i);
            if (!slots.contains(slot)) {
                throw new InvariantViolation(
                        "%s is named as a neighbour in the derivation tree, but %s: neighbours are slots with capabilities."
                                .formatted(
                                        upper(InvariantViolation.slot(slot)),
                                        isInANode(slot) ? "it is empty" : "no CNode or TCB with a capability has it"));
            }
        }
    }

    private boolean isInANode(int slot) {
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.key(i) <= slot && slot < nodeEnds[i]) {
                return true;
            }
        }
        return false;
    }

    private static String upper(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
