package org.espalier.kernel.sel4;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread of the kernel whose code runs at the host: it enters the kernel by the calls of this class, with a TCB, a capability space,
 * an IPC buffer and a place in queues like any other. What it may do is what its capabilities let it do. When it runs is the host's
 * matter: priorities and time slices of its TCB mean nothing.
 *
 * <p>One thread of the host at a time uses it, but for {@link #answerFor}. Calls wait where those of seL4 wait; an interrupt of the thread is
 * swallowed. Nothing is allocated.
 */
public final class HostThread {
    private final Kernel kernel;
    private final int tcb;

    private volatile @Nullable Object attachment;

    /** What follows is written within the kernel. */
    private volatile boolean ended;

    private volatile boolean waits;
    private @Nullable Thread waiter;

    /** What came of a system call. */
    public enum Outcome {
        /** It was carried out; for an invocation, the label of the answer tells how. */
        DONE,
        /** What it waited for is gone, or another thread has resumed this one: it was not carried out. */
        RESTARTED,
        /** A capability that it names is not there, or is not for that. */
        REFUSED,
        /** The thread is suspended. */
        STOPPED,
        /** The thread does not exist any more. */
        ENDED
    }

    HostThread(Kernel kernel, int tcb) {
        this.kernel = kernel;
        this.tcb = tcb;
    }

    int tcb() {
        return tcb;
    }

    /** Who uses this thread, for whoever finds it by {@link #caller}. */
    public void attach(Object user) {
        attachment = user;
    }

    /** What was {@linkplain #attach attached}. */
    public @Nullable Object attachment() {
        return attachment;
    }

    /** {@code seL4_Call}: sends {@code message} and waits for the answer, which takes its place. */
    public Outcome call(long cap, HostMessage message) {
        return enter(SyscallNumber.CALL, cap, message, true);
    }

    /** {@code seL4_Recv}: waits for a message at an endpoint, or for a signal of the bound notification. */
    public Outcome receive(long endpoint, HostMessage message) {
        return enter(SyscallNumber.RECV, endpoint, message, true);
    }

    /** {@code seL4_ReplyRecv}: answers {@code message} to who called last, if anybody still waits, and receives. */
    public Outcome replyAndReceive(long endpoint, HostMessage message) {
        return enter(SyscallNumber.REPLY_RECV, endpoint, message, true);
    }

    /** {@code seL4_Signal}. */
    public Outcome signal(long notification, HostMessage scratch) {
        return enter(SyscallNumber.SEND, notification, scratch.begin(0, 0), false);
    }

    /** {@code seL4_Wait}: takes what was signalled, which is the badge of {@code message} then. */
    public Outcome await(long notification, HostMessage message) {
        return enter(SyscallNumber.RECV, notification, message, true);
    }

    /**
     * Invokes an object.
     *
     * @param message the arguments; the answer takes their place, and its label is the kernel's error, 0 for none
     * @param caps addresses of capabilities that the invocation needs, as many as {@code count}
     */
    public Outcome invoke(long cap, Invocation operation, HostMessage message, long[] caps, int count) {
        synchronized (kernel.lock()) {
            kernel.halt();
            if (ended) {
                return Outcome.ENDED;
            }
            long buffer = kernel.messages().buffer(tcb, false);
            for (int i = 0; i < count; i++) {
                kernel.messages().putBufferWord(buffer, IpcBufferLayout.CAPS_OR_BADGES + i, caps[i]);
            }
            message.begin(kernel.number(operation), message.length());
            return enter(SyscallNumber.CALL, cap, count, message, true);
        }
    }

    /**
     * Answers in this thread's name whoever it was called by and has not answered, if anybody waits. May be called by any thread at any
     * time, for a thread that will not do it itself.
     */
    public void answerFor(HostMessage message) {
        synchronized (kernel.lock()) {
            if (!ended && kernel.memory().type(TcbLayout.slot(tcb, TcbLayout.CALLER)) == CapType.REPLY) {
                write(0, 0, message);
                kernel.ipc().replyToCaller(tcb);
                kernel.settle();
            }
        }
    }

    /** The thread of the host whose message was received last and has not been answered; {@code null} if there is none. */
    public @Nullable HostThread caller() {
        synchronized (kernel.lock()) {
            if (ended) {
                return null;
            }
            long reply = kernel.memory().w0(TcbLayout.slot(tcb, TcbLayout.CALLER));
            return Caps.type(reply) == CapType.REPLY ? kernel.hosted().of(Caps.tcb(reply)) : null;
        }
    }

    private Outcome enter(long number, long cap, HostMessage message, boolean receives) {
        return enter(number, cap, 0, message, receives);
    }

    private Outcome enter(long number, long cap, int caps, HostMessage message, boolean receives) {
        synchronized (kernel.lock()) {
            if (ended) {
                return Outcome.ENDED;
            }
            if (!kernel.threads().isRunnable(tcb)) {
                return Outcome.STOPPED;
            }
            kernel.scheduler().setState(tcb, ThreadState.RUNNING);
            write(cap, caps, message);
            int status;
            do {
                status = kernel.systemCall(tcb, number);
            } while (status == Status.PREEMPTED);
            kernel.settle();
            if (status == Status.LOOKUP_FAULT) {
                return Outcome.REFUSED;
            }
            if (ended || kernel.threads().isRunnable(tcb)) {
                return outcome(message, receives);
            }
            waiter = Thread.currentThread();
            waits = true;
        }
        while (waits) {
            LockSupport.park(this);
            // Whoever interrupts has the thread stopped or ended as well, and that is what counts.
            boolean _ = Thread.interrupted();
        }
        synchronized (kernel.lock()) {
            return outcome(message, receives);
        }
    }

    private Outcome outcome(HostMessage message, boolean receives) {
        if (ended) {
            return Outcome.ENDED;
        }
        switch (kernel.threads().state(tcb)) {
            case ThreadState.RUNNING -> {
                if (receives) {
                    read(message);
                }
                return Outcome.DONE;
            }
            case ThreadState.RESTART -> {
                kernel.scheduler().setState(tcb, ThreadState.RUNNING);
                return Outcome.RESTARTED;
            }
            default -> {
                return Outcome.STOPPED;
            }
        }
    }

    /** Within the kernel: the state of the thread is another one. */
    void changed() {
        int state = kernel.threads().state(tcb);
        if (waits && (ThreadState.isRunnable(state) || state == ThreadState.INACTIVE)) {
            wake();
        }
    }

    /** Within the kernel: the thread is deleted. */
    void ended() {
        ended = true;
        if (waits) {
            wake();
        }
    }

    private void wake() {
        waits = false;
        LockSupport.unpark(waiter);
        waiter = null;
    }

    private void write(long cap, int caps, HostMessage message) {
        Messages messages = kernel.messages();
        long buffer = messages.buffer(tcb, false);
        int words = message.length();
        for (int i = 0; i < Math.min(words, Messages.IN_REGISTERS); i++) {
            messages.put(tcb, buffer, i, message.word(i));
        }
        if (words > Messages.IN_REGISTERS && buffer != 0) {
            kernel.bytes()
                    .copyFrom(
                            at(buffer),
                            message.array(),
                            Messages.IN_REGISTERS * Long.BYTES,
                            (words - Messages.IN_REGISTERS) * Long.BYTES);
        }
        messages.received(tcb, MessageInfo.of(message.label(), 0, caps, words), cap);
    }

    private void read(HostMessage message) {
        Messages messages = kernel.messages();
        long buffer = messages.buffer(tcb, false);
        long info = messages.info(tcb);
        int words = MessageInfo.length(info);
        for (int i = 0; i < Math.min(words, Messages.IN_REGISTERS); i++) {
            message.word(i, messages.word(tcb, buffer, i));
        }
        if (words > Messages.IN_REGISTERS && buffer != 0) {
            kernel.bytes()
                    .copyTo(
                            at(buffer),
                            message.array(),
                            Messages.IN_REGISTERS * Long.BYTES,
                            (words - Messages.IN_REGISTERS) * Long.BYTES);
        }
        message.received(MessageInfo.label(info), words, kernel.threads().register(tcb, Messages.CAP_OR_BADGE));
    }

    /** Where the words of a message that are in memory begin. */
    private static long at(long buffer) {
        return buffer + (long) (IpcBufferLayout.MESSAGE + Messages.IN_REGISTERS) * Long.BYTES;
    }
}
