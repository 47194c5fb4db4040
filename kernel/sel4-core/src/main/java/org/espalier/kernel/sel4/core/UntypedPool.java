package org.espalier.kernel.sel4.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.espalier.kernel.hw.Fabric.Exhausted;
import org.espalier.kernel.sel4.HostedMachine;
import org.espalier.kernel.sel4.ObjectType;
import org.espalier.machine.Frame;
import org.espalier.machine.PhysicalMemory;
import org.jspecify.annotations.Nullable;

/**
 * All untyped memory of core, in blocks whose sizes are powers of two. A block is split by retyping it to two of half its size, and is
 * whole again when both are free: so what is given back is always untyped memory of the kernel that can be made anything.
 * The smallest block that is large enough is taken, and of those the one of the lowest address.
 *
 * <p>Guarded by the {@link RootTask}.
 */
final class UntypedPool {
    /** Memory of blocks from this size on is given back to the host when it is free. */
    private static final int HOST_BITS = 16;

    private static final int FRAME_BITS = 12;
    private static final int MOST_BITS = 48;

    private final RootTask root;
    private final CapSlots slots;
    private final PhysicalMemory memory;
    private final List<TreeSet<Block>> free = new ArrayList<>();
    private int taken;

    /** A piece of memory that somebody has, or nobody, or that is split. */
    static final class Block {
        final long address;
        final int bits;
        final long cap;
        private final @Nullable Block whole;
        private @Nullable Block buddy;

        private Block(long address, int bits, long cap, @Nullable Block whole) {
            this.address = address;
            this.bits = bits;
            this.cap = cap;
            this.whole = whole;
        }

        long bytes() {
            return 1L << bits;
        }
    }

    UntypedPool(RootTask root, CapSlots slots, PhysicalMemory memory, List<HostedMachine.Untyped> all) {
        this.root = root;
        this.slots = slots;
        this.memory = memory;
        for (int i = 0; i < MOST_BITS; i++) {
            free.add(new TreeSet<>(Comparator.comparingLong(block -> block.address)));
        }
        all.forEach(piece -> free.get(piece.bits()).add(new Block(piece.address(), piece.bits(), piece.cap(), null)));
    }

    /** Takes a block of {@code 1 << bits} bytes, of which nothing is made. */
    Block take(int bits) throws Exhausted {
        int size = bits;
        while (size < MOST_BITS && free.get(size).isEmpty()) {
            size++;
        }
        if (size == MOST_BITS) {
            throw new Exhausted((1L << bits) + " bytes");
        }
        Block block = free.get(size).removeFirst();
        while (block.bits > bits) {
            block = split(block);
            free(upper(block));
        }
        taken++;
        return block;
    }

    /** Takes blocks that follow one another without a gap and have {@code bytes} together, whole frames. */
    List<Block> takeRun(long bytes) throws Exhausted {
        int bits = Math.max(FRAME_BITS, Long.SIZE - Long.numberOfLeadingZeros(bytes - 1));
        List<Block> run = new ArrayList<>();
        Block block = take(bits);
        long needed = bytes;
        try {
            while (needed < block.bytes()) {
                block = split(block);
                Block upper = upper(block);
                if (needed <= block.bytes()) {
                    free(upper);
                } else {
                    run.add(block);
                    taken++;
                    needed -= block.bytes();
                    block = upper;
                }
            }
        } catch (Exhausted e) {
            // The block itself was not split, and has been given back.
            taken--;
            run.forEach(this::giveBack);
            throw e;
        }
        run.add(block);
        return run;
    }

    /** Ends all that was made of a block, and takes it back. */
    void giveBack(Block block) {
        root.revoke(block.cap);
        taken--;
        if (block.bits >= HOST_BITS) {
            memory.discard(new Frame(block.address), block.bytes() / Frame.BYTES);
        }
        Block whole = block;
        while (whole.whole != null
                && whole.buddy != null
                && free.get(whole.bits).remove(whole.buddy)) {
            Block parent = whole.whole;
            root.revoke(parent.cap);
            slots.giveBack(Math.min(whole.cap, whole.buddy.cap), 2);
            whole = parent;
        }
        free(whole);
    }

    /** How many blocks somebody has. */
    int taken() {
        return taken;
    }

    private static Block upper(Block lower) {
        Block buddy = lower.buddy;
        if (buddy == null) {
            throw new IllegalStateException("A block that comes from a split has a buddy.");
        }
        return buddy;
    }

    private void free(Block block) {
        free.get(block.bits).add(block);
    }

    /** The lower half of a block, whose buddy is the upper one. */
    private Block split(Block block) throws Exhausted {
        long first = slots.take(2);
        if (first < 0 || !root.retype(block.cap, ObjectType.UNTYPED, block.bits - 1, first, 2)) {
            if (first >= 0) {
                slots.giveBack(first, 2);
            }
            free(block);
            throw new Exhausted("the halves of a block of memory");
        }
        Block lower = new Block(block.address, block.bits - 1, first, block);
        Block upper = new Block(block.address + lower.bytes(), block.bits - 1, first + 1, block);
        lower.buddy = upper;
        upper.buddy = lower;
        return lower;
    }
}
