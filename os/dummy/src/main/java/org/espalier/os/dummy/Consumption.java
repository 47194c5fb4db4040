package org.espalier.os.dummy;

import java.util.ArrayList;
import java.util.List;
import org.espalier.base.Allocation;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.RamQuota;
import org.espalier.base.SignalContext;
import org.espalier.base.YieldRequest;

/** RAM and capabilities that are held for nothing but holding them. Confined to the entrypoint. */
final class Consumption {
    private final Env env;
    private final List<Capability<Dataspace>> memories = new ArrayList<>();
    private final List<Capability<SignalContext>> contexts = new ArrayList<>();
    private long ram;

    Consumption(Env env) {
        this.env = env;
    }

    /** Takes {@code amount} in one piece, or nothing; never asks the parent. */
    void takeRam(RamQuota amount) {
        switch (env.ram().tryAlloc(amount.bytes())) {
            case Allocation.Allocated(Capability<Dataspace> memory) -> {
                memories.add(memory);
                ram += RamQuota.pages(amount.bytes());
                env.log().info("consume_ram: " + amount + " taken");
            }
            case Allocation.OutOfRam(RamQuota needed, RamQuota available) ->
                env.log().warning("consume_ram: refused, " + needed + " of RAM needed, " + available + " available");
            case Allocation.OutOfCaps(CapQuota needed, CapQuota available) ->
                env.log()
                        .warning("consume_ram: refused, " + needed + " capabilities needed, " + available
                                + " available");
            case Allocation.Unreachable(Failure failure) ->
                env.log().warning("consume_ram: refused, the PD service answers " + failure);
            case Allocation.InvalidSize(long bytes) ->
                env.log().warning("consume_ram: refused, there is no memory of " + bytes + " bytes");
        }
    }

    /** Takes {@code amount} capabilities, or none. */
    void takeCaps(long amount) {
        CapQuota available =
                env.pd().quotas().orThrow("Asking for the own quota").capsAvailable();
        if (amount < 0 || amount > available.count()) {
            env.log().warning("consume_caps: refused, " + amount + " capabilities needed, " + available + " available");
            return;
        }
        for (long i = 0; i < amount; i++) {
            env.ep().handler(count -> {}).map(contexts::add);
        }
        env.log().info("consume_caps: " + amount + " taken");
    }

    /** Gives everything back, and tells the parent. */
    void giveBack() {
        YieldRequest wanted = env.yieldRequest();
        memories.forEach(memory -> {
            env.ram().free(memory);
            memory.release();
        });
        contexts.forEach(env.ep()::dissolve);
        env.log()
                .info("yield request for " + wanted.ram() + " of RAM and " + wanted.caps() + " capabilities: freed "
                        + new RamQuota(ram) + " and " + contexts.size());
        memories.clear();
        contexts.clear();
        ram = 0;
        env.yielded();
    }
}
