package org.espalier.kernel.hw;

import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import org.jspecify.annotations.Nullable;

/**
 * Who may run in an entrypoint: one thread at a time, in the order in which they came to wait. Once the lock is closed nobody gets in,
 * and all who wait leave at once, also while the last holder is still inside and will not come out.
 *
 * <p>Entering takes the state from 0 to 1 and then looks at {@code closed}; closing sets {@code closed} and then looks at the
 * state. Both are fenced, so whoever closes the lock knows whether somebody is inside.
 */
final class EntryLock {
    /**
     * How often a thread looks at a lock that is taken before it begins to wait: most methods of a server are shorter than
     * parking and being woken. Whoever waits already goes first, so nobody is overtaken for longer than these looks take.
     */
    private static final int LOOKS = 40;

    private final Sync sync = new Sync();
    private volatile boolean closed;

    /**
     * Waits for the turn of the calling thread.
     *
     * @return whether it came; false when the lock is closed
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    boolean acquire() throws InterruptedException {
        for (int look = 0; look < LOOKS && !closed; look++) {
            if (tryAcquire()) {
                return true;
            }
            Thread.onSpinWait();
        }
        sync.acquireInterruptibly(1);
        if (sync.wasGranted()) {
            return true;
        }
        // Whoever waits behind is woken in turn.
        sync.pass();
        return false;
    }

    /** Gets in if nobody is inside and nobody waits. */
    boolean tryAcquire() {
        return sync.enter();
    }

    /** Leaves. Only for the thread that is inside. */
    void release() {
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

    /** Whether a thread is inside. */
    boolean isTaken() {
        return sync.isTaken();
    }

    private final class Sync extends AbstractQueuedSynchronizer {
        private static final long serialVersionUID = 1;
        /** Releases nothing, but wakes the first who waits. */
        private static final int PASS = 0;

        /** The thread that got in after it had waited, until it has noticed. */
        private transient @Nullable Thread granted;

        boolean enter() {
            if (hasQueuedPredecessors() || !compareAndSetState(0, 1)) {
                return false;
            }
            if (closed) {
                setState(0);
                return false;
            }
            return true;
        }

        boolean isTaken() {
            return getState() != 0;
        }

        void pass() {
            release(PASS);
        }

        boolean wasGranted() {
            if (granted != Thread.currentThread()) {
                return false;
            }
            granted = null;
            return true;
        }

        @Override
        protected boolean tryAcquire(int unused) {
            if (enter()) {
                granted = Thread.currentThread();
                return true;
            }
            return closed;
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
