package org.espalier.kernel.hw;

import org.espalier.base.Message;
import org.jspecify.annotations.Nullable;

/**
 * What one host thread executes at this moment: the domain whose code runs and the message that belongs to it. A migrating call
 * changes both for its duration. Confined to its thread.
 */
final class Execution {
    /** Calls within calls on one thread; beyond it a chain counts as one that does not end. */
    static final int MAX_DEPTH = 64;

    @Nullable Domain domain;

    @Nullable Message message;

    int depth;

    /** Indices of the capabilities of the message that is carried at this moment, out of everybody's reach. */
    final int[] carried = new int[Message.MAX_CAPS];
}
