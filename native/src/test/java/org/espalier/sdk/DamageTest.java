package org.espalier.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.espalier.app.weather.WeatherRpc;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.ServerRequest;
import org.espalier.base.SessionArguments;
import org.espalier.packet.PacketSession;
import org.espalier.packet.PacketSessionRpc;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replies that were damaged on their way, in length, content, capabilities or status, never lead a component to memory that is not its own: it
 * was compiled with the checks for that, which end it with an exit value of their own.
 */
@Timeout(600)
class DamageTest {
    private static final int ROUNDS = Integer.getInteger("espalier.rounds", 80);

    @TempDir
    private static Path folder;

    @BeforeAll
    static void compiler() {
        Programs.assumeCompiler();
    }

    private static Packet damaged(Packet reply, Random random) {
        switch (random.nextInt(5)) {
            case 0 -> reply.bytes = Arrays.copyOf(reply.bytes, random.nextInt(reply.bytes.length + 1));
            case 1 -> {
                int before = reply.bytes.length;
                reply.bytes = Arrays.copyOf(reply.bytes, random.nextInt(before, 897));
                for (int i = before; i < reply.bytes.length; i++) {
                    reply.bytes[i] = (byte) random.nextInt();
                }
            }
            case 2 -> {
                for (int i = 0; i < 3 && reply.bytes.length > 0; i++) {
                    reply.bytes[random.nextInt(reply.bytes.length)] = (byte) random.nextInt();
                }
            }
            case 3 -> {
                reply.capCount = random.nextInt(4);
                for (int i = 0; i < reply.capCount; i++) {
                    reply.caps[i] = random.nextInt(8);
                }
            }
            default -> reply.word = random.nextBoolean() ? random.nextInt(20) : random.nextInt();
        }
        return reply;
    }

    /** One life of a component, of whose replies some are damaged. */
    private static void live(Path program, String config, Random random) throws Exception {
        try (PlayedKernel kernel = new PlayedKernel(program, folder)) {
            PlayedParent parent = new PlayedParent(kernel, config);
            parent.serve(
                    PacketSessionRpc.TYPE,
                    client -> Result.ok(new PacketSession.Stream(
                            Capability.at(kernel, kernel.createMemory(1 << 17)),
                            client,
                            random.nextInt(100),
                            1 << 16)));
            int oneIn = 2 + random.nextInt(12);
            kernel.damage = reply -> random.nextInt(oneIn) == 0 ? damaged(reply, random) : reply;
            kernel.run();
            for (int id = 1; id < 8 && kernel.end().isEmpty(); id++) {
                parent.submit(
                        random.nextInt(4) == 0
                                ? new ServerRequest.Close(random.nextInt(id))
                                : new ServerRequest.Create(
                                        id,
                                        new SessionArguments(
                                                random.nextBoolean() ? "Weather" : "PacketStream",
                                                "client",
                                                "",
                                                new RamQuota(1 << 17),
                                                new CapQuota(8),
                                                random.nextBoolean()
                                                        ? WeatherRpc.TYPE.layout()
                                                        : PacketSessionRpc.TYPE.layout())));
            }
            assertThat(kernel.exitValue()).isZero();
        }
    }

    @Test
    void damagedRepliesLeadNoComponentBeyondItsMemory() throws Exception {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        System.out.println("espalier.seed=" + seed);
        Random random = new Random(seed);
        Path[] programs = {
            Programs.component(folder, "client", "components/weather_client.c"),
            Programs.component(folder, "server", "components/weather_server.c"),
            Programs.component(folder, "sink", "components/packet_sink.c"),
            Programs.component(folder, "source", "components/packet_source.c", "components/packet_vandal.c"),
        };
        String[] configs = {"<config/>", "<config vandal=\"yes\"/>", "<config place=\"", ""};
        for (int round = 0; round < ROUNDS; round++) {
            live(programs[round % programs.length], configs[random.nextInt(configs.length)], random);
        }
    }
}
