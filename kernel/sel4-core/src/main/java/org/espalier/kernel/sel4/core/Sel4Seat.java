package org.espalier.kernel.sel4.core;

import java.lang.foreign.MemorySegment;
import org.espalier.base.Failure;
import org.espalier.base.Message;
import org.espalier.kernel.hw.Fabric;
import org.espalier.kernel.sel4.HostMessage;
import org.espalier.kernel.sel4.HostThread;
import org.espalier.kernel.sel4.core.CoreObjects.Made;
import org.jspecify.annotations.Nullable;

/**
 * A thread of a domain: a TCB with an IPC buffer, but for who only serves threads in ring 3, whose messages are in registers. A message travels as one word that holds its own word and its length, and its bytes
 * in as many words as they take.
 */
final class Sel4Seat implements Fabric.Seat {
    private static final long LOW = 0xffff_ffffL;

    private final Sel4Space space;
    private final RootTask root;
    private final Made tcb;
    private final @Nullable Made buffer;
    private final HostThread thread;
    private final HostMessage words = new HostMessage();

    /** What is being sent; for the receiver, while this thread waits for its answer. */
    private volatile @Nullable Message sent;

    Sel4Seat(Sel4Space space, Made tcb, @Nullable Made buffer, HostThread thread) {
        this.space = space;
        this.root = space.root();
        this.tcb = tcb;
        this.buffer = buffer;
        this.thread = thread;
        thread.attach(this);
    }

    @Override
    public Fabric.Outcome call(int index, Message message) {
        store(message);
        sent = message;
        HostThread.Outcome outcome = thread.call(index, words);
        sent = null;
        if (outcome != HostThread.Outcome.DONE) {
            return of(outcome);
        }
        if (words.label() != 0) {
            // Answers have none. It is an error of the kernel's: what was called has gone since the tables were looked
            // at.
            return Fabric.Outcome.GONE;
        }
        load(message);
        return Fabric.Outcome.DONE;
    }

    @Override
    public Fabric.Outcome signal(int index) {
        return of(thread.signal(index, words));
    }

    @Override
    public Fabric.Outcome await(int index) {
        return of(thread.await(index, words));
    }

    private static Fabric.Outcome of(HostThread.Outcome outcome) {
        return switch (outcome) {
            case DONE -> Fabric.Outcome.DONE;
            case RESTARTED, REFUSED -> Fabric.Outcome.GONE;
            case STOPPED, ENDED -> Fabric.Outcome.STOPPED;
        };
    }

    /** Makes a message that of this thread. */
    void store(Message message) {
        int bytes = message.store(words.bytes(), Long.BYTES);
        words.begin(0, 1 + ((bytes + Long.BYTES - 1) >> 3));
        words.word(0, (message.word() & LOW) | (long) bytes << Integer.SIZE);
    }

    /** Makes this thread's message one that can be read. What says that it is longer than what came is malformed. */
    void load(Message message) {
        long head = words.word(0);
        long bytes = head >>> Integer.SIZE;
        if (words.length() < 1 || bytes > Message.MAX_BYTES || bytes > (words.length() - 1L) * Long.BYTES) {
            message.fail(Failure.MALFORMED);
            return;
        }
        MemorySegment from = words.bytes();
        message.load((int) head, from, Long.BYTES, (int) bytes);
    }

    HostThread thread() {
        return thread;
    }

    HostMessage words() {
        return words;
    }

    @Nullable Message sent() {
        return sent;
    }

    // ---- within the root task's monitor

    void setSpace(Made node) {
        root.setSpace(tcb.slot, node.slot, 0);
    }

    void bind(Made notification) {
        root.bind(tcb.slot, notification.slot);
    }

    void suspend() {
        root.suspend(tcb.slot);
    }

    void end() {
        space.forget(this);
        space.end(tcb);
        if (buffer != null) {
            space.end(buffer);
        }
    }

    @Override
    public void close() {
        synchronized (root) {
            end();
        }
    }
}
