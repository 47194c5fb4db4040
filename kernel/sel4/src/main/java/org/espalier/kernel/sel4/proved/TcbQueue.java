package org.espalier.kernel.sel4.proved;

/**
 * First-in-first-out queues of threads: those that wait at endpoints and notifications, or are ready to run. A queue is a head word
 * in an object and a word of links in each TCB, at an offset which is the same for all queues of one {@code TcbQueue}.
 *
 * <p>A TCB is in at most one queue of a {@code TcbQueue}; its links are 0 while it is in none. One thread at a time: the kernel's
 * lock is the caller's.
 */
public final class TcbQueue {
    private final ObjectMemory memory;
    private final int linkOffset;

    /** Queues whose links are in the word at {@code linkOffset} bytes of each TCB. */
    public TcbQueue(ObjectMemory memory, int linkOffset) {
        this.memory = memory;
        this.linkOffset = linkOffset;
    }

    public boolean isEmpty(int queue) {
        return memory.head(queue) == 0;
    }

    /** The TCB that waits for the longest time, 0 in an empty queue. */
    public int first(int queue) {
        return memory.head(queue);
    }

    /** Puts a TCB that is in no queue at the end. */
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
