package org.espalier.kernel.hw;

import org.espalier.base.Message;
import org.espalier.base.spi.ComponentKernel;
import org.jspecify.annotations.Nullable;

/** A message and the execution that it belongs to at this moment, so that a call need not look its thread up again. */
final class HwMessage extends Message {
    /** Set by the thread that enters the domain with this message, and read by that thread alone. */
    @Nullable Execution execution;

    HwMessage(ComponentKernel kernel) {
        super(kernel);
    }
}
