package org.espalier.bench;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/** The floor of whatever goes to another thread and back: two threads that park and wake each other. Used by one thread at a time. */
final class HandOff implements AutoCloseable {
    private final Thread partner;
    /** Who waits for the partner; written before its turn begins. */
    private Thread owner = Thread.currentThread();

    private volatile boolean partnersTurn;
    private volatile boolean ended;

    /**
     * A hand-off to a partner.
     *
     * @param served what the partner does at each turn of its
     */
    HandOff(ThreadFactory threads, Runnable served) {
        partner = threads.newThread(() -> {
            while (true) {
                while (!partnersTurn) {
                    if (ended) {
                        return;
                    }
                    LockSupport.park(this);
                }
                served.run();
                partnersTurn = false;
                LockSupport.unpark(owner);
            }
        });
        partner.start();
    }

    /** There and back. */
    void roundTrip() {
        owner = Thread.currentThread();
        partnersTurn = true;
        LockSupport.unpark(partner);
        while (partnersTurn) {
            LockSupport.park(this);
        }
    }

    /** There and back, {@code count} times. */
    void roundTrips(int count) {
        for (int i = 0; i < count; i++) {
            roundTrip();
        }
    }

    @Override
    public void close() {
        ended = true;
        LockSupport.unpark(partner);
    }
}
