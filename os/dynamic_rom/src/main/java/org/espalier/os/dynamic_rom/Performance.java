package org.espalier.os.dynamic_rom;

import org.espalier.base.Env;
import org.espalier.rom.RomModule;
import org.espalier.rom.RomService;
import org.espalier.timeout.Wakeups;

/**
 * A {@link Timeline} that goes on for one session, from its first step at the time when the session begins. What the client has
 * seen stays as it is until it asks again. Confined to the entrypoint.
 */
final class Performance implements RomService.Use {
    private final Env env;
    private final Timeline timeline;
    private final Wakeups wakeups;
    private final boolean verbose;
    private final RomModule module = new RomModule();
    private final Runnable goOn = this::goOn;
    private int next;

    Performance(Env env, Timeline timeline, Wakeups wakeups, boolean verbose) {
        this.env = env;
        this.timeline = timeline;
        this.wakeups = wakeups;
        this.verbose = verbose;
    }

    RomModule module() {
        return module;
    }

    @Override
    public void begun() {
        goOn();
    }

    /** Does what is to be done until the next sleep, or the end. */
    private void goOn() {
        boolean awake = next < timeline.steps().size();
        while (awake) {
            Step step = timeline.steps().get(next);
            next = timeline.repeats() ? (next + 1) % timeline.steps().size() : next + 1;
            awake = isAwakeAfter(step) && next < timeline.steps().size();
        }
    }

    private boolean isAwakeAfter(Step step) {
        return switch (step) {
            case Step.Inline inline -> {
                tell(inline.description().isEmpty() ? "change" : "change (" + inline.description() + ")");
                module.replace(inline.content());
                yield true;
            }
            case Step.Empty empty -> {
                tell("remove");
                module.remove();
                yield true;
            }
            case Step.Sleep sleep -> {
                tell("sleep " + sleep.duration().toMillis() + " milliseconds");
                if (wakeups.once(goOn, sleep.duration()) instanceof Wakeups.Outcome.Impossible(String reason)) {
                    env.log().error(timeline.name() + ": changes no more: " + reason);
                }
                yield false;
            }
        };
    }

    private void tell(String what) {
        if (verbose) {
            env.log().info(timeline.name() + ": " + what);
        }
    }

    @Override
    public void ended() {
        wakeups.cancel(goOn);
    }
}
