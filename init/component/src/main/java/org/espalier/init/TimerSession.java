package org.espalier.init;

import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Env;
import org.espalier.base.Result;
import org.espalier.base.Timer;
import org.espalier.base.TimerRpc;
import org.jspecify.annotations.Nullable;

/** Opens Timer sessions at init's parent, for what init does without where there are none. */
final class TimerSession {
    private TimerSession() {}

    /**
     * A timer that calls {@code wakeUp} on the initial entrypoint, or {@code null} without one.
     *
     * @param loss what there is not then, for the log
     */
    static @Nullable Timer open(Env env, Runnable wakeUp, String loss) {
        if (!(env.connect(TimerRpc.TYPE) instanceof Connect.Connected<Timer>(Connection<Timer> connection))) {
            env.log().warning(loss + ": that takes a Timer session of the parent, which denies one");
            return null;
        }
        Result<?> named = env.ep().handler(count -> wakeUp.run()).then(connection.session()::signal);
        if (!named.isOk()) {
            env.log().warning(loss + ": " + named);
            connection.close();
            return null;
        }
        return connection.session();
    }
}
