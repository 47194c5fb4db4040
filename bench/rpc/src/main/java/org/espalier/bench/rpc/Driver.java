package org.espalier.bench.rpc;

import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Result;
import org.espalier.base.Rpc;

/** How the client of the benchmark is driven: it registers a runner with the program that measures. */
@Rpc("Driver")
public interface Driver {
    /** Hands over the runner. */
    Result<Done> ready(Capability<Runner> runner);

    /** What {@link Runner#signals} began is done. */
    Result<Done> finished();

    /** Does on request, on the caller's thread, what is measured; an answer of 0 says that a part of it failed. */
    @Rpc("Runner")
    interface Runner {
        /** Makes {@code count} calls of {@link Echo#array}. */
        Result<Long> arrays(int count);

        /** Makes {@code count} calls of {@link Echo#block}. */
        Result<Long> blocks(int count);

        /** Opens and closes {@code count} sessions, one after the other. */
        Result<Long> sessions(int count);

        /** Asks core {@code count} times for the quotas of its own domain. */
        Result<Long> questions(int count);

        /** Makes and dissolves {@code count} objects, one after the other. */
        Result<Long> objects(int count);

        /** Attaches and detaches a page {@code count} times. */
        Result<Long> attachments(int count);

        /** Begins {@code count} round trips of a signal, one after the other, and does not wait for them. */
        Result<Done> signals(int count);

        /** Begins to send {@code count} packets of 1500 bytes, and does not wait for them. */
        Result<Done> packets(int count);
    }
}
