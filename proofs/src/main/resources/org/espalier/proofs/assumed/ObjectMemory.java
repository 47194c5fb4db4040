package org.espalier.kernel.sel4.proved;

public final class ObjectMemory {
    /*@ public invariant 1 <= slots && slots <= 2147483647 && 1 <= queues && queues <= 2147483647;
      @ public invariant 1 <= tcbs && tcbs <= 2147483647 && 1 <= offsets && offsets <= 2147483647;
      @ public invariant next.length == slots && prev.length == slots;
      @ public invariant revocable.length == slots && firstBadged.length == slots;
      @ public invariant head.length == queues && tail.length == queues;
      @ public invariant linkNext.length == offsets && linkPrev.length == offsets;
      @*/
    public final int slots;
    public final int queues;
    public final int tcbs;
    public final int offsets;

    //@ public ghost \seq next;
    //@ public ghost \seq prev;
    //@ public ghost \seq revocable;
    //@ public ghost \seq firstBadged;
    //@ public ghost \seq cnode;
    //@ public ghost \seq radix;
    //@ public ghost \seq guardBits;
    //@ public ghost \seq guard;
    //@ public ghost \seq firstSlot;
    //@ public ghost \seq head;
    //@ public ghost \seq tail;
    //@ public ghost \seq linkNext;
    //@ public ghost \seq linkPrev;

    //@ public ghost \seq meaning; // Of a slot, of bits left: anything.

    /*@ public normal_behavior
      @ requires 1 <= slot && slot < slots;
      @ ensures \result == (\bigint) next[slot] && 0 <= \result && \result < slots;
      @ assignable \strictly_nothing;
      @*/
    public int next(int slot);

    /*@ public normal_behavior
      @ requires 1 <= slot && slot < slots && 0 <= next && next < slots;
      @ ensures this.next == \seq_upd(\old(this.next), slot, next);
      @ assignable this.next;
      @*/
    public void setNext(int slot, int next);

    /*@ public normal_behavior
      @ requires 1 <= slot && slot < slots;
      @ ensures \result == (\bigint) prev[slot] && 0 <= \result && \result < slots;
      @ assignable \strictly_nothing;
      @*/
    public int prev(int slot);

    /*@ public normal_behavior
      @ requires 1 <= slot && slot < slots && 0 <= prev && prev < slots;
      @ ensures this.prev == \seq_upd(\old(this.prev), slot, prev);
      @ assignable this.prev;
      @*/
    public void setPrev(int slot, int prev);

    /*@ public normal_behavior
      @ requires 1 <= slot && slot < slots;
      @ ensures \result == (boolean) revocable[slot];
      @ assignable \strictly_nothing;
      @*/
    public boolean revocable(int slot);

    /*@ public normal_behavior
      @ requires 1 <= slot && slot < slots;
      @ ensures \result == (boolean) firstBadged[slot];
      @ assignable \strictly_nothing;
      @*/
    public boolean firstBadged(int slot);

    /*@ public normal_behavior
      @ requires 1 <= slot && slot < slots;
      @ ensures this.revocable == \seq_upd(\old(this.revocable), slot, revocable);
      @ ensures this.firstBadged == \seq_upd(\old(this.firstBadged), slot, firstBadged);
      @ assignable this.revocable, this.firstBadged;
      @*/
    public void setFlags(int slot, boolean revocable, boolean firstBadged);

    /*@ public normal_behavior
      @ requires 1 <= slot && slot < slots;
      @ ensures \result == (boolean) cnode[slot];
      @ assignable \strictly_nothing;
      @*/
    public boolean isCNode(int slot);

    /*@ public normal_behavior
      @ requires 1 <= slot && slot < slots && (boolean) cnode[slot];
      @ ensures \result == (\bigint) radix[slot] && 1 <= \result && \result <= 47;
      @ assignable \strictly_nothing;
      @*/
    public int radix(int slot);

    /*@ public normal_behavior
      @ requires 1 <= slot && slot < slots && (boolean) cnode[slot];
      @ ensures \result == (\bigint) guardBits[slot] && 0 <= \result && \result <= 63;
      @ assignable \strictly_nothing;
      @*/
    public int guardBits(int slot);

    /*@ public normal_behavior
      @ requires 1 <= slot && slot < slots && (boolean) cnode[slot];
      @ ensures \result == (\bigint) guard[slot];
      @ assignable \strictly_nothing;
      @*/
    public long guard(int slot);

    /*@ public normal_behavior
      @ requires 1 <= slot && slot < slots && (boolean) cnode[slot];
      @ ensures \result == (\bigint) firstSlot[slot] && 1 <= \result;
      @ ensures \result + \dl_pow(2, (\bigint) radix[slot]) <= slots;
      @ assignable \strictly_nothing;
      @*/
    public int firstSlot(int slot);

    /*@ public normal_behavior
      @ requires 1 <= queue && queue < queues;
      @ ensures \result == (\bigint) head[queue] && 0 <= \result && \result < tcbs;
      @ assignable \strictly_nothing;
      @*/
    public int head(int queue);

    /*@ public normal_behavior
      @ requires 1 <= queue && queue < queues && 0 <= tcb && tcb < tcbs;
      @ ensures this.head == \seq_upd(\old(this.head), queue, tcb);
      @ assignable this.head;
      @*/
    public void setHead(int queue, int tcb);

    /*@ public normal_behavior
      @ requires 1 <= queue && queue < queues;
      @ ensures \result == (\bigint) tail[queue] && 0 <= \result && \result < tcbs;
      @ assignable \strictly_nothing;
      @*/
    public int tail(int queue);

    /*@ public normal_behavior
      @ requires 1 <= queue && queue < queues && 0 <= tcb && tcb < tcbs;
      @ ensures this.tail == \seq_upd(\old(this.tail), queue, tcb);
      @ assignable this.tail;
      @*/
    public void setTail(int queue, int tcb);

    /*@ public normal_behavior
      @ requires 1 <= tcb && tcb < tcbs && 0 <= linkOffset && linkOffset < offsets;
      @ ensures \result == (\bigint) ((\seq) linkNext[linkOffset])[tcb] && 0 <= \result && \result < tcbs;
      @ assignable \strictly_nothing;
      @*/
    public int linkNext(int tcb, int linkOffset);

    /*@ public normal_behavior
      @ requires 1 <= tcb && tcb < tcbs && 0 <= linkOffset && linkOffset < offsets && 0 <= next && next < tcbs;
      @ ensures linkNext == \seq_upd(\old(linkNext), linkOffset, \seq_upd((\seq) \old(linkNext)[linkOffset], tcb, next));
      @ assignable linkNext;
      @*/
    public void setLinkNext(int tcb, int linkOffset, int next);

    /*@ public normal_behavior
      @ requires 1 <= tcb && tcb < tcbs && 0 <= linkOffset && linkOffset < offsets;
      @ ensures \result == (\bigint) ((\seq) linkPrev[linkOffset])[tcb] && 0 <= \result && \result < tcbs;
      @ assignable \strictly_nothing;
      @*/
    public int linkPrev(int tcb, int linkOffset);

    /*@ public normal_behavior
      @ requires 1 <= tcb && tcb < tcbs && 0 <= linkOffset && linkOffset < offsets && 0 <= prev && prev < tcbs;
      @ ensures linkPrev == \seq_upd(\old(linkPrev), linkOffset, \seq_upd((\seq) \old(linkPrev)[linkOffset], tcb, prev));
      @ assignable linkPrev;
      @*/
    public void setLinkPrev(int tcb, int linkOffset, int prev);
}
