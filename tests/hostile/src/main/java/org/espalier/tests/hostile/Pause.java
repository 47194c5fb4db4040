package org.espalier.tests.hostile;

import java.util.concurrent.TimeUnit;

/** Waiting for time to pass, with what a component may use. */
final class Pause {
    private Pause() {}

    /** Returns after {@code millis}, or at once when the thread is to stop. */
    static void of(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            // The component ends, and with it this thread: nothing is left to do in it.
            return;
        }
    }
}
