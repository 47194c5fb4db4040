package org.espalier.app.lifetimes;

import org.espalier.base.Allocation;
import org.espalier.base.CapQuota;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Env;
import org.espalier.base.Quotas;
import org.espalier.base.RamQuota;
import org.espalier.config.Node;
import org.espalier.sandbox.ChildSpec;

/** Starts two copies of itself with half of its quota each, and takes all that is left when that is too little for two. */
final class Bomb extends Host {
    /** What the least of them is started with. */
    private static final long LEAST_RAM = 128 << 10;

    private static final long LEAST_CAPS = 120;

    private Bomb(Env env) {
        super(env);
    }

    static void explode(Env env) {
        new Bomb(env).explode();
    }

    private void explode() {
        Quotas own = quotas();
        long ram = (own.ramAvailable().bytes() - (64 << 10)) / 2 & -RamQuota.PAGE;
        long caps = (own.capsAvailable().count() - 64) / 2;
        if (ram >= LEAST_RAM && caps >= LEAST_CAPS) {
            ChildSpec left = copy("left", ram, caps);
            host(left, copy("right", ram, caps));
            return;
        }
        tell();
        takeEverything();
    }

    static ChildSpec copy(String name, long ram, long caps) {
        return child(
                name,
                "lifetimes",
                new RamQuota(ram),
                new CapQuota(caps),
                Node.named("config").attribute("role", "bomb").build());
    }

    /** Tells the host of the first bomb, through all the others. */
    private void tell() {
        if (env().connect(EventsRpc.TYPE) instanceof Connect.Connected<Events>(Connection<Events> host)) {
            host.session().happened("boom");
        }
    }

    private void takeEverything() {
        for (long size = LEAST_RAM; size >= RamQuota.PAGE; size /= 2) {
            while (env().ram().tryAlloc(size) instanceof Allocation.Allocated) {
                // On to the next.
            }
        }
        while (env().ep().handler(count -> {}).isOk()) {
            // On to the next.
        }
    }

    @Override
    void next(String event) {
        // Passed on from a bomb below, so that the first host can count.
        if (env().connect(EventsRpc.TYPE) instanceof Connect.Connected<Events>(Connection<Events> host)) {
            host.session().happened(event);
            host.close();
        }
    }
}
