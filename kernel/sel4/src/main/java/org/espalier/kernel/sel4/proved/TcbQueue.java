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
    @ requires 1 <= queue && queue < memory.head.length;
    @ ensures \result <==> memory.head[queue] == 0;
    @ assignable \strictly_nothing;
    @*/
    public boolean isEmpty(int queue) {
        return memory.head(queue) == 0;
    }

    /** The TCB that waits for the longest time, 0 in an empty queue. */
    /*@ public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= queue && queue < memory.head.length;
    @ ensures \result == memory.head[queue];
    @ assignable \strictly_nothing;
    @*/
    public int first(int queue) {
        return memory.head(queue);
    }

    /** Puts a TCB that is in no queue at the end. */
    /*@ public normal_behavior
    @ requires \invariant_for(memory);
    @ requires 1 <= queue && queue < memory.head.length;
    @ requires 1 <= tcb && tcb < memory.linkNext.length;
    @ requires memory.tail[queue] != tcb;
    @ requires 0 <= memory.tail[queue] && memory.tail[queue] < memory.linkNext.length;
    @ ensures memory.tail[queue] == tcb;
    @ ensures memory.linkPrev[tcb] == \old(memory.tail[queue]) && memory.linkNext[tcb] == 0;
    @ ensures memory.head[queue] == (\old(memory.tail[queue]) == 0 ? tcb : \old(memory.head[queue]));
    @ ensures \old(memory.tail[queue]) != 0 ==> memory.linkNext[\old(memory.tail[queue])] == tcb;
    @ assignable memory.head[queue], memory.tail[queue], memory.linkNext[tcb], memory.linkPrev[tcb],
    @     memory.linkNext[memory.tail[queue]];
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
    @ requires 1 <= queue && queue < memory.head.length;
    @ requires 1 <= tcb && tcb < memory.linkNext.length;
    @ requires memory.head[queue] != tcb;
    @ requires 0 <= memory.head[queue] && memory.head[queue] < memory.linkNext.length;
    @ ensures memory.head[queue] == tcb;
    @ ensures memory.linkNext[tcb] == \old(memory.head[queue]) && memory.linkPrev[tcb] == 0;
    @ ensures memory.tail[queue] == (\old(memory.head[queue]) == 0 ? tcb : \old(memory.tail[queue]));
    @ ensures \old(memory.head[queue]) != 0 ==> memory.linkPrev[\old(memory.head[queue])] == tcb;
    @ assignable memory.head[queue], memory.tail[queue], memory.linkNext[tcb], memory.linkPrev[tcb],
    @     memory.linkPrev[memory.head[queue]];
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
    @ requires 1 <= queue && queue < memory.head.length;
    @ requires 1 <= tcb && tcb < memory.linkNext.length;
    @ requires memory.linkNext[tcb] != tcb && memory.linkPrev[tcb] != tcb;
    @ requires 0 <= memory.linkNext[tcb] && memory.linkNext[tcb] < memory.linkNext.length;
    @ requires 0 <= memory.linkPrev[tcb] && memory.linkPrev[tcb] < memory.linkNext.length;
    @ ensures memory.linkNext[tcb] == 0 && memory.linkPrev[tcb] == 0;
    @ ensures memory.head[queue] == (\old(memory.linkPrev[tcb]) == 0 ? \old(memory.linkNext[tcb]) : \old(memory.head[queue]));
    @ ensures memory.tail[queue] == (\old(memory.linkNext[tcb]) == 0 ? \old(memory.linkPrev[tcb]) : \old(memory.tail[queue]));
    @ ensures \old(memory.linkPrev[tcb]) != 0 ==> memory.linkNext[\old(memory.linkPrev[tcb])] == \old(memory.linkNext[tcb]);
    @ ensures \old(memory.linkNext[tcb]) != 0 ==> memory.linkPrev[\old(memory.linkNext[tcb])] == \old(memory.linkPrev[tcb]);
    @ assignable memory.head[queue], memory.tail[queue], memory.linkNext[tcb], memory.linkPrev[tcb],
    @     memory.linkNext[memory.linkPrev[tcb]], memory.linkPrev[memory.linkNext[tcb]];
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
