package org.espalier.kernel.sel4;

/** What divides time among threads, by ticks. All methods are the kernel's. */
interface Clock {
    /** Units of work that a long operation does between two looks at the clock, as seL4 has it by default. */
    int WORK_UNITS = 100;

    void start();

    void stop();

    /** Says whether a tick has to interrupt the program that runs. */
    void needed(boolean is);

    /** Whether a tick has passed since the last {@link #take}. */
    boolean isDue();

    /** Ticks since the last call. */
    int take();

    /** Units of work that a long operation does between two looks at the clock. */
    default int workUnits() {
        return WORK_UNITS;
    }
}
