package org.espalier.tests.reconfigurer;

/** Waiting for time to pass, with what a component may use. */
final class Pause {
    private static final long STEP_MILLIS = 50;

    private Pause() {}

    /** Returns after about {@code millis}, or at once when the thread is to stop. */
    static void of(long millis) {
        Object nobody = new Object();
        synchronized (nobody) {
            try {
                // In steps, so that one that ends early for no reason does not matter.
                for (long step = 0; step < millis; step += STEP_MILLIS) {
                    nobody.wait(STEP_MILLIS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
