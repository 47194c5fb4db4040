package org.espalier.kernel.sel4;

import org.espalier.kernel.sel4.proved.ObjectMemory;
import org.espalier.machine.Register;

/**
 * Messages between threads by endpoints, signals by notifications, replies, and the faults that are messages as well (seL4 manual,
 * chapters 4, 5 and 6.2). A thread is either in one queue or can run or does neither; every change of that is here, in
 * {@link Endpoints} and in {@link Scheduler}.
 */
final class Ipc {
    private final ObjectMemory memory;
    private final Threads threads;
    private final Scheduler scheduler;
    private final SlotTable slots;
    private final Endpoints endpoints;
    private final Messages messages;
    private final CapSpaces spaces;
    private final CapRules rules;
    private final Faults faults;
    private final SyscallError ignored = new SyscallError();
    private final KernelLog log;

    /** Slots of the capabilities that the message at hand brings. */
    private final int[] extra = new int[MessageInfo.MOST_CAPS];

    private int extraCount;

    Ipc(
            ObjectMemory memory,
            Threads threads,
            Scheduler scheduler,
            SlotTable slots,
            Endpoints endpoints,
            Messages messages,
            CapSpaces spaces,
            CapRules rules,
            Faults faults,
            KernelLog log) {
        this.memory = memory;
        this.threads = threads;
        this.scheduler = scheduler;
        this.slots = slots;
        this.endpoints = endpoints;
        this.messages = messages;
        this.spaces = spaces;
        this.rules = rules;
        this.faults = faults;
        this.log = log;
    }

    // ---- capabilities that a message brings

    /** The slot of capability {@code index} of the message at hand, 0 if it brings no such. */
    int extra(int index) {
        return index < extraCount ? extra[index] : 0;
    }

    /** Finds the capabilities that a thread sends; a {@link Status#LOOKUP_FAULT} has become the fault at hand. */
    int findExtra(int sender, long buffer, long info) {
        extraCount = 0;
        if (buffer == 0) {
            return Status.DONE;
        }
        int count = MessageInfo.caps(info);
        for (int i = 0; i < count; i++) {
            long address = messages.bufferWord(buffer, IpcBufferLayout.CAPS_OR_BADGES + i);
            if (spaces.find(sender, address) != Status.DONE) {
                faults.capFault(address, false);
                extraCount = 0;
                return Status.LOOKUP_FAULT;
            }
            extra[i] = spaces.slot();
        }
        extraCount = count;
        return Status.DONE;
    }

    // ---- endpoints

    /**
     * Sends what a thread has in its message registers, or waits for a receiver.
     *
     * @param call whether the receiver may reply
     */
    void send(
            int sender, long endpoint, long badge, boolean grant, boolean grantReply, boolean blocking, boolean call) {
        if (endpoints.state(endpoint) != Endpoints.RECEIVING) {
            if (blocking) {
                threads.set(sender, TcbLayout.SENT_BADGE, badge);
                threads.set(
                        sender,
                        TcbLayout.SENT_FLAGS,
                        (call ? TcbLayout.SENT_CALL : 0)
                                | (grant ? TcbLayout.SENT_GRANT : 0)
                                | (grantReply ? TcbLayout.SENT_GRANT_REPLY : 0));
                endpoints.block(endpoint, Endpoints.SENDING, sender, ThreadState.BLOCKED_ON_SEND);
            }
            return;
        }
        int receiver = endpoints.take(endpoint);
        transfer(sender, endpoint, badge, grant, receiver);
        boolean mayGrantInReply = (threads.get(receiver, TcbLayout.SENT_FLAGS) & TcbLayout.SENT_GRANT) != 0;
        scheduler.setState(receiver, ThreadState.RUNNING);
        scheduler.possibleSwitchTo(receiver);
        if (call) {
            awaitReply(sender, receiver, grant || grantReply, mayGrantInReply);
        }
    }

    /** Receives what a thread waits to send, or a signal of the bound notification, or waits. */
    void receive(int receiver, long cap, boolean blocking) {
        long endpoint = Caps.object(cap);
        boolean grant = Caps.has(cap, Caps.GRANT);
        long notification = threads.get(receiver, TcbLayout.BOUND_NOTIFICATION);
        if (notification != 0 && endpoints.state(notification) == Endpoints.NOTIFICATION_ACTIVE) {
            messages.badge(receiver, endpoints.consume(notification));
            return;
        }
        if (endpoints.state(endpoint) != Endpoints.SENDING) {
            if (blocking) {
                threads.set(receiver, TcbLayout.SENT_FLAGS, grant ? TcbLayout.SENT_GRANT : 0);
                endpoints.block(endpoint, Endpoints.RECEIVING, receiver, ThreadState.BLOCKED_ON_RECEIVE);
            } else {
                messages.badge(receiver, 0);
            }
            return;
        }
        int sender = endpoints.take(endpoint);
        long flags = threads.get(sender, TcbLayout.SENT_FLAGS);
        boolean senderGrants = (flags & TcbLayout.SENT_GRANT) != 0;
        transfer(sender, endpoint, threads.get(sender, TcbLayout.SENT_BADGE), senderGrants, receiver);
        if ((flags & TcbLayout.SENT_CALL) != 0) {
            awaitReply(sender, receiver, senderGrants || (flags & TcbLayout.SENT_GRANT_REPLY) != 0, grant);
        } else {
            scheduler.setState(sender, ThreadState.RUNNING);
            scheduler.possibleSwitchTo(sender);
        }
    }

    /** A caller waits for its reply; one whose capability does not let it grant one has called for good. */
    private void awaitReply(int caller, int receiver, boolean mayBeReplied, boolean mayGrantInReply) {
        if (!mayBeReplied) {
            scheduler.setState(caller, ThreadState.INACTIVE);
            return;
        }
        scheduler.setState(caller, ThreadState.BLOCKED_ON_REPLY);
        long reply = Caps.word(CapType.REPLY, 0, 0, mayGrantInReply ? Caps.GRANT : 0, TcbLayout.address(caller));
        slots.insert(reply, 0, TcbLayout.slot(caller, TcbLayout.REPLY), TcbLayout.slot(receiver, TcbLayout.CALLER));
    }

    /** Moves a message, or tells of the sender's fault. */
    private void transfer(int sender, long endpoint, long badge, boolean grant, int receiver) {
        long received = messages.buffer(receiver, true);
        if (faults.of(sender) != Faults.NONE) {
            int length = faults.write(sender, receiver, received);
            messages.received(receiver, MessageInfo.of(faults.of(sender), 0, 0, length), badge);
            return;
        }
        long sent = messages.buffer(sender, false);
        long info = messages.info(sender);
        if (!grant || findExtra(sender, sent, info) != Status.DONE) {
            extraCount = 0;
        }
        int length = messages.copy(sender, sent, receiver, received, MessageInfo.length(info));
        long caps = extraCount == 0 || received == 0 ? 0 : transferCaps(endpoint, receiver, received);
        messages.received(receiver, MessageInfo.of(MessageInfo.label(info), 0, 0, length) | caps, badge);
    }

    /** Hands over the capabilities of the message at hand, as far as they go; the fields of the message's description. */
    private long transferCaps(long endpoint, int receiver, long received) {
        int target = receiveSlot(receiver, received);
        int unwrapped = 0;
        int count = 0;
        for (; count < extraCount; count++) {
            int slot = extra[count];
            long w0 = memory.w0(slot);
            if (Caps.type(w0) == CapType.ENDPOINT && Caps.object(w0) == endpoint) {
                messages.putBufferWord(received, IpcBufferLayout.CAPS_OR_BADGES + count, memory.w1(slot));
                unwrapped |= 1 << count;
                continue;
            }
            if (target == 0) {
                break;
            }
            rules.set(w0, memory.w1(slot));
            if (rules.derive(slot, slots, ignored) != Status.DONE || rules.isNull()) {
                break;
            }
            slots.insert(rules.w0(), rules.w1(), slot, target);
            target = 0;
        }
        return MessageInfo.of(0, unwrapped, count, 0);
    }

    /** The empty slot that a receiver has named for a capability, 0 if there is none. */
    private int receiveSlot(int receiver, long buffer) {
        long root = messages.bufferWord(buffer, IpcBufferLayout.RECEIVE_CNODE);
        if (spaces.find(receiver, root) != Status.DONE) {
            return 0;
        }
        int cnode = spaces.slot();
        long index = messages.bufferWord(buffer, IpcBufferLayout.RECEIVE_INDEX);
        long depth = messages.bufferWord(buffer, IpcBufferLayout.RECEIVE_DEPTH);
        if (spaces.findExactly(cnode, index, depth, false, ignored) != Status.DONE) {
            return 0;
        }
        return slots.isEmpty(spaces.slot()) ? spaces.slot() : 0;
    }

    // ---- replies

    /** Replies to {@code caller}, by the reply capability in {@code slot}, which is used up. */
    void reply(int sender, int caller, int slot, boolean grant) {
        if (faults.of(caller) == Faults.NONE) {
            transfer(sender, 0, 0, grant, caller);
            slots.empty(slot);
            scheduler.setState(caller, ThreadState.RUNNING);
            scheduler.possibleSwitchTo(caller);
            return;
        }
        slots.empty(slot);
        boolean goesOn = faults.takeReply(caller, sender);
        faults.clear(caller);
        if (goesOn) {
            scheduler.setState(caller, ThreadState.RESTART);
            scheduler.possibleSwitchTo(caller);
        } else {
            scheduler.setState(caller, ThreadState.INACTIVE);
        }
    }

    /** Replies to whoever called the thread, if anybody waits. */
    void replyToCaller(int tcb) {
        int slot = TcbLayout.slot(tcb, TcbLayout.CALLER);
        long w0 = memory.w0(slot);
        if (Caps.type(w0) == CapType.REPLY) {
            reply(tcb, Caps.tcb(w0), slot, Caps.has(w0, Caps.GRANT));
        }
    }

    /** The caller of a thread that receives anew gets no reply any more. */
    void forgetCaller(int tcb) {
        slots.empty(TcbLayout.slot(tcb, TcbLayout.CALLER));
    }

    // ---- notifications

    void signal(long notification, long badge) {
        switch (endpoints.state(notification)) {
            case Endpoints.NOTIFICATION_IDLE -> {
                int bound = endpoints.bound(notification);
                if (bound != Threads.NONE && threads.state(bound) == ThreadState.BLOCKED_ON_RECEIVE) {
                    cancel(bound);
                    wake(bound, badge);
                } else {
                    endpoints.activate(notification, badge);
                }
            }
            case Endpoints.NOTIFICATION_WAITING -> wake(endpoints.take(notification), badge);
            default -> endpoints.activate(notification, endpoints.badges(notification) | badge);
        }
    }

    private void wake(int tcb, long badge) {
        scheduler.setState(tcb, ThreadState.RUNNING);
        messages.badge(tcb, badge);
        scheduler.possibleSwitchTo(tcb);
    }

    /** Whether a notification is bound to no other thread. */
    boolean mayReceiveSignal(int tcb, long notification) {
        int bound = endpoints.bound(notification);
        return bound == Threads.NONE || bound == tcb;
    }

    void receiveSignal(int tcb, long notification, boolean blocking) {
        if (endpoints.state(notification) == Endpoints.NOTIFICATION_ACTIVE) {
            messages.badge(tcb, endpoints.consume(notification));
        } else if (blocking) {
            endpoints.block(notification, Endpoints.NOTIFICATION_WAITING, tcb, ThreadState.BLOCKED_ON_NOTIFICATION);
        } else {
            messages.badge(tcb, 0);
        }
    }

    // ---- faults

    /** Tells the fault at hand to the thread's handler; a thread without one stops for good. */
    void fault(int tcb) {
        // Before the handler is looked up, which may fail for a reason of its own.
        faults.attach(tcb);
        long handler = threads.get(tcb, TcbLayout.FAULT_HANDLER);
        if (spaces.find(tcb, handler) == Status.DONE) {
            long w0 = memory.w0(spaces.slot());
            boolean grants = Caps.has(w0, Caps.GRANT);
            if (Caps.type(w0) == CapType.ENDPOINT
                    && Caps.has(w0, Caps.SEND)
                    && (grants || Caps.has(w0, Caps.GRANT_REPLY))) {
                send(tcb, Caps.object(w0), memory.w1(spaces.slot()), grants, true, true, true);
                return;
            }
        }
        String first = faults.describe();
        faults.clear(tcb);
        faults.capFault(handler, false);
        log.doubleFault(threads.describe(tcb), faults.describe(), first, threads.restartIp(tcb));
        scheduler.setState(tcb, ThreadState.INACTIVE);
    }

    // ---- threads

    /** Ends whatever a thread waits for. */
    void cancel(int tcb) {
        switch (threads.state(tcb)) {
            case ThreadState.BLOCKED_ON_SEND, ThreadState.BLOCKED_ON_RECEIVE, ThreadState.BLOCKED_ON_NOTIFICATION -> {
                endpoints.unlink(threads.get(tcb, TcbLayout.WAITS_AT), tcb);
                scheduler.setState(tcb, ThreadState.INACTIVE);
            }
            case ThreadState.BLOCKED_ON_REPLY -> {
                faults.clear(tcb);
                int given = memory.next(TcbLayout.slot(tcb, TcbLayout.REPLY));
                if (given != 0) {
                    slots.empty(given);
                }
            }
            default -> {
                // It waits for nothing.
            }
        }
    }

    /** Stops a thread whatever it does. */
    void suspend(int tcb) {
        cancel(tcb);
        if (threads.state(tcb) == ThreadState.RUNNING) {
            threads.set(tcb, TcbLayout.RESTART_IP, threads.register(tcb, Register.RIP));
        }
        scheduler.dequeue(tcb);
        scheduler.setState(tcb, ThreadState.INACTIVE);
    }

    /** Lets a stopped thread do again what it was stopped in. */
    void resume(int tcb) {
        if (ThreadState.isStopped(threads.state(tcb))) {
            cancel(tcb);
            int reply = TcbLayout.slot(tcb, TcbLayout.REPLY);
            if (slots.isEmpty(reply)) {
                slots.putRoot(
                        reply, Caps.word(CapType.REPLY, 0, 0, Caps.MASTER | Caps.GRANT, TcbLayout.address(tcb)), 0);
            }
            scheduler.setState(tcb, ThreadState.RESTART);
            scheduler.enqueue(tcb);
            scheduler.possibleSwitchTo(tcb);
        }
    }
}
