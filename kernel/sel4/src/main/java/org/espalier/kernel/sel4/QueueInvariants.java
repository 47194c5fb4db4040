package org.espalier.kernel.sel4;

import org.espalier.kernel.sel4.proved.ObjectMemory;

/**
 * Threads, endpoints, notifications and the scheduler agree on who waits where: a thread is in the queue of the object that it waits
 * at and in no other, one that can run is in the ready queue of its domain and priority unless it runs, all others are in none.
 * Whoever is in a queue, runs or is bound has a capability, so nothing points at memory that is given out anew.
 */
final class QueueInvariants {
    private final ObjectMemory memory;
    private final Threads threads;
    private final Scheduler scheduler;
    private final Endpoints endpoints;
    private final Census census;

    /** Endpoints and notifications that were walked. */
    private final IntIndex walked = new IntIndex();

    /** Threads that are in a queue of an object, then those that are in a ready queue. */
    private final IntIndex waiting = new IntIndex();

    private final IntIndex ready = new IntIndex();

    QueueInvariants(ObjectMemory memory, Threads threads, Scheduler scheduler, Endpoints endpoints, Census census) {
        this.memory = memory;
        this.threads = threads;
        this.scheduler = scheduler;
        this.endpoints = endpoints;
        this.census = census;
    }

    void check() {
        walked.clear();
        waiting.clear();
        ready.clear();
        IntIndex slots = census.slots();
        for (int i = 0; i < slots.size(); i++) {
            long w0 = memory.w0(slots.key(i));
            boolean isEndpoint = Caps.type(w0) == CapType.ENDPOINT;
            if ((isEndpoint || Caps.type(w0) == CapType.NOTIFICATION) && walked.add(Caps.queue(w0))) {
                if (isEndpoint) {
                    checkEndpoint(Caps.object(w0));
                } else {
                    checkNotification(Caps.object(w0));
                }
            }
        }
        checkReadyQueues();
        checkCurrent();
        for (int i = 0; i < census.tcbs().size(); i++) {
            checkThread(census.tcbs().key(i));
        }
    }

    private void checkEndpoint(long endpoint) {
        int state = endpoints.state(endpoint);
        int needed = switch (state) {
            case Endpoints.IDLE -> ThreadState.INACTIVE;
            case Endpoints.SENDING -> ThreadState.BLOCKED_ON_SEND;
            case Endpoints.RECEIVING -> ThreadState.BLOCKED_ON_RECEIVE;
            default ->
                throw new InvariantViolation(
                        "The endpoint at %s has state %s.".formatted(InvariantViolation.at(endpoint), state));
        };
        int length = checkWaiting("endpoint", endpoint, needed);
        if ((length == 0) != (state == Endpoints.IDLE)) {
            throw new InvariantViolation("The endpoint at %s has state %s and %s threads in its queue."
                    .formatted(InvariantViolation.at(endpoint), state, length));
        }
    }

    private void checkNotification(long notification) {
        int state = endpoints.state(notification);
        int length = checkWaiting("notification", notification, ThreadState.BLOCKED_ON_NOTIFICATION);
        if (state > Endpoints.NOTIFICATION_ACTIVE || (length == 0) == (state == Endpoints.NOTIFICATION_WAITING)) {
            throw new InvariantViolation("The notification at %s has state %s and %s threads in its queue."
                    .formatted(InvariantViolation.at(notification), state, length));
        }
        int bound = endpoints.bound(notification);
        if (bound != Threads.NONE) {
            checkExists(bound, "bound to the notification at " + InvariantViolation.at(notification));
            if (threads.get(bound, TcbLayout.BOUND_NOTIFICATION) != notification) {
                throw new InvariantViolation("The notification at %s is bound to %s, which does not know it."
                        .formatted(InvariantViolation.at(notification), InvariantViolation.tcb(bound)));
            }
            if (length > 1 || (length == 1 && endpoints.first(notification) != bound)) {
                throw new InvariantViolation(
                        "At the notification at %s waits another thread than the one that it is bound to."
                                .formatted(InvariantViolation.at(notification)));
            }
        }
    }

    private int checkWaiting(String kind, long object, int needed) {
        String where = "in the queue of the " + kind + " at " + InvariantViolation.at(object);
        int queue = (int) (object >>> 4);
        int length = 0;
        int before = Threads.NONE;
        for (int tcb = memory.head(queue); tcb != Threads.NONE; tcb = memory.linkNext(tcb, TcbLayout.WAIT_LINKS)) {
            checkMember(tcb, before, TcbLayout.WAIT_LINKS, waiting, where);
            if (threads.state(tcb) != needed || threads.get(tcb, TcbLayout.WAITS_AT) != object) {
                throw new InvariantViolation("%s is %s, and is %s and waits at %s."
                        .formatted(
                                InvariantViolation.tcb(tcb),
                                where,
                                ThreadState.name(threads.state(tcb)),
                                InvariantViolation.at(threads.get(tcb, TcbLayout.WAITS_AT))));
            }
            before = tcb;
            length++;
        }
        checkTail(queue, before, where);
        return length;
    }

    private void checkMember(int tcb, int before, int links, IntIndex members, String where) {
        checkExists(tcb, where);
        if (!members.add(tcb)) {
            throw new InvariantViolation("%s is %s for a second time.".formatted(InvariantViolation.tcb(tcb), where));
        }
        if (memory.linkPrev(tcb, links) != before) {
            throw new InvariantViolation("%s is %s, and its link back does not lead to who is before it."
                    .formatted(InvariantViolation.tcb(tcb), where));
        }
    }

    private void checkTail(int queue, int last, String where) {
        if (memory.tail(queue) != last) {
            throw new InvariantViolation("%s is said to be last %s, and is not."
                    .formatted(InvariantViolation.tcb(memory.tail(queue)), where));
        }
    }

    private void checkExists(int tcb, String where) {
        if (!census.tcbs().contains(tcb)) {
            throw new InvariantViolation(
                    "%s is %s, and there is no capability to it.".formatted(InvariantViolation.tcb(tcb), where));
        }
    }

    private void checkReadyQueues() {
        for (int domain = 0; domain < scheduler.domains().count(); domain++) {
            for (int priority = 0; priority < Scheduler.PRIORITIES; priority++) {
                checkReady(domain, priority);
            }
        }
    }

    private void checkReady(int domain, int priority) {
        int queue = scheduler.queueAt(domain, priority);
        int before = Threads.NONE;
        int first = memory.head(queue);
        String where = first == 0 ? "" : "in the ready queue of domain " + domain + ", priority " + priority;
        for (int tcb = first; tcb != Threads.NONE; tcb = memory.linkNext(tcb, TcbLayout.READY_LINKS)) {
            checkMember(tcb, before, TcbLayout.READY_LINKS, ready, where);
            if (threads.domain(tcb) != domain || threads.priority(tcb) != priority) {
                throw new InvariantViolation("%s is %s, and has domain %s and priority %s."
                        .formatted(InvariantViolation.tcb(tcb), where, threads.domain(tcb), threads.priority(tcb)));
            }
            before = tcb;
        }
        checkTail(queue, before, where);
        if (scheduler.isMarked(domain, priority) != (first != Threads.NONE)) {
            throw new InvariantViolation(
                    "The bit of the ready queue of domain %s, priority %s, is wrong.".formatted(domain, priority));
        }
    }

    private void checkCurrent() {
        int current = scheduler.current();
        if (current == Threads.NONE) {
            int domain = scheduler.domains().current();
            for (int priority = 0; priority < Scheduler.PRIORITIES; priority++) {
                int first = memory.head(scheduler.queueAt(domain, priority));
                if (first != Threads.NONE) {
                    throw new InvariantViolation(
                            "No thread is current, while %s of domain %s, which has its turn, can run."
                                    .formatted(InvariantViolation.tcb(first), domain));
                }
            }
            return;
        }
        checkExists(current, "current");
        if (!threads.isRunnable(current)
                || threads.domain(current) != scheduler.domains().current()) {
            throw new InvariantViolation("%s is current, and is %s and of domain %s while domain %s has its turn."
                    .formatted(
                            InvariantViolation.tcb(current),
                            ThreadState.name(threads.state(current)),
                            threads.domain(current),
                            scheduler.domains().current()));
        }
    }

    private void checkThread(int tcb) {
        int state = threads.state(tcb);
        boolean waits = state == ThreadState.BLOCKED_ON_SEND
                || state == ThreadState.BLOCKED_ON_RECEIVE
                || state == ThreadState.BLOCKED_ON_NOTIFICATION;
        if (waits != waiting.contains(tcb)) {
            // Who is in a queue has been found to wait there.
            throw new InvariantViolation("%s is %s at %s, and is in no queue of an object with a capability."
                    .formatted(
                            InvariantViolation.tcb(tcb),
                            ThreadState.name(state),
                            InvariantViolation.at(threads.get(tcb, TcbLayout.WAITS_AT))));
        }
        if (!waits && (threads.get(tcb, TcbLayout.WAIT_LINKS) | threads.get(tcb, TcbLayout.WAITS_AT)) != 0) {
            throw new InvariantViolation("%s is %s and has links of a queue of an object."
                    .formatted(InvariantViolation.tcb(tcb), ThreadState.name(state)));
        }
        boolean queued = ready.contains(tcb);
        boolean runsLater = ThreadState.isRunnable(state) && tcb != scheduler.current() && !scheduler.isHosted(tcb);
        if (queued != runsLater || (threads.get(tcb, TcbLayout.IS_QUEUED) == 1) != queued) {
            throw new InvariantViolation(
                    "%s is %s%s and is %s a ready queue: those that can run and do not are in one, and know it."
                            .formatted(
                                    InvariantViolation.tcb(tcb),
                                    ThreadState.name(state),
                                    tcb == scheduler.current() ? ", current" : "",
                                    queued ? "in" : "not in"));
        }
        if (!queued && threads.get(tcb, TcbLayout.READY_LINKS) != 0) {
            throw new InvariantViolation(
                    "%s is in no ready queue and has links of one.".formatted(InvariantViolation.tcb(tcb)));
        }
        long notification = threads.get(tcb, TcbLayout.BOUND_NOTIFICATION);
        boolean known = notification != 0 && walked.contains((int) (notification >>> 4));
        if (notification != 0 && (!known || endpoints.bound(notification) != tcb)) {
            throw new InvariantViolation("%s is bound to the notification at %s, which %s."
                    .formatted(
                            InvariantViolation.tcb(tcb),
                            InvariantViolation.at(notification),
                            known ? "does not know it" : "has no capability"));
        }
    }
}
