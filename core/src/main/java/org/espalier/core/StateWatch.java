package org.espalier.core;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.espalier.kernel.spi.RunningKernel.Quarantined;

/**
 * Tells a program of changes of its system, on a thread of its own, so that a program that takes its time holds up nobody. What
 * changes meanwhile is told at once when the program is ready again: it hears of the newest state, not of every one.
 *
 * <p>{@link #changed} and {@link #close} may be called by any thread, also by the program while it is being told.
 */
final class StateWatch implements AutoCloseable {
    private final Supplier<SystemState> state;
    private final Consumer<SystemState> watcher;
    private final Semaphore changes = new Semaphore(0);
    private volatile boolean closed;

    /** Tells {@code watcher}, beginning with the state of now. */
    StateWatch(Supplier<SystemState> state, Consumer<SystemState> watcher) {
        this.state = state;
        this.watcher = watcher;
        changed();
        Thread.ofPlatform().daemon().name("espalier-watch").start(this::run);
    }

    /** Notes that the state is another one. Neither blocks nor throws. */
    void changed() {
        // More than one permit says nothing more; two threads that both see none add one too many, which does no harm.
        if (changes.availablePermits() == 0) {
            changes.release();
        }
    }

    private void run() {
        boolean last;
        Object told = "";
        do {
            changes.acquireUninterruptibly();
            changes.drainPermits();
            last = closed;
            SystemState now = state.get();
            // Not by quotas, which change all the time.
            Object essence = new Essence(
                    now.domains().stream()
                            .map(domain -> domain.label() + "\n" + domain.fault())
                            .toList(),
                    now.quarantine());
            // A system that is being closed has no domains any more, but the end is told when it has come.
            boolean alive = !now.domains().isEmpty();
            if (last || (alive && !essence.equals(told))) {
                told = essence;
                tell(now);
            }
        } while (!last);
    }

    private record Essence(List<String> domains, List<Quarantined> quarantine) {}

    private void tell(SystemState now) {
        try {
            watcher.accept(now);
        } catch (RuntimeException | Error e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    /** Tells the last state, and ends. Does not wait for it. */
    @Override
    public void close() {
        closed = true;
        changes.release();
    }
}
