package org.espalier.app.lifetimes;

import org.espalier.base.Allocation;
import org.espalier.base.Capability;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Dataspace;
import org.espalier.base.Env;
import org.espalier.base.RamQuota;
import org.espalier.base.YieldRequest;

/** Holds more memory than it needs, and frees it when its parent wants it back. */
final class Holder {
    private Holder() {}

    static void start(Env env, RamQuota amount) {
        if (!(env.connect(EventsRpc.TYPE) instanceof Connect.Connected<Events>(Connection<Events> host))
                || !(env.ram().tryAlloc(amount.bytes())
                        instanceof Allocation.Allocated(Capability<Dataspace> memory))) {
            throw new IllegalStateException("A holder needs somebody to tell, and " + amount + " of RAM to hold.");
        }
        env.onYieldRequest(count -> {
                    YieldRequest wanted = env.yieldRequest();
                    env.ram().free(memory);
                    memory.release();
                    host.session().happened("freed " + amount + " as " + wanted.ram() + " are wanted");
                    env.yielded();
                })
                .orThrow("Listening for yield requests");
        host.session().happened("holding " + amount);
    }
}
