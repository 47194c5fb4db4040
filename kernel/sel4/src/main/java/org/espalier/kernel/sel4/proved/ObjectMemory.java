package org.espalier.kernel.sel4.proved;

import org.espalier.machine.MemoryView;

/**
 * Loads and stores of kernel objects in physical memory: the one class of the proved core that the prover does not read. Its
 * contract is assumed, in the file of the same name beside the proofs, and held to by {@code ObjectMemoryTest}.
 *
 * <p>Objects are named by {@code int}s, 0 meaning none: a slot by its physical address / 32, a TCB by its address / 2048, a queue
 * head by its address / 16. So at most the first 32 GiB of memory hold queue heads, and the first 64 GiB slots.
 *
 * <p>A slot has four words of eight bytes. Words 0 and 1 are the capability: bits 0–5 of word 0 its type, 6–11, 12–17 and 18–23
 * fields A, B and C, 24–63 the object's physical address >> 4. Bits 0–31 of word 2 name the next slot of the derivation tree, bit 32
 * is "revocable", bit 33 "first badged"; bits 0–31 of word 3 name the slot before. A capability to a CNode has its radix in A, the
 * length of its guard in B, and the guard in word 1. The first word of a queue head holds the first TCB in bits 0–31 and the last in
 * bits 32–63; the word of a TCB at a queue's link offset the next and the one before in the same way.
 *
 * <p>It does not own the memory. One thread at a time: the kernel's lock is the caller's. An address outside of memory throws
 * {@link IndexOutOfBoundsException}.
 */
public final class ObjectMemory {
    public static final int SLOT_BYTES = 32;
    public static final int TCB_BYTES = 2048;
    public static final int QUEUE_BYTES = 16;
    public static final int CNODE = 5;

    private static final int CAP_1 = 8;
    private static final int MDB_NEXT = 16;
    private static final int MDB_PREV = 24;
    private static final long LOW = 0xffff_ffffL;
    private static final long REVOCABLE = 1L << 32;
    private static final long FIRST_BADGED = 1L << 33;
    private static final int FIELD = 0x3f;

    private final MemoryView memory;

    /** Objects live in {@code memory}, whose offsets are physical addresses. */
    public ObjectMemory(MemoryView memory) {
        this.memory = memory;
    }

    /** The word at a physical address, a multiple of 8. */
    public long word(long address) {
        return memory.getLong(address);
    }

    public void setWord(long address, long value) {
        memory.putLong(address, value);
    }

    public int next(int slot) {
        return (int) word(slotAddress(slot) + MDB_NEXT);
    }

    public void setNext(int slot, int next) {
        setLow(slotAddress(slot) + MDB_NEXT, next);
    }

    public int prev(int slot) {
        return (int) word(slotAddress(slot) + MDB_PREV);
    }

    public void setPrev(int slot, int prev) {
        setLow(slotAddress(slot) + MDB_PREV, prev);
    }

    public boolean revocable(int slot) {
        return (word(slotAddress(slot) + MDB_NEXT) & REVOCABLE) != 0;
    }

    public boolean firstBadged(int slot) {
        return (word(slotAddress(slot) + MDB_NEXT) & FIRST_BADGED) != 0;
    }

    public void setFlags(int slot, boolean revocable, boolean firstBadged) {
        long flags = (revocable ? REVOCABLE : 0) | (firstBadged ? FIRST_BADGED : 0);
        long address = slotAddress(slot) + MDB_NEXT;
        setWord(address, (word(address) & LOW) | flags);
    }

    public int type(int slot) {
        return (int) w0(slot) & FIELD;
    }

    public long w0(int slot) {
        return word(slotAddress(slot));
    }

    public long w1(int slot) {
        return word(slotAddress(slot) + CAP_1);
    }

    /** Replaces the capability in a slot; its place in the derivation tree and its flags stay. */
    public void setCap(int slot, long w0, long w1) {
        setWord(slotAddress(slot), w0);
        setWord(slotAddress(slot) + CAP_1, w1);
    }

    public boolean isCNode(int slot) {
        return type(slot) == CNODE;
    }

    /** The binary logarithm of the number of slots of the CNode to which a slot holds a capability. */
    public int radix(int slot) {
        return (int) (w0(slot) >>> 6) & FIELD;
    }

    public int guardBits(int slot) {
        return (int) (w0(slot) >>> 12) & FIELD;
    }

    public long guard(int slot) {
        return w1(slot);
    }

    /** The first slot of the CNode to which a slot holds a capability; the others follow it. */
    public int firstSlot(int slot) {
        return (int) (w0(slot) >>> 24 >>> 1); // The field counts units of 16 bytes.
    }

    /**
     * Whether the guard of the CNode to which {@code slot} holds a capability is what the next bits of a capability pointer say.
     *
     * @param bitsLeft of {@code capPtr}, the lowest ones, which are still to be used; 0 to 64
     * @return false also when fewer bits are left than the guard has
     */
    public boolean guardMatches(int slot, long capPtr, int bitsLeft) {
        int guardBits = guardBits(slot);
        return guardBits <= bitsLeft && Bits.below(capPtr, bitsLeft, guardBits) == guard(slot);
    }

    /**
     * The slot of that CNode which the bits behind the guard name.
     *
     * @param bitsLeft as in {@link #guardMatches}, and at least as many as guard and radix have together
     */
    public int slotAt(int slot, long capPtr, int bitsLeft) {
        return firstSlot(slot) + (int) Bits.below(capPtr, bitsLeft - guardBits(slot), radix(slot));
    }

    public int head(int queue) {
        return (int) word(queueAddress(queue));
    }

    public void setHead(int queue, int tcb) {
        setLow(queueAddress(queue), tcb);
    }

    public int tail(int queue) {
        return (int) (word(queueAddress(queue)) >>> 32);
    }

    public void setTail(int queue, int tcb) {
        setHigh(queueAddress(queue), tcb);
    }

    public int linkNext(int tcb, int linkOffset) {
        return (int) word(tcbAddress(tcb) + linkOffset);
    }

    public void setLinkNext(int tcb, int linkOffset, int next) {
        setLow(tcbAddress(tcb) + linkOffset, next);
    }

    public int linkPrev(int tcb, int linkOffset) {
        return (int) (word(tcbAddress(tcb) + linkOffset) >>> 32);
    }

    public void setLinkPrev(int tcb, int linkOffset, int prev) {
        setHigh(tcbAddress(tcb) + linkOffset, prev);
    }

    private static long slotAddress(int slot) {
        return (long) slot * SLOT_BYTES;
    }

    private static long queueAddress(int queue) {
        return (long) queue * QUEUE_BYTES;
    }

    private static long tcbAddress(int tcb) {
        return (long) tcb * TCB_BYTES;
    }

    private void setLow(long address, int value) {
        setWord(address, (word(address) & ~LOW) | (value & LOW));
    }

    private void setHigh(long address, int value) {
        setWord(address, (word(address) & LOW) | ((long) value << 32));
    }
}
