package org.espalier.os.dummy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.base.Allocation;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.RamQuota;
import org.espalier.base.SignalContext;

/**
 * RAM and capabilities that are held for nothing but holding them. What is not there is asked of the parent, in full; until it is
 * granted, or given up, the component goes on serving. Confined to the entrypoint.
 */
final class Consumption {
    /** How often a parent may grant something that is not enough before it counts as refusing. */
    private static final int MAX_GRANTS = 10;

    private final Env env;
    private final Runnable goOn;
    private final List<Capability<Dataspace>> memories = new ArrayList<>();
    private final List<Capability<SignalContext>> contexts = new ArrayList<>();
    private Optional<Runnable> waiting = Optional.empty();
    private boolean hearsOfGrants;
    private RamQuota ram = RamQuota.ZERO;

    /** Holds nothing. {@code goOn} is called when what was waited for is there. */
    Consumption(Env env, Runnable goOn) {
        this.env = env;
        this.goOn = goOn;
    }

    boolean isWaiting() {
        return waiting.isPresent();
    }

    /** Does not wait any longer. */
    void giveUp() {
        waiting = Optional.empty();
    }

    /** Takes {@code amount} in one piece, in place of what was taken before. */
    void takeRam(RamQuota amount) {
        releaseRam();
        env.log().info("consume " + amount + " bytes of memory");
        tryRam(amount, 0);
    }

    private void tryRam(RamQuota amount, int grants) {
        switch (env.ram().tryAlloc(amount.bytes())) {
            case Allocation.Allocated(Capability<Dataspace> memory) -> {
                memories.add(memory);
                ram = amount;
            }
            case Allocation.OutOfRam(RamQuota needed, RamQuota available) -> {
                if (isGranted(amount, CapQuota.ZERO, grants, "RAM, with " + available)) {
                    tryRam(amount, grants + 1);
                } else {
                    await(() -> tryRam(amount, 0));
                }
            }
            case Allocation.OutOfCaps(CapQuota needed, CapQuota available) ->
                refused("consume_ram", needed + " capabilities needed, " + available + " available");
            case Allocation.Unreachable(Failure failure) -> refused("consume_ram", "the PD service answers " + failure);
            case Allocation.InvalidSize(long bytes) ->
                refused("consume_ram", "there is no memory of " + bytes + " bytes");
        }
    }

    private void refused(String what, String reason) {
        env.log().warning(what + ": refused, " + reason);
    }

    /** Takes {@code amount} capabilities, in place of those that were taken before. */
    void takeCaps(long amount) {
        releaseCaps();
        env.log().info("consume " + amount + " caps");
        if (amount < 0) {
            refused("consume_caps", "nobody can take " + amount + " capabilities");
        } else {
            tryCaps(new CapQuota(amount), 0);
        }
    }

    private void tryCaps(CapQuota amount, int grants) {
        listen();
        CapQuota available =
                env.pd().quotas().orThrow("Asking for the own quota").capsAvailable();
        if (amount.count() <= available.count()) {
            for (long i = 0; i < amount.count(); i++) {
                env.ep().handler(count -> {}).map(contexts::add);
            }
        } else if (isGranted(RamQuota.ZERO, amount, grants, "capabilities, with " + available)) {
            tryCaps(amount, grants + 1);
        } else {
            await(() -> tryCaps(amount, 0));
        }
    }

    private void listen() {
        if (!hearsOfGrants) {
            hearsOfGrants = env.onGrant(count -> granted()).isOk();
        }
    }

    /** Asks the parent; false when it does not grant anything now, or again and again too little. */
    private boolean isGranted(RamQuota moreRam, CapQuota moreCaps, int grants, String what) {
        listen();
        if (grants == 0) {
            env.log()
                    .info("asks the parent for " + (moreRam.equals(RamQuota.ZERO) ? moreCaps : moreRam) + " of " + what
                            + " available");
        }
        return grants < MAX_GRANTS && env.requestResources(moreRam, moreCaps);
    }

    private void await(Runnable again) {
        waiting = Optional.of(again);
    }

    private void granted() {
        Optional<Runnable> again = waiting;
        waiting = Optional.empty();
        again.ifPresent(retry -> {
            retry.run();
            if (waiting.isEmpty()) {
                goOn.run();
            }
        });
    }

    /** Gives everything back that the parent wants back, and tells it. */
    void giveBack() {
        env.log().info("got yield request");
        releaseRam();
        releaseCaps();
        env.yielded();
    }

    private void releaseRam() {
        if (!memories.isEmpty()) {
            env.log().info("release " + ram + " bytes of memory");
        }
        memories.forEach(memory -> {
            env.ram().free(memory);
            memory.release();
        });
        memories.clear();
    }

    private void releaseCaps() {
        if (!contexts.isEmpty()) {
            env.log().info("release " + contexts.size() + " caps");
        }
        contexts.forEach(env.ep()::dissolve);
        contexts.clear();
    }
}
