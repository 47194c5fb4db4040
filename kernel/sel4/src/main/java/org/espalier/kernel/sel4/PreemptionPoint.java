package org.espalier.kernel.sel4;

import java.util.function.BooleanSupplier;

/**
 * Ends long operations when an interrupt is due (seL4 manual, 2.4.1): they ask after each unit of work, and every hundredth time the
 * answer may be that they have to stop. They will be made again then and go on from where they are.
 */
final class PreemptionPoint {
    private static final int MOST_UNITS = 100;

    private final BooleanSupplier interruptIsDue;
    private int units;

    PreemptionPoint(BooleanSupplier interruptIsDue) {
        this.interruptIsDue = interruptIsDue;
    }

    /** {@link Status#DONE} or {@link Status#PREEMPTED}. */
    int check() {
        if (++units < MOST_UNITS) {
            return Status.DONE;
        }
        units = 0;
        return interruptIsDue.getAsBoolean() ? Status.PREEMPTED : Status.DONE;
    }
}
