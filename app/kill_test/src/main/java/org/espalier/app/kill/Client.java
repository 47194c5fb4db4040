package org.espalier.app.kill;

import org.espalier.base.CapQuota;
import org.espalier.base.Connection;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.Quotas;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.SessionOptions;

/** The clients. What they find they report to the host. */
final class Client {
    private static final SessionOptions DONATION =
            SessionOptions.DEFAULT.donate(new RamQuota(16 * RamQuota.PAGE), new CapQuota(8));

    private Client() {}

    /** Is in a call when its server dies, or dies in it. */
    static void hold(Env env) {
        Gate host = env.connect(GateRpc.TYPE).orThrow().session();
        Quotas before = env.pd().quotas().orThrow("Asking for the own quota");
        Connection<Task> task = env.connect(TaskRpc.TYPE, DONATION).orThrow();
        Result<Done> outcome = task.session().hold();
        task.close();
        Quotas after = env.pd().quotas().orThrow("Asking for the own quota");
        host.report(
                outcome instanceof Result.Failed<Done>(Failure failure)
                        ? "saw " + failure + " and " + compare(before, after)
                        : "saw no failure");
    }

    /** Is served by whoever is there. */
    static void square(Env env) {
        Gate host = env.connect(GateRpc.TYPE).orThrow().session();
        Connection<Task> task = env.connect(TaskRpc.TYPE, DONATION).orThrow();
        host.report(
                "was served: the square of 12 is " + task.session().square(12).orThrow("Asking for a square"));
    }

    /** What became of a quota, for people: whether it is what it was, and if not, both. */
    static String compare(Quotas before, Quotas after) {
        return before.equals(after) ? "has all of its quota back" : "had " + before + " and has " + after;
    }
}
