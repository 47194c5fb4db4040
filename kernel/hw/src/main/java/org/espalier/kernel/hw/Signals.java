package org.espalier.kernel.hw;

import org.espalier.kernel.hw.KernelObject.Context;

/** Counts submissions at signal contexts. */
final class Signals {
    private Signals() {}

    /** Adds {@code count} submissions; never blocks for longer than another submission takes. */
    static void submit(Context context, int count) {
        Entry entry = context.entry;
        if (entry != null) {
            entry.submit(context, count);
            return;
        }
        synchronized (context) {
            if (!context.isDead()) {
                context.pending = sum(context.pending, count);
                context.notifyAll();
            }
        }
    }

    static int sum(int pending, int count) {
        return pending > Integer.MAX_VALUE - count ? Integer.MAX_VALUE : pending + count;
    }

    /** Takes all pending submissions, waiting for the first; 0 when the context was dissolved. */
    static int await(Context context) throws InterruptedException {
        synchronized (context) {
            while (context.pending == 0) {
                if (context.isDead()) {
                    return 0;
                }
                context.wait();
            }
            int count = context.pending;
            context.pending = 0;
            return count;
        }
    }
}
