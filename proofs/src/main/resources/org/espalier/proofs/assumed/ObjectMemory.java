package org.espalier.kernel.sel4.proved;

/*
 * What the prover takes for the class of this name: each kind of word is an array, indexed by the name of the slot, the TCB or the
 * queue, and what loads or stores a word reads or writes an element. So words of different kinds do not overlap: that is assumed.
 * Links in TCBs are those at the link offset of the queue at hand, whatever it is; those at another offset are other words.
 */
public final class ObjectMemory {
    // Of slots: places in the derivation tree, and flags.
    public final int[] next;
    public final int[] prev;
    public final boolean[] revocable;
    public final boolean[] firstBadged;

    // Of slots with a capability, as far as a lookup reads it: constants, since a lookup writes no slot. Slots are those from 1 on
    // and below slots().
    /*@ public static no_state model int slots(); @*/
    /*@ public static no_state model boolean cnodeIn(int slot); @*/
    /*@ public static no_state model int radixIn(int slot); @*/
    /*@ public static no_state model int guardBitsIn(int slot); @*/
    /*@ public static no_state model long guardIn(int slot); @*/
    /*@ public static no_state model int firstSlotIn(int slot); @*/
    /*@ public static no_state model int slotCountIn(int slot); @*/

    // What the bits of a capability pointer say, of which the lowest bitsLeft are still to be used.
    /*@ public static no_state model boolean matches(int slot, long capPtr, int bitsLeft); @*/
    /*@ public static no_state model int named(int slot, long capPtr, int bitsLeft); @*/

    // Whether the lookup at hand comes by a slot with so many bits left: where it begins, and by definition a level after one by
    // which it comes.
    /*@ public static no_state model boolean reached(int slot, long capPtr, \bigint bitsLeft); @*/

    // Of queue heads, and of TCBs.
    public final int[] head;
    public final int[] tail;
    public final int[] linkNext;
    public final int[] linkPrev;

    /*@ public invariant next.length == prev.length && next != prev;
      @ public invariant revocable.length == next.length && firstBadged.length == next.length && revocable != firstBadged;
      @ public invariant head.length == tail.length && linkNext.length == linkPrev.length;
      @ public invariant head != tail && head != linkNext && head != linkPrev;
      @ public invariant tail != linkNext && tail != linkPrev && linkNext != linkPrev;
      @*/

    public /*@ helper @*/ int next(int slot) {
        return next[slot];
    }

    public /*@ helper @*/ void setNext(int slot, int after) {
        next[slot] = after;
    }

    public /*@ helper @*/ int prev(int slot) {
        return prev[slot];
    }

    public /*@ helper @*/ void setPrev(int slot, int before) {
        prev[slot] = before;
    }

    public /*@ helper @*/ boolean revocable(int slot) {
        return revocable[slot];
    }

    public /*@ helper @*/ boolean firstBadged(int slot) {
        return firstBadged[slot];
    }

    public /*@ helper @*/ void setFlags(int slot, boolean isRevocable, boolean isFirstBadged) {
        revocable[slot] = isRevocable;
        firstBadged[slot] = isFirstBadged;
    }

    /*@ public normal_behavior
      @ requires 1 <= slot && slot < slots();
      @ ensures \result == cnodeIn(slot);
      @ assignable \strictly_nothing;
      @*/
    public /*@ helper @*/ boolean isCNode(int slot);

    /*@ public normal_behavior
      @ requires 1 <= slot && slot < slots() && cnodeIn(slot);
      @ ensures \result == radixIn(slot) && 1 <= \result && \result <= 47;
      @ assignable \strictly_nothing;
      @*/
    public /*@ helper @*/ int radix(int slot);

    /*@ public normal_behavior
      @ requires 1 <= slot && slot < slots() && cnodeIn(slot);
      @ ensures \result == guardBitsIn(slot) && 0 <= \result && \result <= 63;
      @ assignable \strictly_nothing;
      @*/
    public /*@ helper @*/ int guardBits(int slot);

    /*@ public normal_behavior
      @ requires 1 <= slot && slot < slots() && cnodeIn(slot);
      @ ensures \result == guardIn(slot);
      @ assignable \strictly_nothing;
      @*/
    public /*@ helper @*/ long guard(int slot);

    /*@ public normal_behavior
      @ requires 1 <= slot && slot < slots() && cnodeIn(slot) && 0 <= bitsLeft && bitsLeft <= 64;
      @ ensures \result == matches(slot, capPtr, bitsLeft);
      @ ensures \result ==> guardBitsIn(slot) <= bitsLeft;
      @ assignable \strictly_nothing;
      @*/
    public /*@ helper @*/ boolean guardMatches(int slot, long capPtr, int bitsLeft);

    /*@ public normal_behavior
      @ requires 1 <= slot && slot < slots() && cnodeIn(slot);
      @ requires guardBitsIn(slot) + radixIn(slot) <= bitsLeft && bitsLeft <= 64;
      @ ensures \result == named(slot, capPtr, bitsLeft);
      @ ensures firstSlotIn(slot) <= \result && \result < firstSlotIn(slot) + slotCountIn(slot);
      @ ensures 1 <= \result && \result < slots();
      @ ensures reached(slot, capPtr, bitsLeft) && cnodeIn(\result) && bitsLeft > guardBitsIn(slot) + radixIn(slot)
      @     ==> reached(\result, capPtr, bitsLeft - guardBitsIn(slot) - radixIn(slot));
      @ assignable \strictly_nothing;
      @*/
    public /*@ helper @*/ int slotAt(int slot, long capPtr, int bitsLeft);

    public /*@ helper @*/ int head(int queue) {
        return head[queue];
    }

    public /*@ helper @*/ void setHead(int queue, int tcb) {
        head[queue] = tcb;
    }

    public /*@ helper @*/ int tail(int queue) {
        return tail[queue];
    }

    public /*@ helper @*/ void setTail(int queue, int tcb) {
        tail[queue] = tcb;
    }

    public /*@ helper @*/ int linkNext(int tcb, int linkOffset) {
        return linkNext[tcb];
    }

    public /*@ helper @*/ void setLinkNext(int tcb, int linkOffset, int next) {
        linkNext[tcb] = next;
    }

    public /*@ helper @*/ int linkPrev(int tcb, int linkOffset) {
        return linkPrev[tcb];
    }

    public /*@ helper @*/ void setLinkPrev(int tcb, int linkOffset, int prev) {
        linkPrev[tcb] = prev;
    }
}
