package org.espalier.kernel.sel4;

import java.util.Random;

/** A clock whose ticks come when a seed says so; long operations look at it after each unit of work. */
final class ScriptedClock implements Clock {
    private final Random random;
    private final int preemptOneIn;

    ScriptedClock(Random random, int preemptOneIn) {
        this.random = random;
        this.preemptOneIn = preemptOneIn;
    }

    @Override
    public void start() {
        // No thread is behind it.
    }

    @Override
    public void stop() {
        // No thread is behind it.
    }

    @Override
    public void needed(boolean is) {
        // Ticks come anyway.
    }

    @Override
    public boolean isDue() {
        return random.nextInt(preemptOneIn) == 0;
    }

    @Override
    public int take() {
        return random.nextInt(8) == 0 ? 1 : 0;
    }

    @Override
    public int workUnits() {
        return 1;
    }
}
