package org.espalier.kernel.sel4;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The clock that divides time among threads: a tick every two milliseconds. It interrupts the program that runs only when somebody
 * waits for a turn; otherwise ticks are counted and seen at the next entry to the kernel.
 *
 * <p>It has a thread of its own from {@link #start} to {@link #stop}; all other methods are the kernel's.
 */
final class Ticker {
    static final long TICK_NANOS = 2_000_000;

    private final Runnable interrupt;
    private final AtomicInteger pending = new AtomicInteger();
    private volatile boolean needed;
    private volatile @Nullable Thread thread;

    Ticker(Runnable interrupt) {
        this.interrupt = interrupt;
    }

    void start() {
        Thread started = Thread.ofPlatform().daemon().name("sel4-clock").unstarted(this::tick);
        thread = started;
        started.start();
    }

    void stop() {
        Thread stopped = thread;
        thread = null;
        LockSupport.unpark(stopped);
    }

    /** Says whether a tick has to interrupt. */
    void needed(boolean is) {
        needed = is;
    }

    boolean isDue() {
        return pending.get() > 0;
    }

    /** Ticks since the last call. */
    int take() {
        return pending.get() == 0 ? 0 : pending.getAndSet(0);
    }

    private void tick() {
        long next = System.nanoTime() + TICK_NANOS;
        while (thread == Thread.currentThread()) {
            LockSupport.parkNanos(next - System.nanoTime());
            if (System.nanoTime() - next >= 0) {
                next += TICK_NANOS;
                pending.incrementAndGet();
                if (needed) {
                    interrupt.run();
                }
            }
        }
    }
}
