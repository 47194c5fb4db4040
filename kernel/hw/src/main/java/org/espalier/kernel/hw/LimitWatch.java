package org.espalier.kernel.hw;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.espalier.base.Limits;

/**
 * Looks again and again at what domains with {@link Limits} have taken, and tells of each that has taken more, once. It has a thread of
 * its own for as long as there is such a domain, and none before.
 *
 * <p>Thread-safe.
 */
final class LimitWatch {
    private static final long LOOK_NANOS = 20_000_000;
    private static final long SECOND_NANOS = 1_000_000_000;

    private final Map<Domain, Window> watched = new ConcurrentHashMap<>();
    private final Patrol patrol = new Patrol("espalier-limits", this::look);
    private final BiConsumer<Domain, String> exceeded;

    /** What a domain had taken when the second began that it is in. */
    private record Window(Limits limits, long begin, CpuMeter.Taken taken) {}

    LimitWatch(BiConsumer<Domain, String> exceeded) {
        this.exceeded = exceeded;
    }

    /** Watches {@code domain} until it stops. */
    void add(Domain domain, Limits limits) {
        watched.put(domain, new Window(limits, System.nanoTime(), domain.cpu.taken()));
        patrol.begin();
    }

    private long look() {
        watched.keySet().forEach(this::look);
        return watched.isEmpty() ? 0 : LOOK_NANOS;
    }

    private void look(Domain domain) {
        Window window = watched.get(domain);
        if (window == null || domain.stopped) {
            watched.remove(domain);
            return;
        }
        CpuMeter.Taken now = domain.cpu.taken();
        String which = excess(domain, window, now);
        if (!which.isEmpty()) {
            exceeded.accept(domain, which);
            watched.remove(domain);
        } else if (System.nanoTime() - window.begin() >= SECOND_NANOS) {
            watched.put(domain, new Window(window.limits(), System.nanoTime(), now));
        }
    }

    /** What is above its limit, for people; empty if nothing is. */
    private static String excess(Domain domain, Window window, CpuMeter.Taken now) {
        Limits limits = window.limits();
        Throttle throttle = domain.throttle;
        long percent = (now.nanos() - window.taken().nanos()) / (SECOND_NANOS / 100);
        long rate = now.bytes() - window.taken().bytes();
        if (throttle == null && percent > limits.cpu()) {
            return "more than " + limits.cpu() + " % of a processor within a second";
        }
        if (throttle != null && throttle.look(System.nanoTime(), now.nanos())) {
            return "more than " + limits.cpu() + " % of a processor where nothing could hold it up";
        }
        if (rate > limits.heapRate()) {
            return "more than " + limits.heapRate() + " bytes of heap within a second";
        }
        return now.bytes() > limits.heapTotal() ? "more than " + limits.heapTotal() + " bytes of heap in all" : "";
    }
}
