package org.espalier.kernel.sel4;

import org.espalier.kernel.sel4.proved.ObjectMemory;
import org.espalier.kernel.sel4.proved.TcbQueue;

/**
 * Endpoints and notifications as places where threads wait. An endpoint is a queue head and a word of state; a notification has, in
 * its four words, a queue head, its state in bits 0 and 1 with the bound thread's number in bits 32 to 63, and the badges that were
 * signalled. Both are named by their physical addresses.
 */
final class Endpoints {
    // States of an endpoint.
    static final int IDLE = 0;
    static final int SENDING = 1;
    static final int RECEIVING = 2;

    // States of a notification.
    static final int NOTIFICATION_IDLE = 0;
    static final int NOTIFICATION_WAITING = 1;
    static final int NOTIFICATION_ACTIVE = 2;

    private static final int STATE = 8;
    private static final int BADGE = 16;
    private static final long STATE_MASK = 3;

    private final ObjectMemory memory;
    private final Threads threads;
    private final Scheduler scheduler;
    private final TcbQueue queue;

    Endpoints(ObjectMemory memory, Threads threads, Scheduler scheduler) {
        this.memory = memory;
        this.threads = threads;
        this.scheduler = scheduler;
        this.queue = new TcbQueue(memory, TcbLayout.WAIT_LINKS);
    }

    int state(long object) {
        return (int) (memory.word(object + STATE) & STATE_MASK);
    }

    private void state(long object, int state) {
        memory.setWord(object + STATE, (memory.word(object + STATE) & ~STATE_MASK) | state);
    }

    /** Makes a thread wait, as {@code threadState} says; {@code objectState} is what the object is from now on. */
    void block(long object, int objectState, int tcb, int threadState) {
        threads.set(tcb, TcbLayout.WAITS_AT, object);
        scheduler.setState(tcb, threadState);
        queue.append(queueOf(object), tcb);
        state(object, objectState);
    }

    /** Takes the thread that has waited longest; it is in no queue then, and its state is the caller's to set. */
    int take(long object) {
        int tcb = queue.first(queueOf(object));
        unlink(object, tcb);
        return tcb;
    }

    /** Takes a thread out of where it waits. */
    void unlink(long object, int tcb) {
        int at = queueOf(object);
        queue.remove(at, tcb);
        threads.set(tcb, TcbLayout.WAITS_AT, 0);
        if (queue.isEmpty(at)) {
            // Idle is 0 for both kinds.
            state(object, IDLE);
        }
    }

    int first(long object) {
        return queue.first(queueOf(object));
    }

    /** All that wait do again what they waited for. */
    void restartAll(long object) {
        if (queue.isEmpty(queueOf(object))) {
            return;
        }
        while (!queue.isEmpty(queueOf(object))) {
            int tcb = take(object);
            scheduler.setState(tcb, ThreadState.RESTART);
            scheduler.enqueue(tcb);
        }
        scheduler.reschedule();
    }

    /** Those that wait to send with {@code badge} do it again. */
    void restartSenders(long endpoint, long badge) {
        if (state(endpoint) != SENDING) {
            return;
        }
        int tcb = first(endpoint);
        while (tcb != Threads.NONE) {
            int next = memory.linkNext(tcb, TcbLayout.WAIT_LINKS);
            if (threads.get(tcb, TcbLayout.SENT_BADGE) == badge) {
                unlink(endpoint, tcb);
                scheduler.setState(tcb, ThreadState.RESTART);
                scheduler.enqueue(tcb);
            }
            tcb = next;
        }
        scheduler.reschedule();
    }

    // ---- notifications

    /** What was signalled and not received. */
    long badges(long notification) {
        return memory.word(notification + BADGE);
    }

    void activate(long notification, long badges) {
        state(notification, NOTIFICATION_ACTIVE);
        memory.setWord(notification + BADGE, badges);
    }

    /** Takes what was signalled. */
    long consume(long notification) {
        long badges = badges(notification);
        state(notification, NOTIFICATION_IDLE);
        memory.setWord(notification + BADGE, 0);
        return badges;
    }

    /** The thread that a notification is bound to, or none. */
    int bound(long notification) {
        return (int) (memory.word(notification + STATE) >>> 32);
    }

    void bind(long notification, int tcb) {
        threads.set(tcb, TcbLayout.BOUND_NOTIFICATION, notification);
        bound(notification, tcb);
    }

    void unbind(int tcb) {
        long notification = threads.get(tcb, TcbLayout.BOUND_NOTIFICATION);
        if (notification != 0) {
            threads.set(tcb, TcbLayout.BOUND_NOTIFICATION, 0);
            bound(notification, Threads.NONE);
        }
    }

    private void bound(long notification, int tcb) {
        memory.setWord(notification + STATE, (memory.word(notification + STATE) & 0xffff_ffffL) | (long) tcb << 32);
    }

    private static int queueOf(long object) {
        return (int) (object >>> 4);
    }
}
