package org.espalier.kernel.hw;

import org.espalier.kernel.hw.KernelObject.Context;

/**
 * Counts submissions at signal contexts. Those who wait park on a condition and not on a monitor: the JVM wakes a virtual thread
 * that waits for a monitor by way of a thread of its own, which takes longer than all the rest.
 */
final class Signals {
    private Signals() {}

    /** Adds {@code count} submissions, and wakes who is to be woken; never blocks for longer than another submission takes. */
    static void submit(Context context, int count) {
        if (count(context, count)) {
            wake(context);
        }
    }

    /** Wakes who is to be woken for what was counted. */
    static void wake(Context context) {
        Entry entry = context.entry;
        if (entry != null) {
            entry.wake();
        } else if (context.item instanceof Fabric.Bell bell) {
            bell.ring();
        }
    }

    /** Adds {@code count} submissions; whether somebody has to be woken for them, which is the caller's to do. */
    static boolean count(Context context, int count) {
        Entry entry = context.entry;
        if (entry != null) {
            return entry.submit(context, count);
        }
        context.lock.lock();
        try {
            boolean alive = !context.isDead();
            if (alive) {
                context.pending = sum(context.pending, count);
                context.submitted.signalAll();
            }
            return alive && context.item != null;
        } finally {
            context.lock.unlock();
        }
    }

    /** Takes all pending submissions without waiting. */
    static int take(Context context) {
        context.lock.lock();
        try {
            int count = context.pending;
            context.pending = 0;
            return count;
        } finally {
            context.lock.unlock();
        }
    }

    static int sum(int pending, int count) {
        return pending > Integer.MAX_VALUE - count ? Integer.MAX_VALUE : pending + count;
    }

    /** Takes all pending submissions, waiting for the first; 0 when the context was dissolved. */
    @SuppressWarnings("ThreadPriorityCheck") // Correct without the hint, only slower.
    static int await(Context context) throws InterruptedException {
        if (Thread.currentThread().isVirtual()) {
            // What this thread waits for it has mostly caused just before, on a thread that stands behind it: letting
            // that one
            // run first spares both of them a wake-up of the host's threads.
            Thread.yield();
        }
        context.lock.lockInterruptibly();
        try {
            while (context.pending == 0) {
                if (context.isDead()) {
                    return 0;
                }
                context.submitted.await();
            }
            int count = context.pending;
            context.pending = 0;
            return count;
        } finally {
            context.lock.unlock();
        }
    }

    /** Ends a context: who waits for it leaves. */
    static void dissolve(Context context) {
        context.lock.lock();
        try {
            context.dissolved = true;
            context.submitted.signalAll();
        } finally {
            context.lock.unlock();
        }
    }
}
