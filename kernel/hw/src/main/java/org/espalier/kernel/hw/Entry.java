package org.espalier.kernel.hw;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.espalier.base.Failure;
import org.espalier.base.spi.Upcalls;
import org.espalier.kernel.hw.KernelObject.Context;
import org.jspecify.annotations.Nullable;

/**
 * An entrypoint: what runs in it runs one at a time, requests on the threads of their callers, signals on a thread that is
 * borrowed while there are any. So an idle entrypoint has no thread at all.
 */
final class Entry {
    /** More than a method has to tell, as a rule; without a bound a component could have the kernel keep any number. */
    private static final int MAX_ON_LEAVE = 8;

    private static final AtomicInteger LAST = new AtomicInteger();

    final Domain domain;
    final String name;
    final HwMessage message;

    /** One of 64, for sets of entrypoints that may hold a few too many. */
    final long bit = 1L << (LAST.getAndIncrement() % Long.SIZE);

    /** By which the domain knows it; set when it is added there. */
    int number;

    final EntryLock lock = new EntryLock();
    private final HwRunningKernel kernel;
    private @Nullable Upcalls upcalls;
    private final Fabric.@Nullable Post post;

    /** Contexts with submissions, in order of the first; with all that follows guarded by itself. */
    private final ArrayDeque<Context> signalled = new ArrayDeque<>();

    private boolean draining;

    /** What to signal when the thread that is inside leaves; only for that thread. */
    private Context[] onLeave = new Context[MAX_ON_LEAVE];

    private int onLeaveCount;

    Entry(HwRunningKernel kernel, Domain domain, String name, HwMessage message) {
        this(kernel, domain, name, message, null);
    }

    /** An entrypoint with a thread of its own where there is a kernel beneath, whose {@code post} it is. */
    Entry(HwRunningKernel kernel, Domain domain, String name, HwMessage message, Fabric.@Nullable Post post) {
        this.post = post;
        if (post != null) {
            message.seat = post.seat();
        }
        this.kernel = kernel;
        this.domain = domain;
        this.name = name;
        this.message = message;
        message.entry = this;
    }

    /** Names the receiver of upcalls, before the first. */
    void bind(Upcalls receiver) {
        upcalls = receiver;
    }

    Upcalls upcalls() {
        Upcalls receiver = upcalls;
        if (receiver == null) {
            throw new IllegalStateException(
                    "Entrypoint " + name + " of " + domain + " was entered before it was bound.");
        }
        return receiver;
    }

    /** What it is in the kernel beneath, which there is. */
    Fabric.Post post() {
        Fabric.Post beneath = post;
        if (beneath == null) {
            throw new IllegalStateException("There is no kernel beneath this one.");
        }
        return beneath;
    }

    /** Counts submissions; whether somebody has to {@link #wake} the entrypoint for them. */
    boolean submit(Context context, int count) {
        boolean start;
        synchronized (signalled) {
            if (context.isDead() || lock.isClosed()) {
                return false;
            }
            context.pending = Signals.sum(context.pending, count);
            if (!context.queued) {
                context.queued = true;
                signalled.add(context);
            }
            start = !draining;
            draining = true;
        }
        return start;
    }

    /** Has what is pending delivered. */
    void wake() {
        if (post == null) {
            kernel.execute(this::drain);
        } else {
            post.ring();
        }
    }

    /** Has {@code context} signalled when the calling thread, which is inside, leaves; at once when that many are to be already. */
    void submitOnLeave(Context context) {
        if (onLeaveCount == onLeave.length) {
            Signals.submit(context, 1);
        } else {
            onLeave[onLeaveCount++] = context;
        }
    }

    /** Lets the next thread in, and then signals what is to be signalled: what is woken will want to come in as well. */
    void release() {
        int count = onLeaveCount;
        if (count == 0) {
            lock.release();
            return;
        }
        onLeaveCount = 0;
        Context first = onLeave[0];
        Context[] all = count == 1 ? null : Arrays.copyOf(onLeave, count);
        Arrays.fill(onLeave, 0, count, null);
        lock.release();
        if (all == null) {
            Signals.submit(first, 1);
        } else {
            for (Context context : all) {
                Signals.submit(context, 1);
            }
        }
    }

    /** Delivers what is pending at this moment, then lets others in before it goes on. */
    void drain() {
        if (!kernel.enter(this)) {
            return;
        }
        try {
            int batch;
            synchronized (signalled) {
                batch = signalled.size();
            }
            for (int i = 0; i < batch && !domain.stopped; i++) {
                deliverNext();
            }
        } catch (Throwable fault) {
            kernel.faulted(this, fault);
        } finally {
            kernel.leave(this);
        }
        boolean more;
        synchronized (signalled) {
            more = !signalled.isEmpty() && !lock.isClosed();
            draining = more;
        }
        if (more) {
            wake();
        }
    }

    /** Lets nobody in any more; whoever is inside finishes, and answers. */
    void close() {
        lock.close();
        if (post != null) {
            post.shut();
        }
    }

    /** The same, and who waits for an answer gets none: what is inside is not waited for. */
    void abandon() {
        close();
        if (post != null) {
            post.abandon(Failure.GONE.status());
        }
    }

    private void deliverNext() {
        Context context;
        int count;
        synchronized (signalled) {
            context = signalled.poll();
            if (context == null) {
                return;
            }
            context.queued = false;
            count = context.pending;
            context.pending = 0;
            if (context.isDead()) {
                return;
            }
        }
        upcalls().signal(context.id, count);
    }
}
