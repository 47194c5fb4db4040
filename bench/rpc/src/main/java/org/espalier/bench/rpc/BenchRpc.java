package org.espalier.bench.rpc;

import org.espalier.base.AttachedRom;
import org.espalier.base.Capability;
import org.espalier.base.Component;
import org.espalier.base.Env;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.config.ReadResult;
import org.espalier.config.XmlReader;

/** Either end of the RPC benchmark. */
public final class BenchRpc implements Component {
    @Override
    public void construct(Env env) {
        boolean server;
        try (AttachedRom config = env.rom("config")) {
            server = XmlReader.read("config", config.text()) instanceof ReadResult.Parsed parsed
                    && parsed.root().string("role", "").equals("server");
        }
        if (server) {
            env.announce(EchoRpc.TYPE, request -> new Root.Creation.Created<>(new Server()))
                    .orThrow("Announcing Echo");
        } else {
            Echo echo = env.connect(EchoRpc.TYPE).orThrow().session();
            Capability<Driver.Runner> runner =
                    env.ep().manage(RunnerRpc.TYPE, new Client(echo)).orThrow("Creating the runner");
            env.connect(DriverRpc.TYPE).orThrow().session().ready(runner).orThrow("Handing over the runner");
        }
    }

    private static final class Server implements Echo {
        @Override
        public Result<Long> array(byte[] payload) {
            return Result.ok((long) payload[0] + payload.length);
        }

        @Override
        public Result<Block> block(Block payload) {
            return Result.ok(payload);
        }
    }

    private static final class Client implements Driver.Runner {
        private final Echo echo;
        private final byte[] payload = new byte[64];

        Client(Echo echo) {
            this.echo = echo;
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
    }
}
