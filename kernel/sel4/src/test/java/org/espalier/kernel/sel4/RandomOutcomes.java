package org.espalier.kernel.sel4;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.espalier.kernel.sel4.OperationCounts.Event;
import org.espalier.machine.CpuContext;
import org.espalier.machine.Register;

/** What comes of the system calls of a random run, as the threads themselves see it in their registers; counted in {@link OperationCounts}. */
final class RandomOutcomes {
    /** Labels of messages are from here on, so that faults can be told from them. */
    static final int LABELS = 8;

    /** Of replies, so that a thread that then waits sees whether a message has come. */
    static final int REPLY_LABEL = 100;

    /** What RSI holds when a thread asks for a message; nothing that a message could put there. */
    private static final long NO_MESSAGE = -1;

    private static final int UNWRAPPED_SHIFT = 9;
    private static final int UNWRAPPED = 7;

    private final Kernel kernel;
    private final InvocationNumbers numbers;
    private final OperationCounts counts;
    private final Map<Integer, Asked> asked = new HashMap<>();
    private final Set<Integer> identifiers = new HashSet<>();
    private final boolean[] pools = new boolean[VSpaces.POOLS];
    private final boolean[] poolsEver = new boolean[VSpaces.POOLS];

    /**
     * A system call.
     *
     * @param type of the capability that it is made on
     * @param operation NONE for messages and for what makes no sense
     * @param space the slot of the address space that may get an identifier
     */
    private record Asked(long number, long address, int type, Invocation operation, int space) {}

    RandomOutcomes(Kernel kernel, InvocationNumbers numbers, OperationCounts counts) {
        this.kernel = kernel;
        this.numbers = numbers;
        this.counts = counts;
    }

    /** A thread is about to make the system call that is in its registers; where it asks for a message, RSI is set to none. */
    void asks(int thread, CpuContext context, int type, int space) {
        long number = context.get(Register.RDX);
        if (number == SyscallNumber.RECV || number == SyscallNumber.NB_RECV) {
            context.set(Register.RSI, NO_MESSAGE);
        }
        if (number == SyscallNumber.REPLY || number == SyscallNumber.REPLY_RECV) {
            countAnswer(thread);
        }
        boolean message = switch (type) {
            case CapType.NULL, CapType.ENDPOINT, CapType.NOTIFICATION, CapType.REPLY -> true;
            default -> number != SyscallNumber.CALL;
        };
        Invocation operation =
                message ? Invocation.NONE : numbers.invocation(MessageInfo.label(context.get(Register.RSI)));
        asked.put(thread, new Asked(number, context.get(Register.RDI), type, operation, space));
        for (int i = 0; i < pools.length; i++) {
            pools[i] = kernel.vspaces().pool(i) != 0;
        }
    }

    /** The reply that is about to be given may be to a fault. */
    private void countAnswer(int thread) {
        long w0 = kernel.memory().w0(TcbLayout.slot(thread, TcbLayout.CALLER));
        if (Caps.type(w0) == CapType.REPLY && kernel.threads().get(Caps.tcb(w0), TcbLayout.FAULT_TYPE) != 0) {
            counts.happened(Event.FAULT_ANSWERED);
        }
    }

    /** The thread is to make its system call again: true if that is an operation which was pre-empted, and no message that it waited for. */
    boolean isMadeAgain(int thread) {
        Asked before = asked.get(thread);
        if (before != null && before.operation() != Invocation.NONE) {
            counts.happened(Event.MADE_AGAIN);
        }
        return before == null || before.operation() != Invocation.NONE;
    }

    void forget(int thread) {
        asked.remove(thread);
    }

    /** The thread goes on with what it got for what it asked; false if that was an error. */
    boolean gets(int thread, CpuContext context) {
        Asked before = asked.remove(thread);
        if (before == null) {
            return true;
        }
        long info = context.get(Register.RSI);
        if (before.operation() != Invocation.NONE) {
            return operation(before, MessageInfo.label(info));
        }
        boolean endpoint = before.type() == CapType.ENDPOINT;
        switch ((int) before.number()) {
            case SyscallNumber.CALL -> {
                if (endpoint) {
                    counts.happened(Event.REPLY);
                }
            }
            case SyscallNumber.REPLY_RECV -> {
                if (endpoint && MessageInfo.label(info) != REPLY_LABEL) {
                    message(info);
                }
            }
            case SyscallNumber.RECV, SyscallNumber.NB_RECV -> {
                long badge = context.get(Register.RDI);
                boolean signal = info == NO_MESSAGE && badge != 0 && badge != before.address();
                if (endpoint && info != NO_MESSAGE) {
                    message(info);
                } else if (signal && (endpoint || before.type() == CapType.NOTIFICATION)) {
                    counts.happened(endpoint ? Event.BOUND_SIGNAL : Event.SIGNAL);
                }
            }
            default -> {
                // Nothing comes back.
            }
        }
        return true;
    }

    private void message(long info) {
        counts.happened(MessageInfo.label(info) < LABELS ? Event.FAULT_MESSAGE : Event.MESSAGE);
        int unwrapped = Long.bitCount(info >>> UNWRAPPED_SHIFT & UNWRAPPED);
        if (unwrapped > 0) {
            counts.happened(Event.CAPABILITY_UNWRAPPED);
        }
        if (MessageInfo.caps(info) > unwrapped) {
            counts.happened(Event.CAPABILITY_IN_MESSAGE);
        }
    }

    private boolean operation(Asked before, long error) {
        if (error != 0) {
            counts.failed(before.operation(), error);
            return false;
        }
        counts.succeeded(before.operation());
        if (before.operation() == Invocation.ASID_CONTROL_MAKE_POOL) {
            for (int i = 0; i < pools.length; i++) {
                boolean made = kernel.vspaces().pool(i) != 0 && !pools[i];
                if (made && poolsEver[i]) {
                    counts.happened(Event.POOL_REUSED);
                }
                poolsEver[i] |= made;
            }
        }
        long space = kernel.memory().w0(before.space());
        boolean assigned = before.operation() == Invocation.ASID_POOL_ASSIGN && Caps.type(space) == CapType.PML4;
        if (assigned && !identifiers.add(Caps.asid(kernel.memory().w1(before.space())))) {
            counts.happened(Event.IDENTIFIER_REUSED);
        }
        return true;
    }
}
