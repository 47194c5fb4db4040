package org.espalier.kernel.ring3;

import java.util.concurrent.locks.Condition;
import org.espalier.machine.CpuContext;
import org.espalier.machine.Register;
import org.jspecify.annotations.Nullable;

/**
 * A thread of a native component: registers, and its place among those that take turns. Made by {@link Ring3#thread}, and run by one thread
 * of the kernel at a time.
 */
public final class NativeThread {
    final ComponentSpace space;
    final CpuContext context;

    // Guarded by the lock of Ring3.

    /** Signalled when there is an outcome, and when the thread begins to wait for its turn anew. */
    final Condition changed;

    /** Whether it waits for its turn. */
    boolean queued;

    /** Nanoseconds of the turn that it has begun. */
    long usedOfTurn;

    /** Nanoseconds that it has run in all, but for the turn that it is in. */
    long spent;

    /** What RAX is to be when it goes on. */
    long answer;

    /** Whether there is an answer: not when it begins. */
    boolean answered;

    boolean ended;

    @Nullable Outcome outcome;

    NativeThread(ComponentSpace space, CpuContext context, Condition changed) {
        this.space = space;
        this.context = context;
        this.changed = changed;
    }

    /** What a thread that calls {@code entry} has at first: a stack as after a call, and its argument. */
    public static CpuContext beginning(long entry, long argument, long stackEnd) {
        CpuContext context = new CpuContext(entry, stackEnd - Long.BYTES);
        context.set(Register.RDI, argument);
        return context;
    }
}
