package org.espalier.kernel.hw;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.jspecify.annotations.Nullable;

/** Tells the processor time of host threads, where the host counts it. Stateless, thread-safe. */
final class ThreadClock {
    private final @Nullable ThreadMXBean threads;

    private ThreadClock(@Nullable ThreadMXBean threads) {
        this.threads = threads;
    }

    /** The clock for threads of that kind: nobody counts the time of virtual ones. */
    static ThreadClock forThreads(boolean virtual) {
        ThreadMXBean bean = virtual ? null : ManagementFactory.getThreadMXBean();
        return new ThreadClock(
                bean != null && bean.isThreadCpuTimeSupported() && bean.isThreadCpuTimeEnabled() ? bean : null);
    }

    boolean works() {
        return threads != null;
    }

    /** Nanoseconds that the calling thread has taken; 0 where the clock does not work. */
    long ofThisThread() {
        return threads == null ? 0 : threads.getCurrentThreadCpuTime();
    }

    /** The same for another thread; negative when it has ended. */
    long of(Execution thread) {
        return threads == null ? 0 : threads.getThreadCpuTime(thread.threadId());
    }
}
