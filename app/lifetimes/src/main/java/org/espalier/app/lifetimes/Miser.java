package org.espalier.app.lifetimes;

import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Env;

/** Hears that its parent wants memory back, and neither frees any nor answers. */
final class Miser {
    /** What its host is told when it would hear. */
    static final String LISTENING = "listening, and nothing more";

    private Miser() {}

    static void start(Env env) {
        env.onYieldRequest(count -> {}).orThrow("Listening for yield requests");
        if (!(env.connect(EventsRpc.TYPE) instanceof Connect.Connected<Events>(Connection<Events> host))) {
            throw new IllegalStateException("A miser needs somebody to tell that it listens.");
        }
        host.session().happened(LISTENING);
    }
}
