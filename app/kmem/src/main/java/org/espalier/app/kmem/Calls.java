package org.espalier.app.kmem;

import java.util.concurrent.atomic.AtomicInteger;
import org.espalier.base.Capability;
import org.espalier.base.Entrypoint;
import org.espalier.base.Env;
import org.espalier.base.Result;
import org.espalier.base.SignalContext;
import org.espalier.base.Timer;
import org.espalier.base.TimerRpc;

/**
 * Calls the service every 10 milliseconds, in an entrypoint of its own, and counts what comes of it. Whatever else the victim does
 * holds up none of them.
 */
final class Calls {
    private static final long PERIOD_MICROS = 10_000;

    private final Env env;
    private final Store store;
    private final Capability<SignalContext> made;
    private final Timer timer;
    private final Latencies latencies;
    private final AtomicInteger good = new AtomicInteger();
    private final AtomicInteger bad = new AtomicInteger();

    /**
     * Begins to call.
     *
     * @param made gets a signal after each call
     * @param latencies is told how long each took with a call to the timer, which is the only clock that a component has
     */
    Calls(Env env, Store store, Capability<SignalContext> made, Latencies latencies) {
        this.env = env;
        this.store = store;
        this.made = made;
        this.latencies = latencies;
        Entrypoint calls = env.entrypoint("calls").orThrow("Creating the entrypoint of the calls");
        timer = env.connect(TimerRpc.TYPE).orThrow().session();
        timer.signal(calls.handler(count -> call()).orThrow("Creating the signal of the timer"))
                .orThrow("Naming the signal of the timer");
        timer.periodic(PERIOD_MICROS).orThrow("Setting a period");
    }

    private void call() {
        int number = good.get() % 1000;
        boolean isTimed = !latencies.isFull();
        long begun = isTimed ? now() : 0;
        boolean answered =
                store.square(number) instanceof Result.Ok<Integer>(Integer square) && square == number * number;
        if (isTimed) {
            latencies.add(now() - begun);
        }
        (answered ? good : bad).incrementAndGet();
        env.submit(made);
    }

    private long now() {
        return timer.now().orThrow("Asking for the time");
    }

    /** How many were answered. */
    int good() {
        return good.get();
    }

    /** How many were not. */
    int bad() {
        return bad.get();
    }
}
