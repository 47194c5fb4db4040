package org.espalier.os.dummy;

import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.Result;
import org.espalier.base.SignalReceiver;
import org.espalier.base.Timer;
import org.espalier.base.TimerRpc;

/** Time during which the entrypoint does nothing at all, unlike {@link Sleep}. Confined to the entrypoint. */
final class Pause {
    private static final long MICROS = 1000;

    private final Env env;
    private final long milliseconds;

    Pause(Env env, long milliseconds) {
        this.env = env;
        this.milliseconds = milliseconds;
    }

    long milliseconds() {
        return milliseconds;
    }

    /** Blocks that long; not at all, and says why, where there is no timer. */
    void take() {
        switch (env.connect(TimerRpc.TYPE)) {
            case Connect.Connected<Timer>(Connection<Timer> connection) -> {
                try (connection;
                        SignalReceiver receiver =
                                env.signalReceiver().orThrow("Creating a signal context to wait for")) {
                    Timer timer = connection.session();
                    Result<Done> set = timer.signal(receiver.context()).then(done -> timer.once(milliseconds * MICROS));
                    if (set instanceof Result.Failed<Done>(Failure failure)) {
                        env.log().error("the timer refuses " + milliseconds + " ms: " + failure);
                    } else {
                        receiver.await();
                    }
                }
            }
            case Connect.Denied<Timer>(String reason) -> env.log().error("no timer: " + reason);
            case Connect<Timer> other -> env.log().error("no timer: " + other);
        }
    }

    /** Blocks for as long as the component exists. */
    static void forever(Env env) {
        env.signalReceiver().orThrow("Creating a signal context to wait for").await();
    }
}
