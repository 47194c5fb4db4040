package org.espalier.tests.hostile;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.espalier.base.Env;

/** Ways never to come back. */
@SuppressWarnings({"UnusedVariable", "ModifiedButNotUsed"}) // What is warned of is what this class is for.
final class Loops {
    private static final int PIECE = 1 << 20;

    private volatile long steps;

    private Loops() {}

    /** In three threads and in the entrypoint: computing, waiting, in a server's method, and out of reach of what it throws. */
    static void everywhere(Env env) {
        Probe probe = env.connect(ProbeRpc.TYPE).orThrow().session();
        Loops loops = new Loops();
        start(env, "computes", loops::compute);
        start(env, "waits", loops::waitForNobody);
        start(env, "calls", () -> {
            while (true) {
                probe.add(1, 2);
            }
        });
        env.log().info("loops");
        loops.catchAll();
    }

    private static void start(Env env, String name, Runnable body) {
        env.startThread(name, body).orThrow("Starting a thread");
    }

    private void compute() {
        long step = 0;
        while (true) {
            steps = step++;
        }
    }

    private void waitForNobody() {
        while (true) {
            try {
                TimeUnit.DAYS.sleep(1);
            } catch (InterruptedException e) {
                steps = 0;
            }
        }
    }

    private void catchAll() {
        while (true) {
            try {
                compute();
            } catch (Throwable t) {
                steps = 1;
            }
        }
    }

    /** Takes all of the heap but what is too small for another piece, and goes on trying. */
    static void hoard(Env env) {
        env.log().info("hoards");
        List<byte[]> all = new ArrayList<>();
        boolean full = false;
        while (true) {
            try {
                all.add(new byte[PIECE]);
            } catch (OutOfMemoryError e) {
                if (!full) {
                    full = true;
                    env.log().info("the heap is full");
                }
            }
        }
    }
}
