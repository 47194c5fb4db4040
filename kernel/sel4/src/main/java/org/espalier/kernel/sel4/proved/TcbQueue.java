package org.espalier.kernel.sel4.proved;

/**
 * First-in-first-out queues of threads: those that wait at endpoints and notifications, or are ready to run. A queue is a head word
 * in an object and a word of links in each TCB, at an offset which is the same for all queues of one {@code TcbQueue}.
 *
 * <p>A TCB is in at most one queue of a {@code TcbQueue}; its links are 0 while it is in none. One thread at a time: the kernel's
 * lock is the caller's.
 */
public final class TcbQueue {
    /*@ spec_public @*/ private final ObjectMemory memory;
    /*@ spec_public @*/ private final int linkOffset;

    /** Queues whose links are in the word at {@code linkOffset} bytes of each TCB. */
    public TcbQueue(ObjectMemory memory, int linkOffset) {
        this.memory = memory;
        this.linkOffset = linkOffset;
    }

    /*@ public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 0 <= linkOffset && linkOffset < memory.offsets && 1 <= queue && queue < memory.queues;
    @ ensures \result <==> (\bigint) memory.head[queue] == 0;
    @ assignable \strictly_nothing;
    @*/
    public boolean isEmpty(int queue) {
        return memory.head(queue) == 0;
    }

    /** The TCB that waits for the longest time, 0 in an empty queue. */
    /*@ public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 0 <= linkOffset && linkOffset < memory.offsets && 1 <= queue && queue < memory.queues;
    @ ensures \result == (\bigint) memory.head[queue];
    @ assignable \strictly_nothing;
    @*/
    public int first(int queue) {
        return memory.head(queue);
    }

    /** Puts a TCB that is in no queue at the end. */
    /*@ public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 0 <= linkOffset && linkOffset < memory.offsets && 1 <= queue && queue < memory.queues;
    @ requires ((\seq) memory.linkNext[linkOffset]).length == memory.tcbs;
    @ requires ((\seq) memory.linkPrev[linkOffset]).length == memory.tcbs;
    @ requires 1 <= tcb && tcb < memory.tcbs && (\bigint) memory.head[queue] != tcb && (\bigint) memory.tail[queue] != tcb;
    @ requires (\bigint) ((\seq) memory.linkNext[linkOffset])[tcb] == 0 && (\bigint) ((\seq) memory.linkPrev[linkOffset])[tcb] == 0;
    @ ensures (\bigint) memory.tail[queue] == tcb && (\bigint) ((\seq) memory.linkNext[linkOffset])[tcb] == 0;
    @ ensures (\bigint) ((\seq) memory.linkPrev[linkOffset])[tcb] == \old((\bigint) memory.tail[queue]);
    @ ensures (\bigint) memory.head[queue] == (\old((\bigint) memory.tail[queue]) == 0 ? tcb : \old((\bigint) memory.head[queue]));
    @ ensures \old((\bigint) memory.tail[queue]) != 0 ==> (\bigint) ((\seq) memory.linkNext[linkOffset])[\old((\bigint) memory.tail[queue])] == tcb;
    @ ensures (\forall int q; 0 <= q && q < memory.queues && q != queue;
    @     (\bigint) memory.head[q] == \old((\bigint) memory.head[q]) && (\bigint) memory.tail[q] == \old((\bigint) memory.tail[q]));
    @ ensures (\forall int t; 0 <= t && t < memory.tcbs && t != tcb && (t == 0 || t != \old((\bigint) memory.tail[queue]));
    @     (\bigint) ((\seq) memory.linkNext[linkOffset])[t] == \old((\bigint) ((\seq) memory.linkNext[linkOffset])[t]));
    @ ensures (\forall int t; 0 <= t && t < memory.tcbs && t != tcb;
    @     (\bigint) ((\seq) memory.linkPrev[linkOffset])[t] == \old((\bigint) ((\seq) memory.linkPrev[linkOffset])[t]));
    @ ensures (\forall int l; 0 <= l && l < memory.offsets && l != linkOffset;
    @     (\seq) memory.linkNext[l] == \old((\seq) memory.linkNext[l])
    @     && (\seq) memory.linkPrev[l] == \old((\seq) memory.linkPrev[l]));
    @ assignable memory.head, memory.tail, memory.linkNext, memory.linkPrev;
    @ also public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 0 <= linkOffset && linkOffset < memory.offsets && 1 <= queue && queue < memory.queues;
    @ requires ((\seq) memory.linkNext[linkOffset]).length == memory.tcbs;
    @ requires ((\seq) memory.linkPrev[linkOffset]).length == memory.tcbs;
    @ requires 1 <= tcb && tcb < memory.tcbs && (\bigint) memory.head[queue] != tcb && (\bigint) memory.tail[queue] != tcb;
    @ requires (\bigint) ((\seq) memory.linkNext[linkOffset])[tcb] == 0 && (\bigint) ((\seq) memory.linkPrev[linkOffset])[tcb] == 0;
    @ requires ((\bigint) memory.head[queue] == 0) == ((\bigint) memory.tail[queue] == 0);
    @ requires (\bigint) memory.head[queue] != 0 ==> (\bigint) ((\seq) memory.linkPrev[linkOffset])[(\bigint) memory.head[queue]] == 0 && (\bigint) ((\seq) memory.linkNext[linkOffset])[(\bigint) memory.tail[queue]] == 0;
    @ requires (\forall int t; 1 <= t && t < memory.tcbs;
    @     (\bigint) ((\seq) memory.linkNext[linkOffset])[t] != 0 ==> (\bigint) ((\seq) memory.linkPrev[linkOffset])[(\bigint) ((\seq) memory.linkNext[linkOffset])[t]] == t);
    @ requires (\forall int t; 1 <= t && t < memory.tcbs;
    @     (\bigint) ((\seq) memory.linkPrev[linkOffset])[t] != 0 ==> (\bigint) ((\seq) memory.linkNext[linkOffset])[(\bigint) ((\seq) memory.linkPrev[linkOffset])[t]] == t);
    @ ensures ((\bigint) memory.head[queue] == 0) == ((\bigint) memory.tail[queue] == 0);
    @ ensures (\bigint) memory.head[queue] != 0 ==> (\bigint) ((\seq) memory.linkPrev[linkOffset])[(\bigint) memory.head[queue]] == 0 && (\bigint) ((\seq) memory.linkNext[linkOffset])[(\bigint) memory.tail[queue]] == 0;
    @ ensures (\forall int t; 1 <= t && t < memory.tcbs;
    @     (\bigint) ((\seq) memory.linkNext[linkOffset])[t] != 0 ==> (\bigint) ((\seq) memory.linkPrev[linkOffset])[(\bigint) ((\seq) memory.linkNext[linkOffset])[t]] == t);
    @ ensures (\forall int t; 1 <= t && t < memory.tcbs;
    @     (\bigint) ((\seq) memory.linkPrev[linkOffset])[t] != 0 ==> (\bigint) ((\seq) memory.linkNext[linkOffset])[(\bigint) ((\seq) memory.linkPrev[linkOffset])[t]] == t);
    @ assignable memory.head, memory.tail, memory.linkNext, memory.linkPrev;
    @*/
    public void append(int queue, int tcb) {
        int last = memory.tail(queue);
        memory.setLinkPrev(tcb, linkOffset, last);
        memory.setLinkNext(tcb, linkOffset, 0);
        if (last == 0) {
            memory.setHead(queue, tcb);
        } else {
            memory.setLinkNext(last, linkOffset, tcb);
        }
        memory.setTail(queue, tcb);
    }

    /** Puts a TCB that is in no queue at the beginning. */
    /*@ public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 0 <= linkOffset && linkOffset < memory.offsets && 1 <= queue && queue < memory.queues;
    @ requires ((\seq) memory.linkNext[linkOffset]).length == memory.tcbs;
    @ requires ((\seq) memory.linkPrev[linkOffset]).length == memory.tcbs;
    @ requires 1 <= tcb && tcb < memory.tcbs && (\bigint) memory.head[queue] != tcb && (\bigint) memory.tail[queue] != tcb;
    @ requires (\bigint) ((\seq) memory.linkNext[linkOffset])[tcb] == 0 && (\bigint) ((\seq) memory.linkPrev[linkOffset])[tcb] == 0;
    @ ensures (\bigint) memory.head[queue] == tcb && (\bigint) ((\seq) memory.linkPrev[linkOffset])[tcb] == 0;
    @ ensures (\bigint) ((\seq) memory.linkNext[linkOffset])[tcb] == \old((\bigint) memory.head[queue]);
    @ ensures (\bigint) memory.tail[queue] == (\old((\bigint) memory.head[queue]) == 0 ? tcb : \old((\bigint) memory.tail[queue]));
    @ ensures \old((\bigint) memory.head[queue]) != 0 ==> (\bigint) ((\seq) memory.linkPrev[linkOffset])[\old((\bigint) memory.head[queue])] == tcb;
    @ ensures (\forall int q; 0 <= q && q < memory.queues && q != queue;
    @     (\bigint) memory.head[q] == \old((\bigint) memory.head[q]) && (\bigint) memory.tail[q] == \old((\bigint) memory.tail[q]));
    @ ensures (\forall int t; 0 <= t && t < memory.tcbs && t != tcb;
    @     (\bigint) ((\seq) memory.linkNext[linkOffset])[t] == \old((\bigint) ((\seq) memory.linkNext[linkOffset])[t]));
    @ ensures (\forall int t; 0 <= t && t < memory.tcbs && t != tcb && (t == 0 || t != \old((\bigint) memory.head[queue]));
    @     (\bigint) ((\seq) memory.linkPrev[linkOffset])[t] == \old((\bigint) ((\seq) memory.linkPrev[linkOffset])[t]));
    @ ensures (\forall int l; 0 <= l && l < memory.offsets && l != linkOffset;
    @     (\seq) memory.linkNext[l] == \old((\seq) memory.linkNext[l])
    @     && (\seq) memory.linkPrev[l] == \old((\seq) memory.linkPrev[l]));
    @ assignable memory.head, memory.tail, memory.linkNext, memory.linkPrev;
    @ also public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 0 <= linkOffset && linkOffset < memory.offsets && 1 <= queue && queue < memory.queues;
    @ requires ((\seq) memory.linkNext[linkOffset]).length == memory.tcbs;
    @ requires ((\seq) memory.linkPrev[linkOffset]).length == memory.tcbs;
    @ requires 1 <= tcb && tcb < memory.tcbs && (\bigint) memory.head[queue] != tcb && (\bigint) memory.tail[queue] != tcb;
    @ requires (\bigint) ((\seq) memory.linkNext[linkOffset])[tcb] == 0 && (\bigint) ((\seq) memory.linkPrev[linkOffset])[tcb] == 0;
    @ requires ((\bigint) memory.head[queue] == 0) == ((\bigint) memory.tail[queue] == 0);
    @ requires (\bigint) memory.head[queue] != 0 ==> (\bigint) ((\seq) memory.linkPrev[linkOffset])[(\bigint) memory.head[queue]] == 0 && (\bigint) ((\seq) memory.linkNext[linkOffset])[(\bigint) memory.tail[queue]] == 0;
    @ requires (\forall int t; 1 <= t && t < memory.tcbs;
    @     (\bigint) ((\seq) memory.linkNext[linkOffset])[t] != 0 ==> (\bigint) ((\seq) memory.linkPrev[linkOffset])[(\bigint) ((\seq) memory.linkNext[linkOffset])[t]] == t);
    @ requires (\forall int t; 1 <= t && t < memory.tcbs;
    @     (\bigint) ((\seq) memory.linkPrev[linkOffset])[t] != 0 ==> (\bigint) ((\seq) memory.linkNext[linkOffset])[(\bigint) ((\seq) memory.linkPrev[linkOffset])[t]] == t);
    @ ensures ((\bigint) memory.head[queue] == 0) == ((\bigint) memory.tail[queue] == 0);
    @ ensures (\bigint) memory.head[queue] != 0 ==> (\bigint) ((\seq) memory.linkPrev[linkOffset])[(\bigint) memory.head[queue]] == 0 && (\bigint) ((\seq) memory.linkNext[linkOffset])[(\bigint) memory.tail[queue]] == 0;
    @ ensures (\forall int t; 1 <= t && t < memory.tcbs;
    @     (\bigint) ((\seq) memory.linkNext[linkOffset])[t] != 0 ==> (\bigint) ((\seq) memory.linkPrev[linkOffset])[(\bigint) ((\seq) memory.linkNext[linkOffset])[t]] == t);
    @ ensures (\forall int t; 1 <= t && t < memory.tcbs;
    @     (\bigint) ((\seq) memory.linkPrev[linkOffset])[t] != 0 ==> (\bigint) ((\seq) memory.linkNext[linkOffset])[(\bigint) ((\seq) memory.linkPrev[linkOffset])[t]] == t);
    @ assignable memory.head, memory.tail, memory.linkNext, memory.linkPrev;
    @*/
    public void prepend(int queue, int tcb) {
        int first = memory.head(queue);
        memory.setLinkPrev(tcb, linkOffset, 0);
        memory.setLinkNext(tcb, linkOffset, first);
        if (first == 0) {
            memory.setTail(queue, tcb);
        } else {
            memory.setLinkPrev(first, linkOffset, tcb);
        }
        memory.setHead(queue, tcb);
    }

    /** Takes a TCB out of the queue that it is in, wherever it stands there. */
    /*@ public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 0 <= linkOffset && linkOffset < memory.offsets && 1 <= queue && queue < memory.queues;
    @ requires ((\seq) memory.linkNext[linkOffset]).length == memory.tcbs;
    @ requires ((\seq) memory.linkPrev[linkOffset]).length == memory.tcbs;
    @ requires 1 <= tcb && tcb < memory.tcbs;
    @ requires ((\bigint) ((\seq) memory.linkPrev[linkOffset])[tcb] == 0) == ((\bigint) memory.head[queue] == tcb) && ((\bigint) ((\seq) memory.linkNext[linkOffset])[tcb] == 0) == ((\bigint) memory.tail[queue] == tcb);
    @ requires (\bigint) ((\seq) memory.linkNext[linkOffset])[tcb] != tcb && (\bigint) ((\seq) memory.linkPrev[linkOffset])[tcb] != tcb;
    @ requires (\bigint) ((\seq) memory.linkNext[linkOffset])[tcb] != (\bigint) ((\seq) memory.linkPrev[linkOffset])[tcb] || (\bigint) ((\seq) memory.linkNext[linkOffset])[tcb] == 0;
    @ ensures (\bigint) ((\seq) memory.linkNext[linkOffset])[tcb] == 0 && (\bigint) ((\seq) memory.linkPrev[linkOffset])[tcb] == 0;
    @ ensures (\bigint) memory.head[queue] == (\old((\bigint) ((\seq) memory.linkPrev[linkOffset])[tcb]) == 0 ? \old((\bigint) ((\seq) memory.linkNext[linkOffset])[tcb]) : \old((\bigint) memory.head[queue]));
    @ ensures (\bigint) memory.tail[queue] == (\old((\bigint) ((\seq) memory.linkNext[linkOffset])[tcb]) == 0 ? \old((\bigint) ((\seq) memory.linkPrev[linkOffset])[tcb]) : \old((\bigint) memory.tail[queue]));
    @ ensures \old((\bigint) ((\seq) memory.linkPrev[linkOffset])[tcb]) != 0 ==>
    @     (\bigint) ((\seq) memory.linkNext[linkOffset])[\old((\bigint) ((\seq) memory.linkPrev[linkOffset])[tcb])] == \old((\bigint) ((\seq) memory.linkNext[linkOffset])[tcb]);
    @ ensures \old((\bigint) ((\seq) memory.linkNext[linkOffset])[tcb]) != 0 ==>
    @     (\bigint) ((\seq) memory.linkPrev[linkOffset])[\old((\bigint) ((\seq) memory.linkNext[linkOffset])[tcb])] == \old((\bigint) ((\seq) memory.linkPrev[linkOffset])[tcb]);
    @ ensures (\forall int q; 0 <= q && q < memory.queues && q != queue;
    @     (\bigint) memory.head[q] == \old((\bigint) memory.head[q]) && (\bigint) memory.tail[q] == \old((\bigint) memory.tail[q]));
    @ ensures (\forall int t; 0 <= t && t < memory.tcbs && t != tcb && (t == 0 || t != \old((\bigint) ((\seq) memory.linkPrev[linkOffset])[tcb]));
    @     (\bigint) ((\seq) memory.linkNext[linkOffset])[t] == \old((\bigint) ((\seq) memory.linkNext[linkOffset])[t]));
    @ ensures (\forall int t; 0 <= t && t < memory.tcbs && t != tcb && (t == 0 || t != \old((\bigint) ((\seq) memory.linkNext[linkOffset])[tcb]));
    @     (\bigint) ((\seq) memory.linkPrev[linkOffset])[t] == \old((\bigint) ((\seq) memory.linkPrev[linkOffset])[t]));
    @ ensures (\forall int l; 0 <= l && l < memory.offsets && l != linkOffset;
    @     (\seq) memory.linkNext[l] == \old((\seq) memory.linkNext[l])
    @     && (\seq) memory.linkPrev[l] == \old((\seq) memory.linkPrev[l]));
    @ assignable memory.head, memory.tail, memory.linkNext, memory.linkPrev;
    @ also public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 0 <= linkOffset && linkOffset < memory.offsets && 1 <= queue && queue < memory.queues;
    @ requires ((\seq) memory.linkNext[linkOffset]).length == memory.tcbs;
    @ requires ((\seq) memory.linkPrev[linkOffset]).length == memory.tcbs;
    @ requires 1 <= tcb && tcb < memory.tcbs;
    @ requires ((\bigint) ((\seq) memory.linkPrev[linkOffset])[tcb] == 0) == ((\bigint) memory.head[queue] == tcb) && ((\bigint) ((\seq) memory.linkNext[linkOffset])[tcb] == 0) == ((\bigint) memory.tail[queue] == tcb);
    @ requires (\bigint) ((\seq) memory.linkNext[linkOffset])[tcb] != tcb && (\bigint) ((\seq) memory.linkPrev[linkOffset])[tcb] != tcb;
    @ requires (\bigint) ((\seq) memory.linkNext[linkOffset])[tcb] != (\bigint) ((\seq) memory.linkPrev[linkOffset])[tcb] || (\bigint) ((\seq) memory.linkNext[linkOffset])[tcb] == 0;
    @ requires ((\bigint) memory.head[queue] == 0) == ((\bigint) memory.tail[queue] == 0);
    @ requires (\bigint) memory.head[queue] != 0 ==> (\bigint) ((\seq) memory.linkPrev[linkOffset])[(\bigint) memory.head[queue]] == 0 && (\bigint) ((\seq) memory.linkNext[linkOffset])[(\bigint) memory.tail[queue]] == 0;
    @ requires (\forall int t; 1 <= t && t < memory.tcbs;
    @     (\bigint) ((\seq) memory.linkNext[linkOffset])[t] != 0 ==> (\bigint) ((\seq) memory.linkPrev[linkOffset])[(\bigint) ((\seq) memory.linkNext[linkOffset])[t]] == t);
    @ requires (\forall int t; 1 <= t && t < memory.tcbs;
    @     (\bigint) ((\seq) memory.linkPrev[linkOffset])[t] != 0 ==> (\bigint) ((\seq) memory.linkNext[linkOffset])[(\bigint) ((\seq) memory.linkPrev[linkOffset])[t]] == t);
    @ ensures ((\bigint) memory.head[queue] == 0) == ((\bigint) memory.tail[queue] == 0);
    @ ensures (\bigint) memory.head[queue] != 0 ==> (\bigint) ((\seq) memory.linkPrev[linkOffset])[(\bigint) memory.head[queue]] == 0 && (\bigint) ((\seq) memory.linkNext[linkOffset])[(\bigint) memory.tail[queue]] == 0;
    @ ensures (\forall int t; 1 <= t && t < memory.tcbs;
    @     (\bigint) ((\seq) memory.linkNext[linkOffset])[t] != 0 ==> (\bigint) ((\seq) memory.linkPrev[linkOffset])[(\bigint) ((\seq) memory.linkNext[linkOffset])[t]] == t);
    @ ensures (\forall int t; 1 <= t && t < memory.tcbs;
    @     (\bigint) ((\seq) memory.linkPrev[linkOffset])[t] != 0 ==> (\bigint) ((\seq) memory.linkNext[linkOffset])[(\bigint) ((\seq) memory.linkPrev[linkOffset])[t]] == t);
    @ assignable memory.head, memory.tail, memory.linkNext, memory.linkPrev;
    @*/
    public void remove(int queue, int tcb) {
        int before = memory.linkPrev(tcb, linkOffset);
        int after = memory.linkNext(tcb, linkOffset);
        if (before == 0) {
            memory.setHead(queue, after);
        } else {
            memory.setLinkNext(before, linkOffset, after);
        }
        if (after == 0) {
            memory.setTail(queue, before);
        } else {
            memory.setLinkPrev(after, linkOffset, before);
        }
        memory.setLinkPrev(tcb, linkOffset, 0);
        memory.setLinkNext(tcb, linkOffset, 0);
    }
}
