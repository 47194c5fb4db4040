package org.espalier.bench;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/** The floor of whatever goes to another thread and back: two threads that park and wake each other. Made for one batch. */
final class HandOff {
    private final Thread partner;
    private final Thread owner = Thread.currentThread();
    private volatile boolean partnersTurn;
    private volatile boolean ended;

    /**
     * A hand-off between the calling thread and a partner.
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
        partnersTurn = true;
        LockSupport.unpark(partner);
        while (partnersTurn) {
            LockSupport.park(this);
        }
    }

    void end() throws InterruptedException {
        ended = true;
        LockSupport.unpark(partner);
        partner.join();
    }

    /** A batch of round trips in which nobody does anything. */
    static void bare(ThreadFactory threads, int count) throws InterruptedException {
        HandOff handOff = new HandOff(threads, () -> {});
        for (int i = 0; i < count; i++) {
            handOff.roundTrip();
        }
        handOff.end();
    }
}
