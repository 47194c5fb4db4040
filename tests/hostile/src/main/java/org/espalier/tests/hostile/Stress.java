package org.espalier.tests.hostile;

import java.util.concurrent.atomic.AtomicInteger;
import org.espalier.base.Env;
import org.espalier.base.LogSessionRpc;
import org.espalier.base.Quotas;
import org.espalier.base.RpcType;
import org.espalier.base.SessionOptions;

/** Opens and closes sessions, and says what it owns and uses before and after. */
final class Stress {
    private final Env env;

    Stress(Env env) {
        this.env = env;
    }

    void run(long sessions) {
        Quotas before = env.pd().quotas().orThrow("Asking for the quota");
        for (long i = 0; i < sessions; i++) {
            switch ((int) (i % 3)) {
                case 0 -> once(LogSessionRpc.TYPE, SessionOptions.DEFAULT.label("session"));
                case 1 -> env.rom("data").close();
                default -> once(ProbeRpc.TYPE, SessionOptions.DEFAULT);
            }
        }
        Quotas after = env.pd().quotas().orThrow("Asking for the quota");
        env.log().info(sessions + " sessions, quota as before: " + after.equals(before));
    }

    /** Opens and closes sessions in many threads at once. */
    static void crowd(Env env, int threads, long sessions) {
        Stress stress = new Stress(env);
        AtomicInteger left = new AtomicInteger(threads);
        for (int i = 0; i < threads; i++) {
            env.startThread("one of " + threads, () -> {
                        for (long session = 0; session < sessions; session++) {
                            stress.once(ProbeRpc.TYPE, SessionOptions.DEFAULT);
                        }
                        if (left.decrementAndGet() == 0) {
                            env.log().info(threads + " threads have had " + sessions + " sessions each");
                        }
                    })
                    .orThrow("Starting a thread");
        }
    }

    private <T> void once(RpcType<T> type, SessionOptions options) {
        env.connect(type, options).orThrow().close();
    }
}
