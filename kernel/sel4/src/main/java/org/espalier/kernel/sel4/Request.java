package org.espalier.kernel.sel4;

import org.espalier.kernel.sel4.proved.ObjectMemory;

/**
 * The invocation at hand: the capability that is invoked, the operation, and the message that says how. There is one for the kernel,
 * and operations read it while they decide; once {@link #begin} was called, they change things and fail no more, but may be
 * pre-empted.
 */
final class Request {
    private final ObjectMemory memory;
    private final Scheduler scheduler;
    private final Messages messages;
    private final Ipc ipc;

    private int thread;
    private int slot;
    private Invocation operation = Invocation.NONE;
    private int length;
    private long buffer;
    private boolean call;

    Request(ObjectMemory memory, Scheduler scheduler, Messages messages, Ipc ipc) {
        this.memory = memory;
        this.scheduler = scheduler;
        this.messages = messages;
        this.ipc = ipc;
    }

    void set(int newThread, int newSlot, Invocation newOperation, int newLength, long newBuffer, boolean newCall) {
        thread = newThread;
        slot = newSlot;
        operation = newOperation;
        length = newLength;
        buffer = newBuffer;
        call = newCall;
    }

    /** Who asks. */
    int thread() {
        return thread;
    }

    /** Where the invoked capability is. */
    int slot() {
        return slot;
    }

    long w0() {
        return memory.w0(slot);
    }

    long w1() {
        return memory.w1(slot);
    }

    Invocation operation() {
        return operation;
    }

    /** Whether there are {@code words} words and {@code caps} capabilities in the message. */
    boolean has(int words, int caps) {
        return length >= words && (caps == 0 || ipc.extra(caps - 1) != 0);
    }

    int length() {
        return length;
    }

    long word(int index) {
        return messages.word(thread, buffer, index);
    }

    /** Where capability {@code index} of the message is. */
    int cap(int index) {
        return ipc.extra(index);
    }

    /** From here on the operation is carried out; should it be pre-empted, the thread makes its system call again. */
    void begin() {
        scheduler.setState(thread, ThreadState.RESTART);
    }

    boolean isCall() {
        return call;
    }

    /** Answers with one word, and ends the system call. */
    void answer(long value) {
        if (call) {
            messages.put(thread, messages.buffer(thread, true), 0, value);
            messages.received(thread, MessageInfo.of(0, 0, 0, 1), 0);
        }
        scheduler.setState(thread, ThreadState.RUNNING);
    }

    /** Answers with the first {@code count} words of those that {@code words} gives, and ends the system call. */
    void answer(Words words, int count) {
        if (call) {
            long answer = messages.buffer(thread, true);
            int written = 0;
            for (int i = 0; i < count; i++) {
                written = messages.put(thread, answer, i, words.word(i));
            }
            messages.received(thread, MessageInfo.of(0, 0, 0, written), 0);
        }
        scheduler.setState(thread, ThreadState.RUNNING);
    }

    /** Words by index. */
    @FunctionalInterface
    interface Words {
        long word(int index);
    }
}
