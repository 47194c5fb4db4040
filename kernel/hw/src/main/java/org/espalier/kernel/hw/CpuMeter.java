package org.espalier.kernel.hw;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.espalier.kernel.spi.RunningKernel.Activity;

/**
 * The processor time of one domain, and the heap that it has allocated: those of the threads that run for it, from when each begins until it ends, whatever domain a call
 * takes it to meanwhile. So a call is on its caller's account and costs nothing here; the clock is read when a thread begins and
 * ends, and when somebody asks. What a carrier runs elsewhere for the domain is counted with it.
 *
 * <p>Thread-safe. A thread runs for one domain at a time.
 */
final class CpuMeter {
    private final ThreadClock clock;
    private final List<Execution> running = new ArrayList<>();
    private LongSupplier elsewhere = () -> 0;
    private long spent;
    private long allocated;

    /** Nanoseconds of processor time and bytes of heap; 0 where the host does not count them. */
    record Taken(long nanos, long bytes) {}

    CpuMeter(ThreadClock clock) {
        this.clock = clock;
    }

    /** Counts {@code nanos} as well from now on; they never become less. */
    synchronized void alsoElsewhere(LongSupplier nanos) {
        elsewhere = nanos;
    }

    /** The calling thread runs for this domain from now on. */
    synchronized void begin(Execution thread) {
        running.add(thread);
    }

    /**
     * The calling thread no longer runs for this domain, which is charged with all that the thread took since it left the last one:
     * being woken is part of the work that it was woken for.
     */
    synchronized void end(Execution thread) {
        running.remove(thread);
        long now = clock.ofThisThread();
        spent += now - thread.accounted;
        thread.accounted = now;
        long bytes = clock.bytesOfThisThread();
        allocated += bytes - thread.accountedBytes;
        thread.accountedBytes = bytes;
    }

    synchronized Activity activity() {
        return new Activity(running.size(), clock.works() ? taken().nanos() : Activity.UNKNOWN);
    }

    synchronized Taken taken() {
        long nanos = spent + elsewhere.getAsLong();
        long bytes = allocated;
        for (Execution thread : running) {
            nanos += Math.max(0, clock.of(thread) - thread.accounted);
            bytes += Math.max(0, clock.bytesOf(thread) - thread.accountedBytes);
        }
        return new Taken(nanos, bytes);
    }
}
