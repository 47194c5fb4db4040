package org.espalier.app.kmem;

import java.util.function.Predicate;
import org.espalier.base.Env;
import org.espalier.base.Quotas;
import org.espalier.base.Timer;
import org.espalier.base.TimerRpc;

/**
 * Waits, without holding up its entrypoint, until the component's quota is what it should be: a session that was closed is over only when
 * all parents on its way have seen that. Confined to the initial entrypoint; waits for one thing at a time.
 */
final class Settled {
    private static final long PAUSE_MICROS = 5_000;

    /** Far more than anything takes on a machine that has other work. */
    private static final int LOOKS = 4_000;

    private final Env env;
    private final Timer timer;
    private Predicate<Quotas> expected = quotas -> true;
    private Runnable then = () -> {};
    private int looks;

    Settled(Env env) {
        this.env = env;
        this.timer = env.connect(TimerRpc.TYPE).orThrow().session();
        timer.signal(env.ep().handler(count -> look()).orThrow("Creating the signal of the timer"))
                .orThrow("Naming the signal of the timer");
    }

    /** What the component owns and uses. */
    Quotas now() {
        return env.pd().quotas().orThrow("Asking for the own quota");
    }

    /** Goes on with {@code next} when the quota is as {@code wanted}, or when it is not although all should be over. */
    void await(Predicate<Quotas> wanted, Runnable next) {
        expected = wanted;
        then = next;
        looks = 0;
        look();
    }

    private void look() {
        looks++;
        if (expected.test(now()) || looks == LOOKS) {
            Runnable next = then;
            then = () -> {};
            next.run();
        } else {
            timer.once(PAUSE_MICROS).orThrow("Setting a time");
        }
    }
}
