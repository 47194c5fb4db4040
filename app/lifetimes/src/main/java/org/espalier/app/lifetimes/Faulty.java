package org.espalier.app.lifetimes;

import java.util.List;
import org.espalier.base.Allocation;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Env;
import org.espalier.base.View;

/** Faults in the way that it is told to. */
final class Faulty {
    /** The ways. */
    static final List<String> KINDS = List.of("start", "signal", "thread", "recursion", "bounds", "detached");

    private Faulty() {}

    static void start(Env env, String kind) {
        switch (kind) {
            case "start" -> throw new IllegalStateException("while it was constructed");
            case "signal" ->
                env.ep()
                        .handler(count -> {
                            throw new IllegalStateException("in a signal handler");
                        })
                        .map(signal -> {
                            env.submit(signal);
                            return signal;
                        })
                        .orThrow("Creating a signal handler");
            case "thread" ->
                env.startThread("worker", () -> {
                            throw new IllegalStateException("in a thread");
                        })
                        .orThrow("Starting a thread");
            case "recursion" -> recurse(1);
            case "bounds" -> page(env).putLong(4096, 1);
            case "detached" -> {
                View view = page(env);
                env.rm().detach(view);
                view.putLong(0, 1);
            }
            default -> throw new IllegalStateException("There is no fault of kind " + kind + ".");
        }
    }

    private static long recurse(long depth) {
        return depth == 0 ? 0 : recurse(depth + 1) + depth;
    }

    private static View page(Env env) {
        if (!(env.ram().tryAlloc(4096) instanceof Allocation.Allocated(Capability<Dataspace> memory))) {
            throw new IllegalStateException("There is no page of memory.");
        }
        return env.rm().attach(memory).orThrow("Attaching a page");
    }
}
