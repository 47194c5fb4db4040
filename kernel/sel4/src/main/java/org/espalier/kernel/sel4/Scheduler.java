package org.espalier.kernel.sel4;

import java.util.function.IntConsumer;
import org.espalier.kernel.sel4.proved.ObjectMemory;
import org.espalier.kernel.sel4.proved.TcbQueue;

/**
 * Who runs (seL4 manual, 6.1.2 and 6.5): of the threads of the current domain that can run, the one of the highest priority that has
 * waited longest. Domains take turns by a table of the kernel's configuration. Queues of threads are in kernel memory, one for each
 * domain and priority; a bit for each says which are not empty.
 *
 * <p>Decisions are put off to the end of a system call: {@link #choice} holds what was wished for until {@link #schedule}.
 */
final class Scheduler {
    static final int PRIORITIES = 256;

    /** Values of {@link #choice} besides the number of a thread. */
    private static final int CURRENT_GOES_ON = -1;

    private static final int CHOOSE_NEW = -2;

    private static final int WORDS = PRIORITIES / Long.SIZE;

    private final Threads threads;
    private final ObjectMemory memory;
    private final TcbQueue queue;
    private final DomainSchedule domains;
    private final int firstQueue;

    private Hosts hosts = Hosts.NONE;
    private int current = Threads.NONE;
    private int choice = CHOOSE_NEW;

    /**
     * Threads of no queue yet.
     *
     * @param firstQueue number of the first of {@link #PRIORITIES} queues for each domain, all of them empty
     */
    Scheduler(Threads threads, ObjectMemory memory, DomainSchedule domains, int firstQueue) {
        this.threads = threads;
        this.memory = memory;
        this.queue = new TcbQueue(memory, TcbLayout.READY_LINKS);
        this.domains = domains;
        this.firstQueue = firstQueue;
    }

    /** Who runs, or {@link Threads#NONE} if nobody can. */
    int current() {
        return current;
    }

    DomainSchedule domains() {
        return domains;
    }

    /** Names who is told of threads that run on threads of the host: they are in no queue, and are nobody's rivals here. */
    void hosts(Hosts those) {
        hosts = those;
    }

    /** Whether a thread runs on one of the host. */
    boolean isHosted(int tcb) {
        // Where there are none, as for root tasks, nothing is to be read for it.
        return hosts != Hosts.NONE && threads.get(tcb, TcbLayout.HOSTED) != 0;
    }

    /** Changes a thread's state; one that runs and no longer can makes room. */
    void setState(int tcb, int state) {
        threads.set(tcb, TcbLayout.STATE, state);
        if (tcb == current && choice == CURRENT_GOES_ON && !ThreadState.isRunnable(state)) {
            choice = CHOOSE_NEW;
        }
        if (isHosted(tcb)) {
            hosts.changed(tcb);
        }
    }

    /** Puts a thread first in its queue, unless it is in it. */
    void enqueue(int tcb) {
        if (!isQueued(tcb) && !isHosted(tcb)) {
            int at = queueOf(tcb);
            queue.prepend(at, tcb);
            queued(tcb, true);
        }
    }

    /** Puts a thread last in its queue, unless it is in it. */
    void append(int tcb) {
        if (!isQueued(tcb) && !isHosted(tcb)) {
            int at = queueOf(tcb);
            queue.append(at, tcb);
            queued(tcb, true);
        }
    }

    void dequeue(int tcb) {
        if (isQueued(tcb)) {
            queue.remove(queueOf(tcb), tcb);
            queued(tcb, false);
        }
    }

    /** Says that {@code tcb} has become able to run, and would do so at once if its priority allows it. */
    void possibleSwitchTo(int tcb) {
        if (isHosted(tcb)) {
            return;
        }
        if (threads.domain(tcb) != domains.current()) {
            enqueue(tcb);
        } else if (choice != CURRENT_GOES_ON) {
            // Two wishes: the queues decide.
            reschedule();
            enqueue(tcb);
        } else {
            choice = tcb;
        }
    }

    /** Lets the queues decide who goes on. */
    void reschedule() {
        if (choice != CURRENT_GOES_ON && choice != CHOOSE_NEW) {
            enqueue(choice);
        }
        choice = CHOOSE_NEW;
    }

    /** The thread that runs goes behind all others of its priority. */
    void yieldTurn() {
        dequeue(current);
        append(current);
        reschedule();
    }

    void setPriority(int tcb, int priority) {
        dequeue(tcb);
        threads.set(tcb, TcbLayout.PRIORITY, priority);
        if (threads.isRunnable(tcb)) {
            if (tcb == current) {
                reschedule();
            } else {
                possibleSwitchTo(tcb);
            }
        }
    }

    void setDomain(int tcb, int domain) {
        dequeue(tcb);
        threads.set(tcb, TcbLayout.DOMAIN, domain);
        if (threads.isRunnable(tcb)) {
            enqueue(tcb);
        }
        if (tcb == current) {
            reschedule();
        }
    }

    /** One tick of the clock has passed. */
    void tick() {
        if (current != Threads.NONE && threads.state(current) == ThreadState.RUNNING) {
            long left = threads.get(current, TcbLayout.TIME_SLICE);
            if (left > 1) {
                threads.set(current, TcbLayout.TIME_SLICE, left - 1);
            } else {
                threads.set(current, TcbLayout.TIME_SLICE, Threads.TIME_SLICE_TICKS);
                append(current);
                reschedule();
            }
        }
        if (domains.tick()) {
            reschedule();
        }
    }

    /** Whether the clock has anything to decide: others wait for a turn like the current thread's, or domains do. */
    boolean needsTicks() {
        return domains.count() > 1
                || (current != Threads.NONE && !queue.isEmpty(queueAt(domains.current(), threads.priority(current))));
    }

    /** Whether somebody else than before may have to run. */
    boolean isUndecided() {
        return choice != CURRENT_GOES_ON;
    }

    /** Ends a system call or an interrupt: who runs from now on is {@link #current()}. */
    void schedule() {
        if (choice == CURRENT_GOES_ON) {
            return;
        }
        boolean currentCan = current != Threads.NONE && threads.isRunnable(current);
        if (currentCan) {
            enqueue(current);
        }
        int candidate = choice;
        if (candidate == CHOOSE_NEW) {
            chooseNew();
        } else {
            int priority = threads.priority(candidate);
            boolean lower = current == Threads.NONE || priority < threads.priority(current);
            if (lower && priority < highest(domains.current())) {
                enqueue(candidate);
                chooseNew();
            } else if (currentCan && priority == threads.priority(current)) {
                append(candidate);
                chooseNew();
            } else {
                switchTo(candidate);
            }
        }
        choice = CURRENT_GOES_ON;
    }

    private void chooseNew() {
        domains.next();
        int priority = highest(domains.current());
        if (priority < 0) {
            current = Threads.NONE;
        } else {
            switchTo(queue.first(queueAt(domains.current(), priority)));
        }
    }

    private void switchTo(int tcb) {
        dequeue(tcb);
        current = tcb;
    }

    /** Whether some thread of any domain could run, now or when it is its domain's turn. */
    boolean anyoneReady() {
        if (current != Threads.NONE) {
            return true;
        }
        for (int domain = 0; domain < domains.count(); domain++) {
            if (highest(domain) >= 0 && domains.hasTurns(domain)) {
                return true;
            }
        }
        return false;
    }

    /** Shows the threads that wait for their turn, in the order in which they would get it. */
    void forEachReady(IntConsumer action) {
        for (int domain = 0; domain < domains.count(); domain++) {
            for (int priority = PRIORITIES - 1; priority >= 0; priority--) {
                int tcb = queue.first(queueAt(domain, priority));
                while (tcb != Threads.NONE) {
                    action.accept(tcb);
                    tcb = memory.linkNext(tcb, TcbLayout.READY_LINKS);
                }
            }
        }
    }

    private int highest(int domain) {
        for (int word = WORDS - 1; word >= 0; word--) {
            long bits = memory.word(bitmap(domain, word));
            if (bits != 0) {
                return word * Long.SIZE + Long.SIZE - 1 - Long.numberOfLeadingZeros(bits);
            }
        }
        return -1;
    }

    private boolean isQueued(int tcb) {
        return threads.get(tcb, TcbLayout.IS_QUEUED) != 0;
    }

    private void queued(int tcb, boolean is) {
        threads.set(tcb, TcbLayout.IS_QUEUED, is ? 1 : 0);
        int priority = threads.priority(tcb);
        long at = bitmap(threads.domain(tcb), priority / Long.SIZE);
        long bit = 1L << priority % Long.SIZE;
        boolean full = !queue.isEmpty(queueOf(tcb));
        memory.setWord(at, full ? memory.word(at) | bit : memory.word(at) & ~bit);
    }

    private int queueOf(int tcb) {
        return queueAt(threads.domain(tcb), threads.priority(tcb));
    }

    /** The queue of the threads of a domain and priority that can run. */
    int queueAt(int domain, int priority) {
        return firstQueue + domain * PRIORITIES + priority;
    }

    /** Whether the bit of a queue says that it is not empty. */
    boolean isMarked(int domain, int priority) {
        return (memory.word(bitmap(domain, priority / Long.SIZE)) >>> priority % Long.SIZE & 1) != 0;
    }

    /** The second word of a queue is not the queue's: those of a domain's first queues hold which of its queues are not empty. */
    private long bitmap(int domain, int word) {
        return ((long) queueAt(domain, word) << 4) + Long.BYTES;
    }
}
