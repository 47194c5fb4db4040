package org.espalier.kernel.linux;

import java.util.concurrent.locks.ReentrantLock;
import org.espalier.base.Failure;
import org.espalier.base.Message;

/**
 * A signal context that threads of this component wait for, whose signals come by the slots of those who submit them and by the kernel's
 * board. Thread-safe: one thread waits at a time and takes all that has come, and the others wait for their turn.
 */
final class SlotReceiver {
    private final ReentrantLock turn = new ReentrantLock();
    private final SlotServer server;
    private boolean closed;

    SlotReceiver(SlotServer server) {
        this.server = server;
    }

    /** What came while one thread waited. */
    private static final class Sum implements SlotServer.Upcalls {
        private long count;

        @Override
        public boolean packet() {
            throw new IllegalStateException("The kernel sends no packets to a context.");
        }

        @Override
        public void request(int slot, long id, Message message) {
            throw new IllegalStateException("The kernel grants nobody calls of a context.");
        }

        @Override
        public void signal(long id, int signals) {
            count += signals;
        }

        @Override
        public void submitted(long signals) {
            count += signals;
        }

        @Override
        public boolean enough() {
            return count > 0;
        }

        @Override
        public void left() {}
    }

    /** Waits for signals and takes them all; how many, or a negated status when the context was dissolved. */
    int await(Message message) {
        turn.lock();
        try {
            Sum sum = new Sum();
            if (!closed) {
                server.run(message, sum);
            }
            if (sum.count > 0) {
                return (int) Math.min(sum.count, Integer.MAX_VALUE);
            }
            end();
            return -Failure.GONE.status();
        } finally {
            turn.unlock();
        }
    }

    /** Gives the memory back, after the kernel has closed the board: whoever waits leaves then. */
    void close() {
        turn.lock();
        try {
            end();
        } finally {
            turn.unlock();
        }
    }

    private void end() {
        if (!closed) {
            closed = true;
            server.close();
        }
    }
}
