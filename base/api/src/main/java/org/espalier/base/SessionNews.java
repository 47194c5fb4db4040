package org.espalier.base;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.espalier.base.spi.ComponentKernel;

/**
 * Waits for news of sessions, for all threads of a component with the one signal context that the parent knows. One of the threads
 * that wait leads: it waits for the signal and tells the others, who wait for it. Thread-safe.
 */
final class SessionNews {
    private final ComponentKernel kernel;
    private final Parent parent;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int context;
    private boolean led;
    private long heard;

    SessionNews(ComponentKernel kernel, Parent parent) {
        this.kernel = kernel;
        this.parent = parent;
    }

    /** Has the parent tell of news, from now on; it is done once and fails when there is no capability for it. */
    Result<Done> listen() {
        lock.lock();
        try {
            if (context > 0) {
                return Result.done();
            }
            int created = kernel.createSignalContext(0, 0);
            if (created <= 0) {
                return Result.failed(Failure.OUT_OF_CAPS);
            }
            Result<Done> named = parent.sessionSignal(Capability.at(kernel, created));
            if (named.isOk()) {
                context = created;
            } else {
                kernel.dissolve(created);
            }
            return named;
        } finally {
            lock.unlock();
        }
    }

    /** The number of news so far. */
    long heard() {
        lock.lock();
        try {
            return heard;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for news after those of the number {@code before}, and returns the number of the newest. */
    long awaitAfter(long before) {
        lock.lock();
        try {
            while (led && heard == before) {
                // A leader that is stopped passes on its part, and so nobody needs to be interrupted here.
                changed.awaitUninterruptibly();
            }
            if (heard != before) {
                return heard;
            }
            led = true;
        } finally {
            lock.unlock();
        }
        try {
            kernel.awaitSignal(context);
        } finally {
            lock.lock();
            try {
                led = false;
                heard++;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
        return heard();
    }
}
