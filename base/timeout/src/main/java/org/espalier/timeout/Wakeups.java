package org.espalier.timeout;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.Queue;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.Result;
import org.espalier.base.Timer;
import org.espalier.base.TimerRpc;
import org.jspecify.annotations.Nullable;

/**
 * Calls of a component to itself, each some time from now, all through one Timer session. The session is opened when the first
 * call is asked for and stays open. Nothing here waits, except for that session to be opened. Confined to the initial entrypoint,
 * where the calls are made.
 */
public final class Wakeups {
    private static final long MICROS = 1000;

    private final Env env;
    private final Timeouts<Runnable> timeouts = new Timeouts<>(Long.MAX_VALUE);
    /** Calls whose time has come, which are made one after the other. */
    private final Queue<Runnable> due = new ArrayDeque<>();

    private @Nullable Timer timer;

    /** What became of asking to be called. */
    public sealed interface Outcome {
        /** The call will be made. */
        record Asleep() implements Outcome {}

        /** There will be no call, for a reason that a person can read. */
        record Impossible(String reason) implements Outcome {}
    }

    /** No calls yet, and no session. */
    public Wakeups(Env env) {
        this.env = env;
    }

    /** Calls {@code call} when {@code delay} is over, not earlier, in place of what was asked for it before. */
    public Outcome once(Runnable call, Duration delay) {
        Timer open = timer;
        if (open == null) {
            Connect<Timer> connect = env.connect(TimerRpc.TYPE);
            if (!(connect instanceof Connect.Connected<Timer>(Connection<Timer> connection))) {
                return new Outcome.Impossible("no timer: "
                        + (connect instanceof Connect.Denied<Timer>(String reason) ? reason : connect.toString()));
            }
            Result<Done> named = env.ep().handler(count -> expire()).then(connection.session()::signal);
            if (!named.isOk()) {
                connection.close();
                return new Outcome.Impossible("the timer cannot signal: " + named);
            }
            open = connection.session();
            timer = open;
        }
        return once(open, call, delay);
    }

    private Outcome once(Timer open, Runnable call, Duration delay) {
        due.remove(call);
        long micros = delay.toMillis() > Long.MAX_VALUE / MICROS ? Long.MAX_VALUE : delay.toMillis() * MICROS;
        Result<Done> set = open.now()
                .then(now ->
                        timeouts.once(call, now, micros) ? arm(open, now) : Result.failed(Failure.INVALID_ARGUMENT));
        if (set instanceof Result.Failed<Done>(Failure failure)) {
            timeouts.cancel(call);
            return new Outcome.Impossible("the timer refuses " + delay.toMillis() + " ms: " + failure);
        }
        return new Outcome.Asleep();
    }

    /** Makes no call to {@code call}, if one was to be made. */
    public void cancel(Runnable call) {
        timeouts.cancel(call);
        due.remove(call);
    }

    /** Sets the timer for the earliest call. One that was cancelled finds nothing to do. */
    private Result<Done> arm(Timer open, long now) {
        OptionalLong earliest = timeouts.earliest();
        return earliest.isEmpty() ? Result.done() : open.once(Math.max(0, earliest.getAsLong() - now));
    }

    private void expire() {
        Timer open = timer;
        if (open == null) {
            return;
        }
        Result<Done> armed = open.now().then(now -> {
            timeouts.expire(now, due::add);
            return arm(open, now);
        });
        if (armed instanceof Result.Failed<Done>(Failure failure)) {
            env.log().error("the timer does not go on: " + failure);
        }
        for (Runnable next = due.poll(); next != null; next = due.poll()) {
            next.run();
        }
    }
}
