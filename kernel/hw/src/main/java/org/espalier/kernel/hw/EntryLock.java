package org.espalier.kernel.hw;

import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import org.jspecify.annotations.Nullable;

/**
 * Who may run in an entrypoint: one thread at a time, in the order in which they came. Once the lock is closed nobody gets in,
 * and all who wait leave at once, also while the last holder is still inside and will not come out.
 */
final class EntryLock {
    private final Sync sync = new Sync();
    private volatile boolean closed;
    private @Nullable Thread holder;

    /**
     * Waits for the turn of the calling thread.
     *
     * @return whether it came; false when the lock is closed
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    boolean acquire() throws InterruptedException {
        if (!sync.enter()) {
            sync.acquireInterruptibly(1);
        }
        return entered();
    }

    /** Gets in if nobody is inside and nobody waits. */
    boolean tryAcquire() {
        return sync.enter() && entered();
    }

    private boolean entered() {
        if (closed) {
            // Whoever waits behind is woken in turn; who holds the lock, if anybody, is not concerned.
            sync.pass();
            return false;
        }
        holder = Thread.currentThread();
        return true;
    }

    /** Leaves. Only for the thread that is inside. */
    void release() {
        holder = null;
        sync.release(1);
    }

    /** Lets nobody in any more and sends away all who wait. */
    void close() {
        closed = true;
        sync.pass();
    }

    boolean isClosed() {
        return closed;
    }

    /** The thread inside, as far as another thread can know. */
    @Nullable Thread holder() {
        // The state first: its owner gives it up with a volatile write, so who reads it as free also sees all before.
        return sync.isFree() ? null : holder;
    }

    boolean isHeldByCurrentThread() {
        return holder == Thread.currentThread();
    }

    private final class Sync extends AbstractQueuedSynchronizer {
        private static final long serialVersionUID = 1;
        /** Releases nothing, but wakes the first who waits. */
        private static final int PASS = 0;

        boolean enter() {
            return !hasQueuedPredecessors() && compareAndSetState(0, 1);
        }

        boolean isFree() {
            return getState() == 0;
        }

        void pass() {
            release(PASS);
        }

        @Override
        protected boolean tryAcquire(int unused) {
            return closed || enter();
        }

        @Override
        protected boolean tryRelease(int count) {
            if (count != PASS) {
                setState(0);
            }
            return true;
        }
    }
}
