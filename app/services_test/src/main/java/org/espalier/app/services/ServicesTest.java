package org.espalier.app.services;

import java.util.Arrays;
import org.espalier.base.Allocation;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Component;
import org.espalier.base.Connection;
import org.espalier.base.Dataspace;
import org.espalier.base.Entropy;
import org.espalier.base.EntropyRpc;
import org.espalier.base.Entrypoint;
import org.espalier.base.Env;
import org.espalier.base.RamQuota;
import org.espalier.base.RegionFault;
import org.espalier.base.Result;
import org.espalier.base.Rm;
import org.espalier.base.RmRpc;
import org.espalier.base.Rtc;
import org.espalier.base.RtcRpc;
import org.espalier.base.SessionOptions;
import org.espalier.base.SignalContext;
import org.espalier.base.View;

/** Uses one service after the other and logs what can be said of it on every run. */
public final class ServicesTest implements Component {
    private static final long SIZE = 3 * RamQuota.PAGE;

    @Override
    public void construct(Env env) {
        timeOfDay(env);
        randomBytes(env);
        managedDataspace(env);
    }

    private static void timeOfDay(Env env) {
        try (Connection<Rtc> rtc = env.connect(RtcRpc.TYPE).orThrow()) {
            Rtc.Timestamp now = rtc.session().now().orThrow("Asking for the time of day");
            boolean plausible = now.year() >= 2025 && now.month() >= 1 && now.month() <= 12 && now.hour() < 24;
            env.log().info("time of day: " + (plausible ? "plausible" : now));
        }
    }

    private static void randomBytes(Env env) {
        try (Connection<Entropy> entropy = env.connect(EntropyRpc.TYPE).orThrow()) {
            byte[] one = entropy.session().random(32).orThrow("Asking for random bytes");
            byte[] other = entropy.session().random(32).orThrow("Asking for random bytes");
            env.log().info("random bytes: " + one.length + ", " + (Arrays.equals(one, other) ? "repeated" : "fresh"));
            env.log().info("random bytes, too many: " + entropy.session().random(Entropy.MAX_BYTES + 1));
        }
    }

    /** A range of three pages whose holes are filled by a pager in this component when a thread touches them. */
    private static void managedDataspace(Env env) {
        Rm rm = env.connect(
                        RmRpc.TYPE,
                        SessionOptions.DEFAULT.parameter("size", SIZE).donate(RamQuota.ZERO, new CapQuota(8)))
                .orThrow()
                .session();
        View range = env.rm()
                .attach(rm.dataspace().orThrow("Asking for the managed dataspace"))
                .orThrow("Attaching the managed dataspace");
        Entrypoint pager = env.entrypoint("pager").orThrow("Creating the pager's entrypoint");
        Capability<SignalContext> faults =
                pager.handler(count -> fill(env, rm)).orThrow("Creating the signal context of the faults");
        rm.faultSignal(faults).orThrow("Naming the signal context of the faults");
        env.startThread("toucher", () -> {
                    for (long page = 0; page < SIZE; page += RamQuota.PAGE) {
                        range.putLong(page, page + 1);
                    }
                    long sum = 0;
                    for (long page = 0; page < SIZE; page += RamQuota.PAGE) {
                        sum += range.getLong(page);
                    }
                    env.log().info("managed dataspace: touched all pages, sum " + sum);
                    env.exit(0);
                })
                .orThrow("Starting a thread");
    }

    private static void fill(Env env, Rm rm) {
        while (rm.fault() instanceof Result.Ok<RegionFault>(RegionFault.Waiting(long offset, boolean write))) {
            env.log().info("managed dataspace: " + (write ? "write" : "read") + " at " + offset + " waits");
            if (!(env.ram().tryAlloc(RamQuota.PAGE) instanceof Allocation.Allocated(Capability<Dataspace> page))) {
                throw new IllegalStateException("There is a page of RAM for each page of the range.");
            }
            rm.attach(page, 0, RamQuota.PAGE, offset & -RamQuota.PAGE, true).orThrow("Filling the hole");
        }
    }
}
