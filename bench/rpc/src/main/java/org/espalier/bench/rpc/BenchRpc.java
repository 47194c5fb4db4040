package org.espalier.bench.rpc;

import org.espalier.base.Allocation;
import org.espalier.base.AttachedRom;
import org.espalier.base.Capability;
import org.espalier.base.Component;
import org.espalier.base.Connect;
import org.espalier.base.Connection;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.base.SignalContext;
import org.espalier.base.View;
import org.espalier.config.Node;
import org.espalier.config.Schema;
import org.espalier.packet.PacketSession;
import org.jspecify.annotations.Nullable;

/** Either end of the benchmarks between two components. */
public final class BenchRpc implements Component {
    @Override
    public void construct(Env env) {
        Node node;
        try (AttachedRom config = env.rom("config")) {
            node = Schema.of(BenchRpc.class.getResourceAsStream(Schema.RESOURCE))
                    .read(config.text(), env.log()::warning)
                    .orElseThrow(() -> new IllegalArgumentException("The configuration says no role."));
        }
        switch (node.string("role", "")) {
            case "server" ->
                env.announce(EchoRpc.TYPE, request -> new Root.Creation.Created<>(new Server(env)))
                        .orThrow("Announcing Echo");
            case "attacker" -> Attack.begin(env, node.string("act", ""), Long.parseLong(node.string("threads", "1")));
            default -> beDriven(env);
        }
    }

    private static void beDriven(Env env) {
        Driver driver = env.connect(DriverRpc.TYPE).orThrow().session();
        Capability<Driver.Runner> runner =
                env.ep().manage(RunnerRpc.TYPE, new Client(env, driver)).orThrow("Creating the runner");
        driver.ready(runner).orThrow("Handing over the runner");
    }

    private static final class Server implements Echo {
        private final Env env;
        private @Nullable Taker taker;

        Server(Env env) {
            this.env = env;
        }

        @Override
        public Result<Long> array(byte[] payload) {
            return Result.ok((long) payload[0] + payload.length);
        }

        @Override
        public Result<Block> block(Block payload) {
            return Result.ok(payload);
        }

        @Override
        public Result<Capability<SignalContext>> signalled(Capability<SignalContext> back) {
            return env.ep().handler(count -> env.submit(back));
        }

        @Override
        public Result<PacketSession.Stream> stream(Capability<SignalContext> client) {
            if (taker != null) {
                client.release();
                return Result.failed(Failure.DENIED);
            }
            return Taker.make(env, client).map(made -> {
                taker = made;
                return made.begin();
            });
        }

        @Override
        public Result<Long> taken() {
            return taker == null ? Result.failed(Failure.DENIED) : Result.ok(taker.taken());
        }
    }

    private static final class Client implements Driver.Runner {
        private final Env env;
        private final Driver driver;
        private final Echo echo;
        private final Capability<SignalContext> there;
        private final byte[] payload = new byte[64];
        private int signalsLeft;
        private @Nullable Giver giver;

        Client(Env env, Driver driver) {
            this.env = env;
            this.driver = driver;
            this.echo = env.connect(EchoRpc.TYPE).orThrow().session();
            this.there = env.ep()
                    .handler(count -> nextSignal())
                    .then(echo::signalled)
                    .orThrow("Exchanging signal contexts");
        }

        @Override
        public Result<Long> arrays(int count) {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                payload[0] = (byte) i;
                if (!(echo.array(payload) instanceof Result.Ok<Long>(Long answer))) {
                    return Result.ok(0L);
                }
                sum += answer;
            }
            return Result.ok(sum | 1);
        }

        @Override
        public Result<Long> blocks(int count) {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                if (!(echo.block(new Echo.Block(i, 2, 3, 4, 5, 6, 7, 8))
                        instanceof Result.Ok<Echo.Block>(Echo.Block answer))) {
                    return Result.ok(0L);
                }
                sum += answer.a() + answer.h();
            }
            return Result.ok(sum | 1);
        }

        @Override
        public Result<Long> sessions(int count) {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                if (!(env.connect(EchoRpc.TYPE) instanceof Connect.Connected<Echo>(Connection<Echo> connection))) {
                    return Result.ok(0L);
                }
                sum += connection.capability().index();
                connection.close();
            }
            return Result.ok(sum);
        }

        @Override
        public Result<Long> questions(int count) {
            for (int i = 0; i < count; i++) {
                if (!(env.pd().quotas() instanceof Result.Ok)) {
                    return Result.ok(0L);
                }
            }
            return Result.ok((long) count);
        }

        @Override
        public Result<Long> objects(int count) {
            for (int i = 0; i < count; i++) {
                if (!(env.ep().manage(EchoRpc.TYPE, new Server(env))
                        instanceof Result.Ok<Capability<Echo>>(Capability<Echo> object))) {
                    return Result.ok(0L);
                }
                env.ep().dissolve(object);
            }
            return Result.ok((long) count);
        }

        @Override
        public Result<Long> attachments(int count) {
            if (!(env.ram().tryAlloc(RamQuota.PAGE) instanceof Allocation.Allocated(Capability<Dataspace> page))) {
                return Result.ok(0L);
            }
            for (int i = 0; i < count; i++) {
                if (!(env.rm().attach(page) instanceof Result.Ok<View>(View view))) {
                    return Result.ok(0L);
                }
                env.rm().detach(view);
            }
            env.ram().free(page);
            page.release();
            return Result.ok((long) count);
        }

        @Override
        public Result<Done> signals(int count) {
            signalsLeft = count;
            env.submit(there);
            return Result.done();
        }

        @Override
        public Result<Done> packets(int count) {
            Giver own = giver;
            if (own == null) {
                own = Giver.open(env, echo, driver::finished);
                giver = own;
            }
            own.give(count);
            return Result.done();
        }

        private void nextSignal() {
            signalsLeft--;
            if (signalsLeft > 0) {
                env.submit(there);
            } else {
                driver.finished();
            }
        }
    }
}
