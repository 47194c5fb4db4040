package org.espalier.kernel.hw;

import org.espalier.base.Message;
import org.espalier.base.spi.ComponentKernel;
import org.jspecify.annotations.Nullable;

/** A message, the domain whose it is, and the execution that it belongs to at this moment, so that a call looks nothing up. */
final class HwMessage extends Message {
    final Domain domain;

    /** The entrypoint that works with this message; {@code null} for the message of a thread. */
    @Nullable Entry entry;

    /** That of the entrypoint which a thread works for beside it; {@code null} for all others. */
    @Nullable HwMessage beside;

    /** Set by the thread that enters the domain with this message, and of use to that thread alone. */
    @Nullable Execution execution;

    /** From which the chain of calls came here; {@code null} where it began. Of use to the thread that is inside alone. */
    @Nullable HwMessage caller;

    /** The thread of the kernel beneath that calls go out by, where there is one. */
    Fabric.@Nullable Seat seat;

    /** How many capabilities an answer may bring, for who answers. */
    int accepted;

    /** The capabilities that the answer brought, of which {@link #newlyHeld} are in slots that were empty. */
    final int[] delivered = new int[MAX_CAPS];

    int deliveredCount;
    int newlyHeld;

    HwMessage(ComponentKernel kernel, Domain domain) {
        super(kernel);
        this.domain = domain;
    }
}
