package org.espalier.init;

import java.time.Duration;
import org.espalier.base.Env;
import org.espalier.base.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Calls at the rate of the heartbeat, through a Timer session at init's parent that is opened when it is first needed. Confined to the
 * initial entrypoint.
 */
final class Pulse {
    private static final long MICROS = 1000;

    private final Env env;
    private final Runnable beat;
    private @Nullable Timer timer;
    private Duration rate = Duration.ZERO;

    Pulse(Env env, Runnable beat) {
        this.env = env;
        this.beat = beat;
    }

    /** Beats at {@code newRate} from now on; zero ends it. */
    void set(Duration newRate) {
        if (newRate.equals(rate)) {
            return;
        }
        rate = newRate;
        Timer open = timer == null && !newRate.isZero() ? TimerSession.open(env, beat, "there is no heartbeat") : timer;
        timer = open;
        if (open != null && !open.periodic(newRate.toMillis() * MICROS).isOk()) {
            env.log().warning("the timer refuses the rate of the heartbeat: " + newRate.toMillis() + " ms");
        }
    }
}
