package org.espalier.app.timer_test;

import java.util.function.IntConsumer;
import org.espalier.base.Component;
import org.espalier.base.Connection;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Result;
import org.espalier.base.Timer;
import org.espalier.base.TimerRpc;

/**
 * Goes through what a Timer session can do and ends with 0. Each part begins when the signal of the one before it has come, so
 * nothing here waits. A signal that comes early ends the component with 1; how late one comes is nobody's promise.
 */
public final class TimerTest implements Component {
    private static final long ONE_SHOT = 20_000;
    private static final long PERIOD = 5_000;
    private static final int PERIODS = 5;
    private static final long[] TOGETHER = {30_000, 10_000, 20_000};

    @Override
    public void construct(Env env) {
        new Run(env).refusals();
    }

    /** The parts, in order. Confined to the entrypoint. */
    private static final class Run {
        private final Env env;
        private final Timer timer;
        private IntConsumer part = count -> {};
        private long begun;
        private int signals;

        Run(Env env) {
            this.env = env;
            this.timer = env.connect(TimerRpc.TYPE).orThrow().session();
            env.ep().handler(count -> part.accept(count)).then(timer::signal).orThrow("Naming the signal of the timer");
        }

        private static long now(Timer timer) {
            return timer.now().orThrow("Asking for the time");
        }

        private void atLeast(long begin, long duration, Timer by) {
            long passed = now(by) - begin;
            if (passed < duration) {
                env.log().error("a signal for " + duration + " microseconds came after " + passed);
                env.exit(1);
            }
        }

        void refusals() {
            env.log().info("once in -1 microseconds: " + refusal(timer.once(-1)));
            env.log().info("once after all time: " + refusal(timer.once(Long.MAX_VALUE)));
            env.log().info("every -1 microseconds: " + refusal(timer.periodic(-1)));
            oneShot();
        }

        private static String refusal(Result<Done> result) {
            return result instanceof Result.Failed<Done> failed
                    ? failed.failure().name()
                    : "accepted";
        }

        private void oneShot() {
            begun = now(timer);
            part = count -> {
                atLeast(begun, ONE_SHOT, timer);
                env.log().info("once in " + ONE_SHOT + " microseconds: signalled, not too early");
                periodic();
            };
            timer.once(ONE_SHOT).orThrow("Setting a time");
        }

        private void periodic() {
            begun = now(timer);
            part = count -> {
                signals += count;
                atLeast(begun, signals * PERIOD, timer);
                if (signals >= PERIODS) {
                    timer.periodic(0).orThrow("Ending the period");
                    env.log()
                            .info("every " + PERIOD + " microseconds: signalled " + PERIODS
                                    + " times, never too early");
                    part = late -> {};
                    together();
                }
            };
            timer.periodic(PERIOD).orThrow("Setting a period");
        }

        /** Several sessions of one client are as many timers. */
        private void together() {
            signals = 0;
            for (long duration : TOGETHER) {
                Timer other = env.connect(TimerRpc.TYPE).orThrow().session();
                long begin = now(other);
                env.ep()
                        .handler(count -> {
                            atLeast(begin, duration, other);
                            signals++;
                            if (signals == TOGETHER.length) {
                                env.log().info(TOGETHER.length + " sessions at a time: each signalled, none too early");
                                closed();
                            }
                        })
                        .then(other::signal)
                        .then(done -> other.once(duration))
                        .orThrow("Setting a time");
            }
        }

        /** A session that is closed signals nobody: the next signal is that of a session opened later. */
        private void closed() {
            Timer last = env.connect(TimerRpc.TYPE).orThrow().session();
            long duration = ONE_SHOT;
            // A session that is closed too late has signalled rightly, and shows nothing.
            while (!closedBefore(duration, last)) {
                duration *= 2;
            }
            env.ep()
                    .handler(count -> {
                        env.log().info("a closed session: signalled nobody");
                        env.exit(0);
                    })
                    .then(last::signal)
                    .orThrow("Naming the signal of the last session");
            last.once(2 * duration).orThrow("Setting a time");
        }

        private boolean closedBefore(long duration, Timer clock) {
            Connection<Timer> closing = env.connect(TimerRpc.TYPE).orThrow();
            boolean[] early = {false};
            env.ep()
                    .handler(count -> {
                        if (early[0]) {
                            env.log().error("a closed session signalled");
                            env.exit(1);
                        }
                    })
                    .then(closing.session()::signal)
                    .orThrow("Naming the signal of a session to be closed");
            long begin = now(clock);
            closing.session().once(duration).orThrow("Setting a time");
            closing.close();
            early[0] = now(clock) - begin < duration;
            return early[0];
        }
    }
}
