package org.espalier.app.lifetimes;

import java.util.List;
import org.espalier.base.CapQuota;
import org.espalier.base.Env;
import org.espalier.base.Quotas;
import org.espalier.base.RamQuota;
import org.espalier.config.Node;
import org.espalier.sandbox.ChildSpec;

/** Has one child after the other fault, each in another way, and tells how it heard of it and what it got back. */
final class FaultHost extends Host {
    private final List<String> kinds;
    private final Quotas atStart;
    private int current;

    private FaultHost(Env env) {
        super(env);
        this.kinds = Faulty.KINDS;
        this.atStart = quotas();
    }

    static void start(Env env) {
        new FaultHost(env).begin();
    }

    private void begin() {
        String kind = kinds.get(current);
        Node config = Node.named("config")
                .attribute("role", "faulty")
                .attribute("kind", kind)
                .build();
        host(child(kind, "lifetimes", new RamQuota(1 << 20), new CapQuota(100), config));
    }

    @Override
    public void faulted(ChildSpec child, String description) {
        happened(child.name() + ": " + description);
    }

    @Override
    void next(String event) {
        say(event);
        host();
        Quotas now = quotas();
        if (!now.equals(atStart)) {
            say("quota was " + atStart + " and is " + now);
        }
        current++;
        if (current == kinds.size()) {
            say("all of the quota is back after " + current + " faults");
            env().exit(0);
        } else {
            begin();
        }
    }
}
