package org.espalier.bench.rpc;

import java.util.Locale;
import org.espalier.base.Allocation;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Env;
import org.espalier.base.LogSessionRpc;
import org.espalier.base.SessionOptions;
import org.espalier.base.SignalContext;
import org.jspecify.annotations.Nullable;

/** What a component can do without end to disturb others, as fast as it can. Each has a thread of its own. */
enum Attack {
    /** Computes. */
    COMPUTE {
        @Override
        void step(Own own) {
            own.garbage = null;
        }
    },
    /** Makes garbage of the heap. */
    GARBAGE {
        @Override
        void step(Own own) {
            own.garbage = new byte[16 << 10];
        }
    },
    /** Calls the server that the bystander calls. */
    CALLS {
        @Override
        void step(Own own) {
            own.echo.array(own.payload);
        }
    },
    /** Calls it at each depth of its stack, until that ends. */
    STACK {
        @Override
        @SuppressWarnings("InfiniteRecursion") // Until there is no stack left for it.
        void step(Own own) {
            try {
                own.echo.array(own.payload);
                step(own);
            } catch (StackOverflowError e) {
                own.overflows++;
            }
        }
    },
    /** Opens and closes sessions. */
    SESSIONS {
        @Override
        void step(Own own) {
            own.env
                    .connect(LogSessionRpc.TYPE, SessionOptions.DEFAULT.label("session"))
                    .orThrow()
                    .close();
        }
    },
    /** Submits signals that nobody handles as fast. */
    SIGNALS {
        @Override
        void step(Own own) {
            own.env.submit(own.context);
        }
    },
    /** Allocates memory and frees it. */
    MEMORY {
        @Override
        void step(Own own) {
            if (own.env.ram().tryAlloc(64 << 10) instanceof Allocation.Allocated(Capability<Dataspace> memory)) {
                own.env.ram().free(memory);
                memory.release();
            }
        }
    },
    /** Writes to its log. */
    LOG {
        @Override
        void step(Own own) {
            own.env.log().info("and again");
        }
    };

    /** What one attacking thread works with. */
    static final class Own {
        private final Env env;
        private final Echo echo;
        private final Capability<SignalContext> context;
        private final byte[] payload = new byte[64];
        /** Seen by nobody, but made. */
        @SuppressWarnings("UnusedVariable")
        private volatile byte @Nullable [] garbage;

        private int overflows;

        Own(Env env) {
            this.env = env;
            this.echo = env.connect(EchoRpc.TYPE).orThrow().session();
            this.context =
                    env.ep().handler(count -> overflows += count).orThrow("Creating the signal that is submitted");
        }
    }

    abstract void step(Own own);

    /** Attacks until it is ended, in so many threads. */
    static void begin(Env env, String act, long threads) {
        Attack attack = valueOf(act.toUpperCase(Locale.ROOT));
        for (long i = 0; i < threads; i++) {
            Own own = new Own(env);
            env.startThread(act, () -> {
                        while (true) {
                            attack.step(own);
                        }
                    })
                    .orThrow("Starting a thread");
        }
    }
}
