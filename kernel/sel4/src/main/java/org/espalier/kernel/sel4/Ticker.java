package org.espalier.kernel.sel4;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The clock that divides time among threads: a tick every two milliseconds. It interrupts the program that runs only when somebody
 * waits for a turn; otherwise ticks are counted and seen at the next entry to the kernel.
 *
 * <p>It has a thread of its own from {@link #start} to {@link #stop}.
 */
final class Ticker implements Clock {
    static final long TICK_NANOS = 2_000_000;

    private final Runnable interrupt;
    private final AtomicInteger pending = new AtomicInteger();
    private volatile boolean needed;
    private volatile @Nullable Thread thread;

    Ticker(Runnable interrupt) {
        this.interrupt = interrupt;
    }

    @Override
    public void start() {
        Thread started = Thread.ofPlatform().daemon().name("sel4-clock").unstarted(this::tick);
        thread = started;
        started.start();
    }

    @Override
    public void stop() {
        Thread stopped = thread;
        thread = null;
        LockSupport.unpark(stopped);
    }

    @Override
    public void needed(boolean is) {
        needed = is;
    }

    @Override
    public boolean isDue() {
        return pending.get() > 0;
    }

    @Override
    public int take() {
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
