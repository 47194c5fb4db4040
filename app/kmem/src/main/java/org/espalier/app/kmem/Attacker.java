package org.espalier.app.kmem;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.Quotas;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.SessionOptions;
import org.espalier.base.SignalContext;

/**
 * Goes through all attacks in a thread of its own. Each is done until it is refused, and again and again from then on, with all held that
 * was got, until the referee wants the next one.
 */
final class Attacker {
    static final String ROLE = "attacker";

    private static final int MOST_OPERATIONS = 1_000_000;

    /** One step takes no more than that, so that less than that is left when one is refused. */
    private static final long STEP_CAPS = 4;

    private static final long STEP_RAM = 4 * RamQuota.PAGE;

    private final Env env;
    private final Stage stage;
    private final Hoard hoard;
    private final List<Attack> attacks;
    private final AtomicInteger asked = new AtomicInteger();

    private Attacker(Env env, Stage stage, Accomplice accomplice, List<Attack> attacks) {
        this.env = env;
        this.stage = stage;
        this.hoard = new Hoard(env, accomplice);
        this.attacks = attacks;
    }

    /** @param isMeasured whether it begins with what harms nobody, for the others to be compared with */
    static void start(Env env, boolean isMeasured) {
        Stage stage = env.connect(StageRpc.TYPE, SessionOptions.DEFAULT.label(ROLE))
                .orThrow()
                .session();
        Attacker attacker = new Attacker(
                env, stage, env.connect(AccompliceRpc.TYPE).orThrow().session(), Attack.all(isMeasured));
        Capability<SignalContext> next =
                env.ep().handler(count -> attacker.asked.addAndGet(count)).orThrow("Creating the signal to go on by");
        env.startThread("attack", attacker::attack).orThrow("Starting a thread");
        stage.ready(next).orThrow("Naming the signal to go on by");
    }

    private void attack() {
        // Only when it is asked for the first: until then the component is not at the end of its beginning, which takes
        // and gives back.
        pauseUntil(0);
        CapQuota atRest = quotas().capsUsed();
        int number = 0;
        for (Attack attack : attacks) {
            pauseUntil(number++);
            hoard.release();
            // A thread has ended some time after it was told to. RAM is not looked at: a kernel may keep what slots
            // were made of.
            while (!quotas().capsUsed().equals(atRest)) {
                pause();
            }
            String outcome = attack + ": " + exhaust(attack);
            env.log().info(outcome);
            stage.reached(outcome);
            for (int i = 0; i < MOST_OPERATIONS && asked.get() == number; i++) {
                attack.step(hoard);
            }
        }
    }

    private String exhaust(Attack attack) {
        for (int i = 0; i < MOST_OPERATIONS; i++) {
            if (attack.step(hoard) instanceof Result.Failed<Done>(Failure failure)) {
                return judge(attack, failure);
            }
        }
        return "not refused " + MOST_OPERATIONS + " times";
    }

    /** What to say of a refusal: whether it is one that is documented, and comes when the quota is spent and not before. */
    private String judge(Attack attack, Failure failure) {
        Quotas own = quotas();
        boolean isSpent = switch (failure) {
            case OUT_OF_CAPS -> own.capsAvailable().count() < STEP_CAPS;
            case OUT_OF_RAM -> own.ramAvailable().bytes() < STEP_RAM;
            default -> true;
        };
        boolean isWithin = own.capsUsed().count() <= own.caps().count()
                && own.ramUsed().bytes() <= own.ram().bytes();
        return attack.isDocumented(failure) && isSpent && isWithin
                ? failure + ", as documented"
                : failure + " with " + own.capsAvailable() + " capabilities and " + own.ramAvailable()
                        + " of RAM left of " + own;
    }

    private void pauseUntil(int steps) {
        while (asked.get() == steps) {
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(1);
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts a thread of a component that lives.", e);
        }
    }

    private Quotas quotas() {
        return env.pd().quotas().orThrow("Asking for the own quota");
    }
}
