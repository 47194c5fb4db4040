package org.espalier.kernel.sel4.core;

import java.util.ArrayList;
import java.util.List;
import org.espalier.kernel.hw.Fabric.Exhausted;
import org.espalier.kernel.sel4.HostedMachine;
import org.espalier.kernel.sel4.ObjectType;
import org.espalier.machine.PhysicalMemory;

/**
 * Makes objects of the kernel, and ends them: each in a block of untyped memory of exactly its size, with its first capability in a slot
 * of core's. Guarded by the {@link RootTask}.
 */
final class CoreObjects {
    private static final int LEAF_BITS = HostedMachine.NODE_BITS;
    private static final int LEAF_SIZE_BITS = LEAF_BITS + ObjectType.SLOT_BITS;

    /** Objects that one retype makes. */
    private static final int MOST_AT_ONCE = 256;

    /** As many slots are empty before anything is made: for what is made at once, and for splitting blocks all the way down. */
    private static final int LEAST_SLOTS = 512;

    private final RootTask root;
    private final CapSlots slots = new CapSlots(LEAF_BITS);
    private final UntypedPool pool;
    private final List<UntypedPool.Block> leaves = new ArrayList<>();
    private int nextLeaf;
    private final long scratch;

    /** An object, or several of the same kind in a row. */
    static final class Made {
        final long slot;
        private final int type;
        private final int count;
        private final UntypedPool.Block block;
        private boolean ended;

        private Made(long slot, int type, int count, UntypedPool.Block block) {
            this.slot = slot;
            this.type = type;
            this.count = count;
            this.block = block;
        }

        /** Physical address of the first of them. */
        long address() {
            return block.address;
        }

        /** Bytes that it takes. */
        long bytes() {
            return block.bytes();
        }

        boolean isNode() {
            return type == ObjectType.CNODE;
        }

        boolean isEnded() {
            return ended;
        }
    }

    CoreObjects(HostedMachine machine, RootTask root, PhysicalMemory memory) {
        this.root = root;
        this.nextLeaf = machine.firstFree();
        HostedMachine.Untyped first = machine.untyped().stream()
                .filter(piece -> piece.bits() >= LEAF_SIZE_BITS)
                .min((a, b) -> Integer.compare(a.bits(), b.bits()))
                .orElseThrow(() -> new IllegalStateException("The machine has no memory for core's capabilities."));
        List<HostedMachine.Untyped> others =
                machine.untyped().stream().filter(piece -> piece != first).toList();
        this.pool = new UntypedPool(root, slots, memory, others);
        if (!root.retypeLeaf(first.cap(), nextLeaf)) {
            throw new IllegalStateException("The machine has no memory for core's capabilities.");
        }
        slots.addLeaf(nextLeaf++);
        scratch = slots.take(1);
    }

    /** A slot of core's that is empty between any two operations. */
    long scratch() {
        return scratch;
    }

    UntypedPool pool() {
        return pool;
    }

    /** Makes an object. */
    Made make(int type, int size) throws Exhausted {
        requireSlots();
        UntypedPool.Block block = pool.take((int) ObjectType.bits(type, size));
        return make(block, type, size, 1);
    }

    /** Makes objects of a block. */
    Made make(UntypedPool.Block block, int type, int size, int count) throws Exhausted {
        long slot = slots.take(count);
        if (slot < 0 || !root.retype(block.cap, type, size, slot, count)) {
            if (slot >= 0) {
                slots.giveBack(slot, count);
            }
            pool.giveBack(block);
            throw new Exhausted("an object of the kernel");
        }
        return new Made(slot, type, count, block);
    }

    /** Ends an object, and all capabilities to it. Once or more. */
    void end(Made made) {
        if (!made.ended) {
            made.ended = true;
            pool.giveBack(made.block);
            slots.giveBack(made.slot, made.count);
        }
    }

    /** Makes objects of one kind of all of a block, from which they are ended; their slots are added to {@code made}. */
    void makeAll(UntypedPool.Block block, int type, List<Slots> made) throws Exhausted {
        long count = block.bytes() >>> ObjectType.bits(type, 0);
        while (count > 0) {
            requireSlots();
            int now = (int) Math.min(count, MOST_AT_ONCE);
            long slot = slots.take(now);
            while (slot < 0) {
                // There are as many, but not in a row.
                addLeaf();
                slot = slots.take(now);
            }
            if (!root.retype(block.cap, type, 0, slot, now)) {
                slots.giveBack(slot, now);
                throw new Exhausted("the frames of a dataspace");
            }
            made.add(new Slots(slot, now));
            count -= now;
        }
    }

    /** Ends all that was made of blocks. */
    void endAll(List<UntypedPool.Block> blocks, List<Slots> made) {
        blocks.forEach(pool::giveBack);
        made.forEach(range -> slots.giveBack(range.first(), range.count()));
    }

    /** Slots in a row. */
    record Slots(long first, int count) {}

    /** Sees to it that there are slots for what is made next. */
    void requireSlots() throws Exhausted {
        while (slots.left() < LEAST_SLOTS) {
            addLeaf();
        }
    }

    private void addLeaf() throws Exhausted {
        UntypedPool.Block block = pool.take(LEAF_SIZE_BITS);
        if (nextLeaf == 1 << LEAF_BITS || !root.retypeLeaf(block.cap, nextLeaf)) {
            pool.giveBack(block);
            throw new Exhausted("core's capabilities");
        }
        leaves.add(block);
        slots.addLeaf(nextLeaf++);
    }

    /**
     * Ends the CNodes of core's own capabilities, which are the last objects that there are: from then on all memory is as it was
     * before core began.
     *
     * @throws IllegalStateException if there is any other object, which somebody has not given back
     */
    void close(HostedMachine machine) {
        int left = pool.taken() - leaves.size();
        if (left != 0) {
            throw new IllegalStateException(left + " objects of the kernel were left behind by those who had them.");
        }
        machine.untyped().forEach(piece -> root.revoke(piece.cap()));
        if (!machine.used().isEmpty()) {
            throw new IllegalStateException("Memory of the machine is still in use: " + machine.used());
        }
    }
}
