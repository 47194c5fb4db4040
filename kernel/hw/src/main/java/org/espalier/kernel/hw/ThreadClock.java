package org.espalier.kernel.hw;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import org.espalier.base.Limits;
import org.jspecify.annotations.Nullable;

/** Tells the processor time of host threads and what they have allocated, where the host counts it. Stateless, thread-safe. */
final class ThreadClock {
    private final @Nullable ThreadMXBean time;
    private final @Nullable ThreadMXBean heap;

    private ThreadClock(@Nullable ThreadMXBean time, @Nullable ThreadMXBean heap) {
        this.time = time;
        this.heap = heap;
    }

    /** The clock for threads of that kind: nobody counts what virtual ones take. */
    static ThreadClock forThreads(boolean virtual) {
        ThreadMXBean bean = virtual ? null : ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        return new ThreadClock(
                bean != null && bean.isThreadCpuTimeSupported() && bean.isThreadCpuTimeEnabled() ? bean : null,
                bean != null && bean.isThreadAllocatedMemorySupported() && bean.isThreadAllocatedMemoryEnabled()
                        ? bean
                        : null);
    }

    /** Why limits cannot be held with what this clock tells; empty when they can. */
    Optional<String> obstacle(Limits limits) {
        if (time == null && limits.cpu() != Limits.UNLIMITED) {
            return Optional.of(
                    "Nobody counts the processor time of the threads of this system, which are virtual ones or on a host"
                            + " that does not count, so limit ‘cpu’ cannot be held.");
        }
        if (heap == null && (limits.heapRate() != Limits.UNLIMITED || limits.heapTotal() != Limits.UNLIMITED)) {
            return Optional.of(
                    "Nobody counts what the threads of this system allocate, which are virtual ones or on a host that"
                            + " does not count, so limits of the heap cannot be held.");
        }
        return Optional.empty();
    }

    /** Whether it tells processor time. */
    boolean works() {
        return time != null;
    }

    /** Nanoseconds that the calling thread has taken; 0 where the clock does not work. */
    long ofThisThread() {
        return time == null ? 0 : time.getCurrentThreadCpuTime();
    }

    /** The same for another thread; negative when it has ended. */
    long of(Execution thread) {
        return time == null ? 0 : time.getThreadCpuTime(thread.threadId());
    }

    /** Bytes of heap that the calling thread has allocated; 0 where the host does not count them. */
    long bytesOfThisThread() {
        return heap == null ? 0 : heap.getCurrentThreadAllocatedBytes();
    }

    /** The same for another thread; negative when it has ended. */
    long bytesOf(Execution thread) {
        return heap == null ? 0 : heap.getThreadAllocatedBytes(thread.threadId());
    }
}
