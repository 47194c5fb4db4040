package org.espalier.app.lifetimes;

import org.espalier.base.Allocation;
import org.espalier.base.Capability;
import org.espalier.base.Env;
import org.espalier.base.RamQuota;
import org.espalier.base.SignalContext;

/** Allocates more than it has, and so asks its parent, which grants it or lets it wait. */
final class Requester {
    private Requester() {}

    static void start(Env env, RamQuota granted, RamQuota refused) {
        Capability<SignalContext> begun = env.ep()
                .handler(count -> env.log().info("the rest of the component goes on"))
                .orThrow("Creating a signal handler");
        env.startThread("asks", () -> {
                    if (env.ram().tryAlloc(granted.bytes()) instanceof Allocation.OutOfRam) {
                        env.log().info(granted + " are more than there is");
                    }
                    if (env.ram().alloc(granted.bytes()) instanceof Allocation.Allocated) {
                        env.log().info(granted + " were granted");
                    }
                    env.submit(begun);
                    env.ram().alloc(refused.bytes());
                    env.log().info("got " + refused);
                })
                .orThrow("Starting a thread");
    }
}
