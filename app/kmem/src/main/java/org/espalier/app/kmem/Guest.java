package org.espalier.app.kmem;

import org.espalier.base.Allocation;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Env;
import org.espalier.base.SessionOptions;
import org.espalier.base.SignalReceiver;

/** The child of the victim: takes two threads and 64 KiB, and tells that it has them. */
final class Guest {
    static final String ROLE = "guest";

    private static final int THREADS = 2;
    private static final long MEMORY = 64 << 10;

    private Guest() {}

    static void start(Env env) {
        for (int i = 1; i <= THREADS; i++) {
            SignalReceiver never = env.signalReceiver().orThrow("Opening what a thread waits for");
            env.startThread("thread " + i, never::await).orThrow("Starting a thread");
        }
        if (!(env.ram().tryAlloc(MEMORY) instanceof Allocation.Allocated(Capability<Dataspace> memory))) {
            throw new IllegalStateException("There is no memory.");
        }
        env.rm().attach(memory).orThrow("Attaching the memory").putLong(MEMORY - Long.BYTES, 1);
        env.connect(StageRpc.TYPE, SessionOptions.DEFAULT.label(ROLE))
                .orThrow()
                .session()
                .reached("");
    }
}
