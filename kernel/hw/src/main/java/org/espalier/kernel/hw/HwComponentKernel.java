package org.espalier.kernel.hw;

import org.espalier.base.Failure;
import org.espalier.base.Message;
import org.espalier.base.spi.Attachment;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.base.spi.Upcalls;
import org.espalier.base.spi.Window;
import org.espalier.kernel.hw.KernelObject.Context;
import org.espalier.kernel.hw.KernelObject.Memory;
import org.espalier.kernel.hw.KernelObject.RpcObject;
import org.espalier.kernel.hw.KernelObject.ThreadObject;
import org.espalier.kernel.spi.Kernel.Costs;
import org.jspecify.annotations.Nullable;

/** The component half of the contract for one domain: checks every index and argument, charges, then acts. */
final class HwComponentKernel implements ComponentKernel {
    private static final long PAGE_MASK = 4095;

    private final HwRunningKernel kernel;
    private final Domain domain;
    private final Costs costs;

    HwComponentKernel(HwRunningKernel kernel, Domain domain) {
        this.kernel = kernel;
        this.domain = domain;
        this.costs = kernel.costs();
    }

    /** The execution of the calling thread, which must be in this domain. */
    private Execution inside() {
        Execution execution = kernel.execution();
        if (execution.domain() != domain) {
            throw new IllegalStateException(
                    "A thread that executes " + execution.domain() + " used the environment of " + domain + ".");
        }
        if (domain.stopped) {
            throw domain.endedError;
        }
        return execution;
    }

    /**
     * The same for an operation that changes something.
     *
     * @throws StackOverflowError before anything has happened, if the stack might end while the operation is half done
     */
    private Execution here() {
        Execution execution = inside();
        if (!execution.hasStackForOperation()) {
            throw new StackOverflowError("The kernel does not begin what it may not come to the end of.");
        }
        return execution;
    }

    private static int refused(Failure failure) {
        return -failure.status();
    }

    @Override
    public Message message() {
        Message message = inside().message;
        if (message == null) {
            throw new IllegalStateException("A thread inside of a domain has a message.");
        }
        return message;
    }

    // ---- calls

    @Override
    public int call(Message message, int capability, int acceptedCaps) {
        if (!(message instanceof HwMessage out)) {
            throw new IllegalStateException("A call was made with a message of another kernel.");
        }
        Execution execution = out.execution;
        if (execution == null || !execution.isOfCurrentThread() || execution.message != out || out.domain != domain) {
            throw new IllegalStateException("A call was made with a message that is not the calling thread's.");
        }
        if (domain.stopped) {
            throw domain.endedError;
        }
        KernelObject object = domain.lookup(capability);
        Failure failure;
        if (!(object instanceof RpcObject target)) {
            failure = Failure.INVALID_CAPABILITY;
        } else if (target.isDead()) {
            failure = Failure.GONE;
        } else if (execution.isInside(target.entry.message) || execution.depth >= Execution.MAX_DEPTH) {
            failure = Failure.DEADLOCK;
        } else if (!execution.hasStackForCall()) {
            failure = Failure.OUT_OF_STACK;
        } else {
            failure = acceptedCaps == 0 ? null : domain.charge(0, acceptedCaps * costs.slotCaps());
            if (failure == null) {
                return out.seat == null
                        ? migrate(execution, target, out, acceptedCaps)
                        : send(out.seat, capability, out, acceptedCaps);
            }
        }
        out.fail(failure);
        return failure.status();
    }

    /** Has the server's own thread do it, by way of the kernel beneath. */
    private int send(Fabric.Seat seat, int capability, HwMessage out, int acceptedCaps) {
        out.accepted = acceptedCaps;
        out.deliveredCount = 0;
        out.newlyHeld = 0;
        Fabric.Outcome outcome = seat.call(capability, out);
        if (acceptedCaps > out.newlyHeld) {
            domain.refund(0, (acceptedCaps - out.newlyHeld) * costs.slotCaps());
        }
        if (domain.stopped) {
            throw domain.endedError;
        }
        if (outcome == Fabric.Outcome.DONE) {
            out.setCaps(out.delivered, out.deliveredCount);
        } else {
            out.fail(Failure.GONE);
        }
        return out.word();
    }

    /** What the thread of an entrypoint of this domain does from when it is {@linkplain Entry#bind bound} until it ends. */
    void work(Entry entry) {
        Fabric.Post post = entry.post();
        Fabric.Event event = post.receive(entry.message);
        while (event != Fabric.Event.ENDED) {
            if (event == Fabric.Event.SIGNAL) {
                entry.drain();
                event = post.receive(entry.message);
            } else {
                serve(entry, post.badge(), (HwMessage) post.caller());
                event = post.answerAndReceive(entry.message);
            }
        }
        post.close();
    }

    /** Serves the request in the entrypoint's message, and leaves the answer there. */
    private void serve(Entry entry, long badge, @Nullable HwMessage out) {
        HwMessage in = entry.message;
        if (!kernel.enter(entry)) {
            in.fail(Failure.GONE);
            return;
        }
        try {
            RpcObject target = domain.served(badge);
            Failure failure = target == null || target.isDead() ? Failure.GONE : null;
            if (failure == null && out != null) {
                in.caller = out;
                failure = bring(in, out);
            }
            if (failure != null || target == null) {
                in.fail(failure == null ? Failure.GONE : failure);
                return;
            }
            Execution execution = kernel.execution();
            // Somebody waits for this thread, so it is not to be held up.
            execution.depth++;
            try {
                entry.upcalls().request(target.id, in);
            } finally {
                execution.depth--;
            }
            if (domain.stopped) {
                in.fail(Failure.GONE);
            } else if (out != null) {
                takeBack(in, out);
            }
        } catch (Throwable fault) {
            kernel.faulted(entry, fault);
            in.fail(Failure.GONE);
        } finally {
            kernel.leave(entry);
            in.caller = null;
        }
    }

    /** Gives this domain the capabilities that a request brings. */
    private @Nullable Failure bring(HwMessage in, HwMessage out) {
        int count = out.capCount() == 0 ? 0 : takeIndices(out, in.delivered);
        if (count == 0) {
            return null;
        }
        Failure failure = delegate(in.delivered, count, out.domain, domain);
        if (failure == null) {
            in.setCaps(in.delivered, count);
        }
        return failure;
    }

    /** Gives the caller, who waits, the capabilities of an answer. */
    private void takeBack(HwMessage in, HwMessage out) {
        if (in.capCount() == 0) {
            return;
        }
        int count = takeIndices(in, out.delivered);
        if (count > out.accepted) {
            in.fail(Failure.MALFORMED);
            return;
        }
        out.newlyHeld = deliver(out.delivered, count, domain, out.domain);
        out.deliveredCount = count;
    }

    /** Runs the server's method on this thread, in the server's domain. */
    private int migrate(Execution execution, RpcObject target, HwMessage out, int acceptedCaps) {
        Entry entry = target.entry;
        int unusedCaps = acceptedCaps;
        boolean entered = entry.lock.tryAcquire() || kernel.acquire(domain, entry);
        if (entered) {
            try {
                Failure failure = target.isDead() ? Failure.GONE : request(execution, target, entry, out);
                if (failure == null) {
                    unusedCaps -= deliver(execution.carried, entry.message, entry.domain, out, acceptedCaps);
                } else {
                    out.fail(failure);
                }
            } finally {
                kernel.release(entry);
            }
        } else {
            out.fail(Failure.GONE);
        }
        if (unusedCaps > 0) {
            domain.refund(0, unusedCaps * costs.slotCaps());
        }
        if (domain.stopped) {
            throw domain.endedError;
        }
        return out.word();
    }

    /** Carries the request over and has it served; {@code null} when the reply is in the entrypoint's message. */
    private @Nullable Failure request(Execution execution, RpcObject target, Entry entry, HwMessage out) {
        HwMessage in = entry.message;
        int count = out.capCount() == 0 ? 0 : takeIndices(out, execution.carried);
        if (count > 0) {
            Failure failure = delegate(execution.carried, count, domain, entry.domain);
            if (failure != null) {
                return failure;
            }
        }
        in.copyFrom(out);
        if (count > 0) {
            in.setCaps(execution.carried, count);
        }
        if (in.caller != out) {
            in.caller = out;
        }
        execution.become(in);
        execution.depth++;
        try {
            entry.upcalls().request(target.id, in);
        } catch (Throwable fault) {
            kernel.faulted(entry, fault);
            return Failure.GONE;
        } finally {
            execution.depth--;
            execution.become(out);
            entry.domain.left();
        }
        return entry.domain.stopped ? Failure.GONE : null;
    }

    /** Reads the sender's indices once, so that nobody can exchange them while they are looked up. */
    private static int takeIndices(Message message, int[] indices) {
        int count = Math.clamp(message.capCount(), 0, Message.MAX_CAPS);
        for (int i = 0; i < count; i++) {
            indices[i] = message.cap(i);
        }
        return count;
    }

    /** Replaces the sender's indices of a request by the receiver's, which the receiver pays; all of them or none. */
    private @Nullable Failure delegate(int[] indices, int count, Domain sender, Domain receiver) {
        int foreign = 0;
        for (int i = 0; i < count; i++) {
            KernelObject object = sender.lookup(indices[i]);
            if (object == null) {
                return Failure.INVALID_CAPABILITY;
            }
            foreign += object.owner == receiver ? 0 : 1;
        }
        if (foreign > 0 && receiver.charge(0, foreign * costs.slotCaps()) != null) {
            return Failure.SERVER_OUT_OF_CAPS;
        }
        int filled = 0;
        for (int i = 0; i < count; i++) {
            // Looked up again: another thread of the sender may have released it, and perhaps filled the slot anew.
            KernelObject object = sender.lookup(indices[i]);
            if (object != null && object.owner == receiver) {
                indices[i] = object.indexAtOwner();
            } else if (object != null && filled < foreign) {
                indices[i] = receiver.insert(object);
                filled++;
            } else {
                indices[i] = 0;
            }
        }
        if (filled < foreign) {
            receiver.refund(0, (foreign - filled) * costs.slotCaps());
        }
        return null;
    }

    /** The same for a reply, into slots that the caller has paid before; returns how many of them were filled. */
    private int deliver(int[] indices, Message reply, Domain server, Message out, int acceptedCaps) {
        if (reply.capCount() == 0) {
            out.copyFrom(reply);
            return 0;
        }
        int count = takeIndices(reply, indices);
        if (count > acceptedCaps) {
            out.fail(Failure.MALFORMED);
            return 0;
        }
        int filled = deliver(indices, count, server, domain);
        out.copyFrom(reply);
        out.setCaps(indices, count);
        return filled;
    }

    /** Replaces a server's indices by those of the receiver, who has paid; returns how many slots were filled. */
    private static int deliver(int[] indices, int count, Domain server, Domain receiver) {
        int filled = 0;
        for (int i = 0; i < count; i++) {
            KernelObject object = server.lookup(indices[i]);
            if (object == null) {
                indices[i] = 0;
            } else if (object.owner == receiver) {
                indices[i] = object.indexAtOwner();
            } else {
                indices[i] = receiver.insert(object);
                filled++;
            }
        }
        return filled;
    }

    // ---- capability space

    @Override
    public void release(int capability) {
        here();
        synchronized (domain) {
            KernelObject object = domain.lookup(capability);
            if (object != null && object.owner != domain) {
                domain.remove(capability);
                domain.refund(0, costs.slotCaps());
            }
        }
    }

    @Override
    public int createObject(int entrypoint, long objectId) {
        here();
        Entry entry = domain.entry(entrypoint);
        return entry == null || entry.lock.isClosed()
                ? refused(Failure.INVALID_ARGUMENT)
                : domain.own(new RpcObject(domain, entry, objectId), costs.slotCaps());
    }

    @Override
    public int createSignalContext(int entrypoint, long contextId) {
        here();
        Entry entry = domain.entry(entrypoint);
        if (entrypoint != 0 && (entry == null || entry.lock.isClosed())) {
            return refused(Failure.INVALID_ARGUMENT);
        }
        long bytes = entry == null ? kernel.bellBytes() : 0;
        Failure failure = bytes == 0 ? null : domain.charge(bytes, 0);
        if (failure != null) {
            return refused(failure);
        }
        int index = domain.own(new Context(domain, entry, contextId), costs.slotCaps());
        if (index < 0) {
            domain.refund(bytes, 0);
        }
        return index;
    }

    @Override
    public void dissolve(int capability) {
        here();
        synchronized (domain) {
            KernelObject object = domain.lookup(capability);
            if (object == null || object.owner != domain) {
                return;
            }
            long bytes = 0;
            switch (object) {
                case RpcObject rpc -> rpc.dissolved = true;
                case Context context -> {
                    Signals.dissolve(context);
                    bytes = context.entry == null ? kernel.bellBytes() : 0;
                }
                case Memory memory -> {
                    return;
                }
                case ThreadObject thread -> {
                    return;
                }
            }
            domain.remove(capability);
            domain.refund(bytes, costs.slotCaps());
        }
    }

    // ---- entrypoints, signals, threads

    @Override
    public void bindInitialEntrypoint(Upcalls upcalls) {
        here();
        Entry entry = domain.entry(1);
        if (entry != null) {
            entry.bind(upcalls);
            kernel.bound(entry, this);
        }
    }

    @Override
    public int createEntrypoint(String name, Upcalls upcalls) {
        here();
        Failure failure = domain.charge(costs.threadRam(), costs.threadCaps());
        if (failure != null) {
            return refused(failure);
        }
        Entry entry;
        try {
            entry = kernel.newEntry(domain, name, this);
        } catch (Fabric.Exhausted e) {
            domain.refund(costs.threadRam(), costs.threadCaps());
            return refused(Failure.OUT_OF_RAM);
        }
        entry.bind(upcalls);
        kernel.beginWork(entry, this);
        return domain.add(entry);
    }

    @Override
    public void destroyEntrypoint(int entrypoint) {
        here();
        Entry entry = domain.entry(entrypoint);
        // One step, or two threads that destroy the same entrypoint would both be refunded.
        synchronized (domain) {
            if (entry != null && !entry.lock.isClosed()) {
                entry.close();
                domain.dissolveObjectsOf(entry, costs.slotCaps());
                domain.refund(costs.threadRam(), costs.threadCaps());
            }
        }
    }

    @Override
    public int submit(int capability, int count) {
        return signal(null, capability, count);
    }

    @Override
    public int submitOnLeave(int capability) {
        HwMessage message = inside().message;
        return signal(message == null ? null : message.entry, capability, 1);
    }

    /** Submits now, or when the calling thread leaves {@code inside}. */
    private int signal(@Nullable Entry inside, int capability, int count) {
        here();
        if (!(domain.lookup(capability) instanceof Context context)) {
            return refused(Failure.INVALID_CAPABILITY);
        }
        if (count < 1) {
            return refused(Failure.INVALID_ARGUMENT);
        }
        if (context.isDead()) {
            return refused(Failure.GONE);
        }
        if (inside == null) {
            submit(context, capability, count);
        } else {
            inside.submitOnLeave(context);
        }
        return 0;
    }

    private void submit(Context context, int capability, int count) {
        HwMessage message = inside().message;
        if (message == null || message.seat == null) {
            Signals.submit(context, count);
        } else if (Signals.count(context, count)) {
            if (message.seat.signal(capability) != Fabric.Outcome.DONE) {
                // This thread was stopped since, or its capability has gone; but what was counted is to be delivered.
                Signals.wake(context);
            }
        }
    }

    private int await(Fabric.Seat seat, Context context, int capability) {
        while (!domain.stopped) {
            int count = Signals.take(context);
            if (count > 0) {
                return count;
            }
            if (context.isDead()) {
                return refused(Failure.GONE);
            }
            // Whatever comes of it shows above: others may have taken what this thread was woken for.
            Fabric.Outcome _ = seat.await(capability);
        }
        throw domain.endedError;
    }

    @Override
    public int awaitSignal(int capability) {
        here();
        if (!(domain.lookup(capability) instanceof Context context)
                || context.owner != domain
                || context.entry != null) {
            return refused(Failure.INVALID_CAPABILITY);
        }
        HwMessage message = inside().message;
        if (message != null && message.seat != null) {
            return await(message.seat, context, capability);
        }
        int count = domain.waitFor(() -> Signals.await(context));
        return count == 0 ? refused(Failure.GONE) : count;
    }

    @Override
    public int startThread(int thread, Runnable entry) {
        here();
        if (!(domain.lookup(thread) instanceof ThreadObject object) || object.domain != domain || object.isDead()) {
            return refused(Failure.INVALID_CAPABILITY);
        }
        return kernel.startThread(object, this, entry) ? 0 : refused(Failure.DENIED);
    }

    @Override
    public void halt() {
        here();
        domain.halt();
        throw domain.endedError;
    }

    // ---- memory

    @Override
    public Attachment attach(int dataspace, long offset, long size, boolean writable) {
        here();
        if (!(domain.lookup(dataspace) instanceof Memory memory)) {
            return new Attachment.Refused(Failure.INVALID_CAPABILITY);
        }
        if (memory.isDead()) {
            return new Attachment.Refused(Failure.GONE);
        }
        if (offset < 0 || offset >= memory.bytes || (offset & PAGE_MASK) != 0) {
            return new Attachment.Refused(Failure.INVALID_ARGUMENT);
        }
        long length = size == 0 ? memory.bytes - offset : size;
        if (length < 0 || length > memory.bytes - offset || (length & PAGE_MASK) != 0) {
            return new Attachment.Refused(Failure.INVALID_ARGUMENT);
        }
        if (writable && memory instanceof ReadOnlyMemory) {
            return new Attachment.Refused(Failure.DENIED);
        }
        Failure failure = domain.charge(0, costs.slotCaps());
        if (failure != null) {
            return new Attachment.Refused(failure);
        }
        Window window = switch (memory) {
            case PhysicalMemory physical -> physical.open(offset, length, writable);
            case ReadOnlyMemory readOnly -> readOnly.base.open(offset, length, false);
            case ManagedMemory managed -> managed.open(domain, offset, length, writable);
        };
        int region = domain.attach(memory, window);
        return new Attachment.Attached(region, window);
    }

    @Override
    public void detach(int region) {
        here();
        if (domain.detach(region)) {
            domain.refund(0, costs.slotCaps());
        }
    }
}
