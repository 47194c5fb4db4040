package org.espalier.tests.hostile;

import org.espalier.base.Allocation;
import org.espalier.base.Capability;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Dataspace;
import org.espalier.base.Dispatcher;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.LogSessionRpc;
import org.espalier.base.Message;
import org.espalier.base.Quotas;
import org.espalier.base.Result;
import org.espalier.base.RpcType;
import org.espalier.base.SessionOptions;

/** Single attacks, each of which says what came of it. */
final class Attacks {
    private static final int ADD = 0;
    private static final int USE = 2;

    private Attacks() {}

    /** No attack: lives on its own means beside those who attack. */
    static void bystander(Env env) {
        Connection<Flooded> flooded = env.connect(FloodedRpc.TYPE).orThrow();
        flooded.session().ping().orThrow("Calling");
        if (!(env.ram().tryAlloc(65536) instanceof Allocation.Allocated)) {
            throw new IllegalStateException("The bystander got no memory.");
        }
        env.connect(LogSessionRpc.TYPE, SessionOptions.DEFAULT.label("own"))
                .orThrow()
                .session()
                .write("in a session\n");
        env.log().info("goes on");
        env.exit(0);
    }

    /** No attack: makes read-only names of memory and frees the memory alone. */
    static void readOnly(Env env) {
        Quotas before = env.pd().quotas().orThrow("Asking for the quota");
        Allocation allocation = env.ram().tryAlloc(4096);
        if (allocation instanceof Allocation.Allocated(Capability<Dataspace> memory)) {
            for (int i = 0; i < 5; i++) {
                Capability<Dataspace> name = env.pd().readOnly(memory).orThrow("Making a read-only name");
                if (i == 0) {
                    env.ram().free(name).orThrow("Freeing a name");
                }
                name.release();
            }
            env.ram().free(memory).orThrow("Freeing the memory");
            memory.release();
        }
        Quotas after = env.pd().quotas().orThrow("Asking for the quota");
        env.log().info("quota as before: " + after.equals(before));
    }

    /** Calls a server for as long as that answers. */
    static void callOn(Env env) {
        Probe probe = env.connect(ProbeRpc.TYPE).orThrow().session();
        env.startThread("caller", () -> {
                    env.log().info("calls");
                    Result<Integer> sum = Result.ok(3);
                    while (sum.isOk()) {
                        sum = probe.add(1, 2);
                    }
                    env.log().info("the last calls: " + sum + ", " + probe.add(1, 2) + ", " + probe.echo("x"));
                })
                .orThrow("Starting a thread");
    }

    static void connect(Env env) {
        env.log().info("asks");
        switch (env.connect(ProbeRpc.TYPE)) {
            case Connect.Connected<Probe>(Connection<Probe> connection) ->
                env.log().info("sum " + connection.session().add(40, 2).orElse(-1));
            case Connect<Probe> refused -> env.log().info(refused.toString());
        }
    }

    /** Writes indices that it was never given into messages, as the object to call and as an argument. */
    static void forge(Env env) {
        Capability<Probe> probe = env.connect(ProbeRpc.TYPE).orThrow().capability();
        int refused = 0;
        int understood = 0;
        for (int index = -100; index < 1000; index++) {
            Message message = probe.request(USE);
            message.putCapability(probe);
            message.setCaps(new int[] {index}, 1);
            if (probe.call(message, 0)) {
                understood += message.getInt() == 42 ? 1 : 0;
            } else if (message.word() == Failure.INVALID_CAPABILITY.status()) {
                refused++;
            }
        }
        // What the component does own are its environment, none of it a Probe, and this session, which its server
        // cannot
        // call from inside.
        env.log().info("refused " + (refused > 950) + ", Probes found " + understood);
        Message words = probe.request(12345);
        probe.call(words, 0);
        env.log().info("unknown operation: " + (words.word() == Failure.UNKNOWN_OPERATION.status()));
        Message tooShort = probe.request(ADD);
        tooShort.putInt(1);
        probe.call(tooShort, 0);
        env.log().info("too short: " + (tooShort.word() == Failure.MALFORMED.status()));
        Message tooLong = probe.request(ADD);
        tooLong.putInt(1);
        tooLong.putInt(2);
        tooLong.putInt(3);
        probe.call(tooLong, 0);
        env.log().info("too long: " + (tooLong.word() == Failure.MALFORMED.status()));
        env.log().info("sum " + ProbeRpc.TYPE.stub(probe).add(1, 2).orElse(-1));
    }

    static void oversize(Env env) {
        Probe probe = env.connect(ProbeRpc.TYPE).orThrow().session();
        env.log().info("echo of 10000: " + failure(probe.echo("x".repeat(10_000))));
        env.log().info("echo of 892: " + probe.echo("x".repeat(892)).map(String::length));
        env.log().info("echo of 893: " + failure(probe.echo("x".repeat(893))));
        SessionOptions[] options = {
            SessionOptions.DEFAULT.label("x".repeat(100_000)),
            SessionOptions.DEFAULT.label("x".repeat(500)),
            SessionOptions.DEFAULT.label("€".repeat(275)),
            SessionOptions.DEFAULT.parameter("p", "x".repeat(200)),
        };
        for (SessionOptions option : options) {
            env.log().info(env.connect(ProbeRpc.TYPE, option).toString());
        }
        env.log().info("sum " + probe.add(1, 2).orElse(-1));
    }

    private static String failure(Result<?> result) {
        return result instanceof Result.Failed<?>(Failure failure) ? failure.toString() : "none";
    }

    static void inject(Env env) {
        env.log().info("first\n[core] forged\r\u001b[2J\u0007\u0085end");
        for (String label : new String[] {"a\nb", "\u001b[31m", "tab\t", "\0"}) {
            env.log()
                    .info(env.connect(LogSessionRpc.TYPE, SessionOptions.DEFAULT.label(label))
                            .toString());
        }
        String arrow = "x -> init -> other";
        env.connect(LogSessionRpc.TYPE, SessionOptions.DEFAULT.label(arrow))
                .orThrow()
                .session()
                .write("under my own name\n");
        env.log().write("without an end");
        env.exit(0);
    }

    /** Announces a service whose name would make a line of its own in the log of its parent. */
    static void announceWithControlCharacters(Env env) {
        RpcType<Probe> named = new RpcType<>("x\n[core] forged", ProbeRpc.TYPE.layout()) {
            @Override
            public Probe stub(Capability<Probe> capability) {
                return ProbeRpc.TYPE.stub(capability);
            }

            @Override
            public Dispatcher dispatcher(Probe object) {
                return ProbeRpc.TYPE.dispatcher(object);
            }
        };
        env.log().info("announced: " + env.announce(named, Server.root()));
        env.log().info("connected: " + env.connect(named));
    }

    static void recurse(Env env) {
        Connection<Probe> ping =
                env.connect(ProbeRpc.TYPE, SessionOptions.DEFAULT.label("ping")).orThrow();
        Connection<Probe> pong =
                env.connect(ProbeRpc.TYPE, SessionOptions.DEFAULT.label("pong")).orThrow();
        env.log().info("depth " + ping.session().relay(pong.capability(), ping.capability(), 0));
        env.log()
                .info("sums " + ping.session().add(1, 2).orElse(-1) + " "
                        + pong.session().add(3, 4).orElse(-1));
    }

    /** Uses its servers at each depth of its stack, down to where that ends. */
    static void exhaust(Env env) {
        Probe probe = env.connect(ProbeRpc.TYPE).orThrow().session();
        for (int round = 0; round < 5; round++) {
            dig(env, probe, 0);
        }
        env.log().info("came back, sum " + probe.add(1, 2).orElse(-1));
    }

    @SuppressWarnings("InfiniteRecursion") // Until there is no stack left for it.
    private static int dig(Env env, Probe probe, int depth) {
        try {
            probe.add(depth, 1);
            if (depth % 16 == 0) {
                env.log().info("at depth " + depth);
            }
            return dig(env, probe, depth + 1);
        } catch (StackOverflowError e) {
            return depth;
        }
    }
}
