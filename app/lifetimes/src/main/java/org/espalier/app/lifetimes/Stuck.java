package org.espalier.app.lifetimes;

import org.espalier.base.Env;

/** Starts, and then waits in its entrypoint for what will never come, so that it serves nobody any more. */
final class Stuck {
    private static final long MORE_THAN_THERE_IS = 1L << 40;

    private Stuck() {}

    static void start(Env env) {
        env.log().info("started");
        env.submit(
                env.ep().handler(count -> env.ram().alloc(MORE_THAN_THERE_IS)).orThrow("Creating a signal handler"));
    }
}
