package org.espalier.bench.idle;

import org.espalier.base.Component;
import org.espalier.base.Env;

/** Writes one line to its log and stays. */
public final class Idle implements Component {
    /** The line. */
    public static final String LINE = "idle";

    @Override
    public void construct(Env env) {
        env.log().info(LINE);
    }
}
