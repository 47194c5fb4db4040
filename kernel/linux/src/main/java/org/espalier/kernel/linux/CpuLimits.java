package org.espalier.kernel.linux;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.espalier.kernel.spi.RunningKernel.Activity;

/**
 * Looks again and again at the processor time that processes with a limit have taken, and stops each that has taken more within a second.
 * The host counts in hundredths of a second, so a limit of less than a few percent is held that much less exactly. What the kernel does for a component
 * is not in it.
 *
 * <p>Thread-safe; has no thread before there is something to look at.
 */
final class CpuLimits implements AutoCloseable {
    private static final long LOOK_MILLIS = 100;
    private static final long SECOND_NANOS = 1_000_000_000;

    private final LinuxCarrier carrier;
    private final Map<Integer, Window> watched = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("espalier-limits").factory());
    private boolean looks;

    /** What a process had taken when the second began that it is in; nothing is known of one that has not begun. */
    private record Window(long percent, long begin, long taken) {}

    CpuLimits(LinuxCarrier carrier) {
        this.carrier = carrier;
    }

    /** Has a domain stopped that takes more than {@code percent} of a processor within a second. */
    synchronized void add(int domain, long percent) {
        watched.put(domain, new Window(percent, System.nanoTime(), Activity.UNKNOWN));
        if (!looks) {
            looks = true;
            var _ = clock.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Forgets a domain, which has ended. */
    void remove(int domain) {
        watched.remove(domain);
    }

    private void look() {
        watched.keySet().forEach(this::look);
    }

    private void look(int domain) {
        Window window = watched.get(domain);
        ComponentProcess process = carrier.process(domain);
        if (window == null || process == null) {
            return;
        }
        long taken = process.activity().cpuNanos();
        long now = System.nanoTime();
        if (taken == Activity.UNKNOWN) {
            return;
        }
        if (window.taken() == Activity.UNKNOWN || now - window.begin() >= SECOND_NANOS) {
            Window next = new Window(window.percent(), now, taken);
            Window _ = watched.computeIfPresent(domain, (_, _) -> next);
        }
        if (window.taken() != Activity.UNKNOWN && (taken - window.taken()) / (SECOND_NANOS / 100) > window.percent()) {
            watched.remove(domain);
            process.domain()
                    .stop("limit: the component took more than " + window.percent()
                            + " % of a processor within a second");
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
