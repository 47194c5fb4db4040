package org.espalier.kernel.sel4;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.kernel.sel4.ModelThread.State;
import org.espalier.kernel.sel4.ReferenceModel.Mistake;
import org.jspecify.annotations.Nullable;

/** Threads of the reference model, and how they wait for each other (seL4 manual, chapters 4 and 5). */
final class ModelIpc {
    // Offsets of a thread's slots from its address.
    static final int CSPACE = 0;
    static final int REPLY = 2 * ModelCap.SLOT_BYTES;
    static final int CALLER = 3 * ModelCap.SLOT_BYTES;
    static final int BUFFER = 4 * ModelCap.SLOT_BYTES;

    private final ModelTree tree;
    private final Set<Mistake> mistakes;
    private final Map<Long, ModelThread> threads = new HashMap<>();
    private final Map<Long, ModelQueue> queues = new HashMap<>();

    ModelIpc(ModelTree tree, Set<Mistake> mistakes) {
        this.tree = tree;
        this.mistakes = mistakes;
    }

    Collection<ModelThread> threads() {
        return threads.values();
    }

    Map<Long, ModelQueue> queues() {
        return queues;
    }

    ModelThread thread(long object) {
        ModelThread thread = threads.get(object);
        if (thread == null) {
            throw new IllegalStateException("There is no thread at 0x%x.".formatted(object));
        }
        return thread;
    }

    void add(ModelThread thread) {
        threads.put(thread.object, thread);
    }

    void forget(ModelThread thread) {
        threads.remove(thread.object);
    }

    boolean exists(ModelThread thread) {
        return threads.get(thread.object) == thread;
    }

    ModelQueue queue(long object) {
        return queues.computeIfAbsent(object, _ -> new ModelQueue());
    }

    void forgetQueue(long object) {
        queues.remove(object);
    }

    private void await(ModelThread thread, ModelQueue queue, State state) {
        thread.state = state;
        thread.waitsAt = queue;
        queue.waiting.addLast(thread);
    }

    private static ModelThread take(ModelQueue queue) {
        ModelThread thread = queue.waiting.removeFirst();
        thread.waitsAt = null;
        return thread;
    }

    // ---- endpoints

    void send(ModelThread sender, ModelCap cap, boolean blocking, boolean call) {
        ModelQueue endpoint = queue(cap.object());
        if (endpoint.waiting.isEmpty() || endpoint.sending) {
            if (blocking) {
                sender.sentBadge = cap.word();
                sender.calls = call;
                sender.grants = cap.may(ModelCap.GRANT);
                sender.grantsReply = cap.may(ModelCap.GRANT_REPLY);
                endpoint.sending = true;
                await(sender, endpoint, State.SENDING);
            }
            return;
        }
        ModelThread receiver = take(endpoint);
        transfer(sender, receiver, cap.word());
        boolean mayGrant = receiver.grants;
        receiver.state = State.RUNNING;
        if (call) {
            awaitReply(sender, receiver, cap.may(ModelCap.GRANT) || cap.may(ModelCap.GRANT_REPLY), mayGrant);
        }
    }

    void receive(ModelThread receiver, ModelCap cap, boolean blocking) {
        if (receiver.bound != null && receiver.bound.active) {
            receiver.badge = receiver.bound.consume();
            return;
        }
        ModelQueue endpoint = queue(cap.object());
        if (!endpoint.waiting.isEmpty() && endpoint.sending) {
            ModelThread sender = take(endpoint);
            transfer(sender, receiver, sender.sentBadge);
            if (sender.calls) {
                awaitReply(sender, receiver, sender.grants || sender.grantsReply, cap.may(ModelCap.GRANT));
            } else {
                sender.state = State.RUNNING;
            }
        } else if (blocking) {
            receiver.grants = cap.may(ModelCap.GRANT);
            endpoint.sending = false;
            await(receiver, endpoint, State.RECEIVING);
        } else {
            receiver.badge = 0;
        }
    }

    private void awaitReply(ModelThread caller, ModelThread receiver, boolean mayBeReplied, boolean mayGrant) {
        if (!mayBeReplied) {
            caller.state = State.INACTIVE;
            return;
        }
        caller.state = State.AWAITING_REPLY;
        ModelCap reply = ModelCap.of(ModelCap.Kind.REPLY, caller.object, 0, mayGrant ? ModelCap.GRANT : 0);
        tree.insertDerived(tree.slot(receiver.object + CALLER), reply, tree.slot(caller.object + REPLY));
    }

    private static void transfer(ModelThread sender, ModelThread receiver, long badge) {
        long[] message = sender.message(MessageInfo.length(sender.info));
        int length = receiver.write(message);
        receiver.received(MessageInfo.of(MessageInfo.label(sender.info), 0, 0, length), badge);
    }

    // ---- replies

    void reply(ModelThread sender, ModelSlot slot) {
        ModelThread caller = thread(slot.cap().object());
        transfer(sender, caller, 0);
        tree.remove(slot);
        caller.state = State.RUNNING;
    }

    void replyToCaller(ModelThread thread) {
        ModelSlot slot = tree.slot(thread.object + CALLER);
        if (slot.holds(ModelCap.Kind.REPLY)) {
            reply(thread, slot);
        }
    }

    void forgetCaller(ModelThread thread) {
        tree.remove(tree.slot(thread.object + CALLER));
    }

    // ---- notifications

    void signal(long object, long badge) {
        ModelQueue notification = queue(object);
        if (!notification.waiting.isEmpty()) {
            ModelThread thread = take(notification);
            thread.badge = badge;
            thread.state = State.RUNNING;
            return;
        }
        ModelThread bound = mistakes.contains(Mistake.FORGOTTEN_BINDING) ? null : notification.bound;
        if (!notification.active && bound != null && bound.state == State.RECEIVING) {
            cancel(bound);
            bound.badge = badge;
            bound.state = State.RUNNING;
            return;
        }
        notification.badges = mistakes.contains(Mistake.FORGOTTEN_BADGES) ? badge : notification.badges | badge;
        notification.active = true;
    }

    void receiveSignal(ModelThread thread, long object, boolean blocking) {
        ModelQueue notification = queue(object);
        if (notification.active) {
            thread.badge = notification.consume();
        } else if (blocking) {
            await(thread, notification, State.AWAITING_SIGNAL);
        } else {
            thread.badge = 0;
        }
    }

    /** Whether a thread may wait at a notification: it is bound to nobody else. */
    boolean mayReceiveSignal(ModelThread thread, long object) {
        ModelThread bound = queue(object).bound;
        return bound == null || bound == thread;
    }

    void bind(ModelThread thread, long object) {
        ModelQueue notification = queue(object);
        if (thread.bound != null || notification.bound != null || !notification.waiting.isEmpty()) {
            throw new Refused(SyscallError.ILLEGAL_OPERATION);
        }
        thread.bound = notification;
        notification.bound = thread;
    }

    void unbind(ModelThread thread) {
        if (thread.bound != null) {
            thread.bound.bound = null;
            thread.bound = null;
        }
    }

    // ---- ends

    /** All that wait at an object do again what they waited for; with a badge, those that send with it. */
    void restart(long object, @Nullable Long badge) {
        ModelQueue queue = queue(object);
        List<ModelThread> all = new ArrayList<>(queue.waiting);
        for (ModelThread thread : all) {
            if (badge == null || (queue.sending && thread.sentBadge == badge)) {
                queue.waiting.remove(thread);
                thread.waitsAt = null;
                thread.state = State.RESTART;
            }
        }
    }

    private void cancel(ModelThread thread) {
        if (thread.waitsAt != null) {
            thread.waitsAt.waiting.remove(thread);
            thread.waitsAt = null;
        } else if (thread.state == State.AWAITING_REPLY) {
            List.copyOf(tree.slot(thread.object + REPLY).children()).forEach(tree::remove);
        }
    }

    void suspend(ModelThread thread) {
        cancel(thread);
        thread.state = State.INACTIVE;
    }

    void resume(ModelThread thread) {
        if (thread.canRun()) {
            return;
        }
        cancel(thread);
        ModelSlot reply = tree.slot(thread.object + REPLY);
        if (reply.isEmpty()) {
            int rights = ModelCap.MASTER | ModelCap.GRANT;
            tree.insertNew(reply, ModelCap.of(ModelCap.Kind.REPLY, thread.object, 0, rights), null);
        }
        thread.state = State.RESTART;
    }
}
