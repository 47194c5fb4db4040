package org.espalier.kernel.sel4;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The clock of a {@link Processor}: it ticks while somebody waits for a turn, and not otherwise. Threads of the host that are in the kernel are
 * never pre-empted by it, as they run on processors of the host.
 */
final class TurnClock implements Clock {
    private static final long TICK_NANOS = Ticker.TICK_NANOS;

    private final Runnable interrupt;
    private final AtomicInteger pending = new AtomicInteger();
    private volatile boolean needed;
    private volatile @Nullable Thread thread;

    TurnClock(Runnable interrupt) {
        this.interrupt = interrupt;
    }

    @Override
    public void start() {
        Thread started =
                Thread.ofPlatform().daemon().name("espalier-sel4-clock").unstarted(this::tick);
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
        if (needed != is) {
            needed = is;
            if (is) {
                LockSupport.unpark(thread);
            }
        }
    }

    @Override
    public boolean isDue() {
        return false;
    }

    @Override
    public int take() {
        return pending.get() == 0 ? 0 : pending.getAndSet(0);
    }

    private void tick() {
        long next = System.nanoTime();
        while (thread == Thread.currentThread()) {
            if (!needed) {
                LockSupport.park(this);
                next = System.nanoTime() + TICK_NANOS;
                continue;
            }
            long left = next - System.nanoTime();
            if (left > 0) {
                LockSupport.parkNanos(this, left);
            } else {
                next += TICK_NANOS;
                pending.incrementAndGet();
                interrupt.run();
            }
        }
    }
}
