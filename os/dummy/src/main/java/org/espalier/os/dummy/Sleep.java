package org.espalier.os.dummy;

import java.time.Duration;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.Result;
import org.espalier.base.Timer;
import org.espalier.base.TimerRpc;
import org.jspecify.annotations.Nullable;

/** Sleeping through a Timer session, which is opened for the first time that it is needed. Confined to the entrypoint. */
final class Sleep {
    private static final long MICROS = 1000;

    private final Env env;
    private final Runnable awake;
    private @Nullable Timer timer;
    private Duration duration = Duration.ZERO;
    private long wakeUp;
    private boolean asleep;

    /** Calls {@code awake} at the end of each sleep that was not cancelled. */
    Sleep(Env env, Runnable awake) {
        this.env = env;
        this.awake = awake;
    }

    boolean isAsleep() {
        return asleep;
    }

    /** A signal that is on its way already finds that nobody sleeps. */
    void cancel() {
        asleep = false;
    }

    /** Falls asleep; false, and says why, if there is no way to wake up. */
    boolean begin(Duration forThatLong) {
        Timer open = timer();
        if (open == null) {
            return false;
        }
        long micros =
                forThatLong.toMillis() > Long.MAX_VALUE / MICROS ? Long.MAX_VALUE : forThatLong.toMillis() * MICROS;
        Result<Long> begun = open.now().then(now -> open.once(micros).map(done -> now));
        return switch (begun) {
            case Result.Ok<Long>(Long now) -> {
                duration = forThatLong;
                wakeUp = now + micros;
                asleep = true;
                yield true;
            }
            case Result.Failed<Long>(Failure failure) -> {
                env.log().error("sleep: the timer refuses " + forThatLong.toMillis() + " ms: " + failure);
                yield false;
            }
        };
    }

    private @Nullable Timer timer() {
        Timer known = timer;
        if (known != null) {
            return known;
        }
        Connect<Timer> connect = env.connect(TimerRpc.TYPE);
        if (!(connect instanceof Connect.Connected<Timer>(Connection<Timer> connection))) {
            env.log().error("sleep: no timer: " + connect);
            return null;
        }
        Result<Done> named = env.ep().handler(count -> signalled()).then(connection.session()::signal);
        if (!named.isOk()) {
            env.log().error("sleep: the timer cannot signal: " + named);
            connection.close();
            return null;
        }
        timer = connection.session();
        return timer;
    }

    private void signalled() {
        Timer open = timer;
        // The signal may be that of a sleep before this one.
        if (asleep && open != null && open.now().orElse(Long.MAX_VALUE) >= wakeUp) {
            asleep = false;
            env.log().info("sleep: " + duration.toMillis() + " ms are over");
            awake.run();
        }
    }
}
