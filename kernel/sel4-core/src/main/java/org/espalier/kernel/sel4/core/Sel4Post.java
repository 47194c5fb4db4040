package org.espalier.kernel.sel4.core;

import org.espalier.base.Message;
import org.espalier.kernel.hw.Fabric;
import org.espalier.kernel.sel4.HostMessage;
import org.espalier.kernel.sel4.HostThread;
import org.espalier.kernel.sel4.ObjectType;
import org.espalier.kernel.sel4.core.CoreObjects.Made;
import org.jspecify.annotations.Nullable;

/** An entrypoint: a thread, an endpoint at which it receives, and a notification that is bound to it. */
final class Sel4Post implements Fabric.Post {
    /** The badge of signals; no object has it. */
    static final long SIGNAL = 1L << 62;

    private final Sel4Fabric fabric;
    private final Sel4Space space;
    private final RootTask root;
    private final Made endpoint;
    private final Made notification;
    private final Sel4Seat seat;
    private final int number;
    private boolean shut;
    private boolean closed;

    /** The caller is in the root task's monitor. */
    Sel4Post(Sel4Fabric fabric, Sel4Space space, String name) throws Fabric.Exhausted {
        this.fabric = fabric;
        this.space = space;
        this.root = fabric.root();
        this.endpoint = space.own(ObjectType.ENDPOINT, 0);
        Made bound = null;
        Sel4Seat thread = null;
        try {
            bound = space.own(ObjectType.NOTIFICATION, 0);
            thread = space.newSeat(name);
            number = space.addReceiving(endpoint);
        } catch (Fabric.Exhausted e) {
            if (thread != null) {
                thread.end();
            }
            if (bound != null) {
                space.end(bound);
            }
            space.end(endpoint);
            throw e;
        }
        notification = bound;
        seat = thread;
        seat.bind(notification);
    }

    @Override
    public Fabric.Seat seat() {
        return seat;
    }

    @Override
    public Fabric.Item object(long badge) {
        return new CapItem(fabric, endpoint, badge, RootTask.WRITE | RootTask.GRANT_REPLY, false);
    }

    @Override
    public Fabric.Item bell() {
        return new CapItem(fabric, notification, SIGNAL, RootTask.WRITE, false);
    }

    @Override
    public void ring() {
        synchronized (root) {
            if (!notification.isEnded()) {
                root.signal(notification.slot);
            }
        }
    }

    @Override
    public Fabric.Event receive(Message message) {
        return came(seat.thread().receive(address(), seat.words()), message);
    }

    @Override
    public Fabric.Event answerAndReceive(Message message) {
        seat.store(message);
        return came(seat.thread().replyAndReceive(address(), seat.words()), message);
    }

    private long address() {
        return Sel4Space.receivingAddress(number);
    }

    private Fabric.Event came(HostThread.Outcome outcome, Message message) {
        if (outcome != HostThread.Outcome.DONE) {
            return Fabric.Event.ENDED;
        }
        long badge = badge();
        // What core rings by has no badge.
        if (badge == 0 || (badge & SIGNAL) != 0) {
            return Fabric.Event.SIGNAL;
        }
        seat.load(message);
        return Fabric.Event.REQUEST;
    }

    @Override
    public long badge() {
        return seat.words().badge();
    }

    @Override
    public @Nullable Message caller() {
        HostThread caller = seat.thread().caller();
        return caller != null && caller.attachment() instanceof Sel4Seat its ? its.sent() : null;
    }

    @Override
    public void abandon(int word) {
        HostMessage nothing = new HostMessage();
        nothing.begin(0, 1).word(0, word);
        seat.thread().answerFor(nothing);
    }

    @Override
    public void shut() {
        synchronized (root) {
            if (!shut) {
                shut = true;
                space.end(endpoint);
                space.removeReceiving(number);
            }
        }
    }

    @Override
    public void close() {
        synchronized (root) {
            if (!closed) {
                closed = true;
                shut();
                seat.end();
                space.end(notification);
            }
        }
    }
}
