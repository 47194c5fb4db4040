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

    /** Makes calls on request; an answer of 0 says that one of them failed. */
    @Rpc("Runner")
    interface Runner {
        /** Makes {@code count} calls of {@link Echo#array}. */
        Result<Long> arrays(int count);

        /** Makes {@code count} calls of {@link Echo#block}. */
        Result<Long> blocks(int count);
    }
}
