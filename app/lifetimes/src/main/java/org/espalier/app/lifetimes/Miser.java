package org.espalier.app.lifetimes;

import org.espalier.base.Env;

/** Hears that its parent wants memory back, and neither frees any nor answers. */
final class Miser {
    private Miser() {}

    static void start(Env env) {
        env.onYieldRequest(count -> {}).orThrow("Listening for yield requests");
    }
}
