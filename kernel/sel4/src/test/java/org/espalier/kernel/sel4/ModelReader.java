package org.espalier.kernel.sel4;

import java.util.LinkedHashSet;
import java.util.Set;
import org.espalier.kernel.sel4.ModelCap.Kind;
import org.espalier.kernel.sel4.ModelThread.State;
import org.espalier.kernel.sel4.proved.ObjectMemory;
import org.espalier.machine.Register;
import org.jspecify.annotations.Nullable;

/** Tells the state of a kernel in the terms of the reference model. */
final class ModelReader {
    private static final Register[] WORDS = {Register.R10, Register.R8, Register.R9, Register.R15};
    private static final State[] STATES = {
        State.INACTIVE,
        State.RUNNING,
        State.RESTART,
        State.RECEIVING,
        State.SENDING,
        State.AWAITING_REPLY,
        State.AWAITING_SIGNAL
    };

    private final Kernel kernel;
    private final ObjectMemory memory;

    ModelReader(Kernel kernel) {
        this.kernel = kernel;
        this.memory = kernel.memory();
    }

    private static int number(long address) {
        return (int) (address / ModelCap.SLOT_BYTES);
    }

    private static long address(int slot) {
        return (long) slot * ModelCap.SLOT_BYTES;
    }

    /** The capability in a slot, null if there is none. */
    @Nullable ModelCap cap(long address) {
        int slot = number(address);
        long w0 = memory.w0(slot);
        long w1 = memory.w1(slot);
        long object = Caps.object(w0);
        return switch (Caps.type(w0)) {
            case CapType.NULL -> null;
            case CapType.UNTYPED -> new ModelCap(Kind.UNTYPED, object, Caps.a(w0), Caps.c(w0), w1, 0);
            case CapType.ENDPOINT -> new ModelCap(Kind.ENDPOINT, object, 0, Caps.c(w0), w1, 0);
            case CapType.NOTIFICATION -> new ModelCap(Kind.NOTIFICATION, object, 0, Caps.c(w0), w1, 0);
            case CapType.REPLY -> new ModelCap(Kind.REPLY, object, 0, Caps.c(w0), 0, 0);
            case CapType.CNODE -> new ModelCap(Kind.CNODE, object, Caps.a(w0), 0, w1, Caps.b(w0));
            case CapType.THREAD -> new ModelCap(Kind.THREAD, object, 0, 0, 0, 0);
            case CapType.ZOMBIE -> {
                int size = Caps.a(w0) == Caps.ZOMBIE_TCB ? -1 : Caps.a(w0);
                yield new ModelCap(Kind.ZOMBIE, object, size, 0, w1, 0);
            }
            default -> new ModelCap(Kind.OTHER, w0, 0, 0, w1, 0);
        };
    }

    /** Addresses of the slots before and after one in the kernel's list, as far as there are any. */
    Set<Long> neighbours(long address) {
        Set<Long> all = new LinkedHashSet<>();
        for (int slot : new int[] {memory.prev(number(address)), memory.next(number(address))}) {
            if (slot != 0) {
                all.add(address(slot));
            }
        }
        return all;
    }

    /** What a revocation would delete. */
    Set<Long> descendants(long address) {
        Set<Long> all = new LinkedHashSet<>();
        int slot = number(address);
        for (int next = memory.next(slot); next != 0 && isParent(slot, next); next = memory.next(next)) {
            all.add(address(next));
        }
        return all;
    }

    private boolean isParent(int slot, int other) {
        return kernel.slots().tree().isParent(slot, other);
    }

    /** Whether what is derived from a slot's capability is its child. */
    boolean isOriginal(long address) {
        return memory.revocable(number(address));
    }

    /** The slot whose capability that of another was derived from, or null. */
    @Nullable Long parent(long address) {
        int slot = number(address);
        for (int before = memory.prev(slot); before != 0; before = memory.prev(before)) {
            if (isParent(before, slot)) {
                return address(before);
            }
        }
        return null;
    }

    // ---- threads

    ModelThread thread(long object) {
        int tcb = (int) (object >>> TcbLayout.BITS);
        long buffer = kernel.messages().buffer(tcb, false);
        ModelThread thread = new ModelThread(object, buffer != 0);
        thread.state = STATES[kernel.threads().state(tcb)];
        thread.badge = kernel.threads().register(tcb, Register.RDI);
        thread.info = kernel.threads().register(tcb, Register.RSI);
        for (int i = 0; i < (buffer != 0 ? thread.words.length : WORDS.length); i++) {
            thread.words[i] = i < WORDS.length
                    ? kernel.threads().register(tcb, WORDS[i])
                    : kernel.messages().bufferWord(buffer, IpcBufferLayout.MESSAGE + i);
        }
        return thread;
    }

    /** Addresses of the threads that wait at an endpoint or notification, the first one first. */
    Set<Long> waiting(long object) {
        Set<Long> all = new LinkedHashSet<>();
        int tcb = kernel.endpoints().first(object);
        while (tcb != Threads.NONE) {
            all.add(TcbLayout.address(tcb));
            tcb = memory.linkNext(tcb, TcbLayout.WAIT_LINKS);
        }
        return all;
    }

    /** The badges that wait in a notification, or null if none was signalled. */
    @Nullable Long signalled(long object) {
        boolean active = kernel.endpoints().state(object) == Endpoints.NOTIFICATION_ACTIVE;
        return active ? kernel.endpoints().badges(object) : null;
    }

    /** The thread that a notification is bound to, or null. */
    @Nullable Long bound(long object) {
        int tcb = kernel.endpoints().bound(object);
        return tcb == Threads.NONE ? null : (Long) TcbLayout.address(tcb);
    }

    // ---- all of it

    /** Makes a model know what is reachable from the slots of a thread; of the largest CNode, only slots that are full. */
    void read(ReferenceModel model, long thread) {
        readSlots(model, thread, ModelCap.THREAD_SLOTS);
        model.ipc().add(thread(thread));
        for (ModelSlot slot : Set.copyOf(model.tree().slots())) {
            Long parent = slot.isEmpty() ? null : parent(slot.address());
            if (parent != null) {
                slot.parent(model.tree().slot(parent));
            }
        }
    }

    private void readSlots(ReferenceModel model, long object, int count) {
        for (int i = 0; i < count; i++) {
            long address = object + (long) i * ModelCap.SLOT_BYTES;
            ModelCap cap = cap(address);
            if (model.tree().slotIfKnown(address) != null || (cap == null && count >= 1 << RootCaps.CNODE_BITS)) {
                continue;
            }
            ModelSlot slot = model.tree().slot(address);
            if (cap != null) {
                slot.cap(cap);
                slot.original(isOriginal(address));
                if (cap.is(Kind.CNODE)) {
                    readSlots(model, cap.object(), cap.slots());
                } else if (cap.is(Kind.THREAD)) {
                    readSlots(model, cap.object(), ModelCap.THREAD_SLOTS);
                    model.ipc().add(thread(cap.object()));
                }
            }
        }
    }
}
