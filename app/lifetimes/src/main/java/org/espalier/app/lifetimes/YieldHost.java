package org.espalier.app.lifetimes;

import org.espalier.base.CapQuota;
import org.espalier.base.Env;
import org.espalier.base.RamQuota;
import org.espalier.config.Node;
import org.espalier.sandbox.ChildSpec;

/**
 * Asks an init back for memory that is in use below it. The init asks its own child, which frees it, and passes it on in parts.
 */
final class YieldHost extends Host {
    private static final RamQuota WANTED = new RamQuota(1 << 20);

    private static final String GAVE_BACK = "gave back ";

    private static final String ALL = ", " + WANTED + " altogether";

    /** Children of the init that do not listen yet: who does not is not asked, and its share would be the others'. */
    private int toCome = 2;

    private long given;

    private YieldHost(Env env) {
        super(env);
    }

    static void start(Env env, Node init) {
        YieldHost host = new YieldHost(env);
        host.host(child("init", "init", new RamQuota(7 << 20), new CapQuota(800), init));
    }

    @Override
    void next(String event) {
        if (event.startsWith(GAVE_BACK)) {
            say("child ‘init’ " + event);
            if (event.endsWith(ALL)) {
                env().exit(0);
            }
            return;
        }
        if (!event.equals(Miser.LISTENING)) {
            say("below: " + event);
        }
        if ((event.equals(Miser.LISTENING) || event.startsWith("holding")) && --toCome == 0) {
            say("asking back " + WANTED + " of RAM");
            sandbox().askBack("init", WANTED, CapQuota.ZERO);
        }
    }

    @Override
    public void yielded(ChildSpec child, RamQuota ram, CapQuota caps) {
        given += ram.bytes();
        happened(GAVE_BACK + ram + " of RAM, " + new RamQuota(given) + " altogether");
    }
}
