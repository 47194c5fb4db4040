package org.espalier.kernel.sel4;

import java.util.function.BooleanSupplier;

/**
 * Ends long operations when an interrupt is due (seL4 manual, 2.4.1): they ask after each unit of work, and after so many units the
 * answer may be that they have to stop. They will be made again then and go on from where they are.
 */
final class PreemptionPoint {
    private final BooleanSupplier interruptIsDue;
    private final int mostUnits;
    private int units;

    PreemptionPoint(BooleanSupplier interruptIsDue, int mostUnits) {
        this.mostUnits = mostUnits;
        this.interruptIsDue = interruptIsDue;
    }

    /** {@link Status#DONE} or {@link Status#PREEMPTED}. */
    int check() {
        if (++units < mostUnits) {
            return Status.DONE;
        }
        units = 0;
        return interruptIsDue.getAsBoolean() ? Status.PREEMPTED : Status.DONE;
    }
}
