package org.espalier.app.lifetimes;

import org.espalier.base.Allocation;
import org.espalier.base.Capability;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Dataspace;
import org.espalier.base.Env;
import org.espalier.base.RamQuota;

/**
 * Holds more memory than it needs, and frees it when its parent wants some back. Confined to the initial entrypoint.
 */
final class Holder {
    private final Env env;
    private final Connection<Events> host;
    private final RamQuota amount;
    private Capability<Dataspace> memory;

    private Holder(Env env, Connection<Events> host, RamQuota amount, Capability<Dataspace> memory) {
        this.env = env;
        this.host = host;
        this.amount = amount;
        this.memory = memory;
    }

    static void start(Env env, RamQuota amount) {
        if (!(env.connect(EventsRpc.TYPE) instanceof Connect.Connected<Events>(Connection<Events> host))
                || !(env.ram().tryAlloc(amount.bytes())
                        instanceof Allocation.Allocated(Capability<Dataspace> memory))) {
            throw new IllegalStateException("A holder needs somebody to tell, and " + amount + " of RAM to hold.");
        }
        Holder holder = new Holder(env, host, amount, memory);
        env.onYieldRequest(count -> holder.giveBack()).orThrow("Listening for yield requests");
        host.session().happened("holding " + amount);
    }

    private void giveBack() {
        RamQuota wanted = env.yieldRequest().ram();
        if (memory.isValid()) {
            env.ram().free(memory);
            memory.release();
            memory = Capability.none();
            host.session().happened("freed " + amount + " as " + wanted + " are wanted");
        } else {
            host.session().happened("has still to spare the " + wanted + " that are wanted");
        }
        env.yielded();
    }
}
