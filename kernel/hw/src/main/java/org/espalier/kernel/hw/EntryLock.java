package org.espalier.kernel.hw;

import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import org.jspecify.annotations.Nullable;

/**
 * Who may run in an entrypoint: one thread at a time. Those who wait enter in the order in which they came; the first of them is
 * overtaken by at most {@value #OVERTAKEN} who find the lock free before it has woken up. Once the lock is closed nobody gets in, and
 * all who wait leave at once, also while the last holder is still inside and will not come out.
 *
 * <p>Entering sets the state's lowest bit and then looks at {@code closed}; closing sets {@code closed} and then looks at the
 * state. Both are fenced, so whoever closes the lock knows whether somebody is inside.
 */
final class EntryLock {
    /**
     * How often a thread looks at a lock that is taken before it begins to wait: most methods of a server are shorter than
     * parking and being woken.
     */
    private static final int LOOKS = 40;

    /**
     * By how many the first who waits is overtaken at most. Handing the lock to somebody who sleeps leaves it unused until that one
     * has woken up, and has every client of a busy server sleep for each of its calls. A tree of 10,000 components starts in a
     * third of the time with 8, and not much faster with 64.
     */
    static final int OVERTAKEN = 8;

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

    /** Gets in if nobody is inside, and nobody waits who was overtaken often enough. */
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
        /** Somebody is inside. The bits above it count by how many the first who waits was overtaken. */
        private static final int TAKEN = 1;

        /** The thread that got in after it had waited, until it has noticed. */
        private transient @Nullable Thread granted;

        /** Takes the lock; only the first who waits, or whoever finds nobody waiting, is not one who overtakes. */
        boolean enter() {
            int state = getState();
            int overtaken = hasQueuedPredecessors() ? (state >> 1) + 1 : 0;
            if ((state & TAKEN) != 0 || overtaken > OVERTAKEN || !compareAndSetState(state, overtaken << 1 | TAKEN)) {
                return false;
            }
            if (closed) {
                leave();
                return false;
            }
            return true;
        }

        private void leave() {
            setState(getState() & ~TAKEN);
        }

        boolean isTaken() {
            return (getState() & TAKEN) != 0;
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
                leave();
            }
            return true;
        }
    }
}
