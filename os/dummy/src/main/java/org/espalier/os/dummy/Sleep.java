package org.espalier.os.dummy;

import java.time.Duration;
import org.espalier.base.Env;
import org.espalier.timeout.Wakeups;

/** Sleeping through a Timer session, which is opened for the first time that it is needed. Confined to the entrypoint. */
final class Sleep {
    private final Env env;
    private final Runnable awake;
    private final Wakeups wakeups;
    private final Runnable wakeUp = this::wakeUp;
    private Duration duration = Duration.ZERO;
    private boolean asleep;

    /** Calls {@code awake} at the end of each sleep that was not cancelled. */
    Sleep(Env env, Runnable awake) {
        this.env = env;
        this.awake = awake;
        this.wakeups = new Wakeups(env);
    }

    boolean isAsleep() {
        return asleep;
    }

    void cancel() {
        asleep = false;
        wakeups.cancel(wakeUp);
    }

    /** Falls asleep; false, and says why, if there is no way to wake up. */
    boolean begin(Duration forThatLong) {
        duration = forThatLong;
        switch (wakeups.once(wakeUp, forThatLong)) {
            case Wakeups.Outcome.Asleep() -> asleep = true;
            case Wakeups.Outcome.Impossible(String reason) -> env.log().error("sleep: " + reason);
        }
        return asleep;
    }

    private void wakeUp() {
        asleep = false;
        env.log().info("sleep: " + duration.toMillis() + " ms are over");
        awake.run();
    }
}
