package org.espalier.core;

import org.espalier.base.Done;
import org.espalier.base.Failure;
import org.espalier.base.Result;

/** Turns the status words of the kernel contract into results. */
final class Statuses {
    private static final Failure[] FAILURES = Failure.values();

    private Statuses() {}

    /** The failure of a negated status. */
    static Failure failure(long negatedStatus) {
        return FAILURES[(int) -negatedStatus - 1];
    }

    /** Done for 0 and above, else the failure. */
    static Result<Done> result(long status) {
        return status >= 0 ? Result.done() : Result.failed(failure(status));
    }
}
