package org.espalier.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.espalier.app.packet.source.Interval;
import org.espalier.app.packet.source.IntervalRpc;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Failure;
import org.espalier.base.RamQuota;
import org.espalier.base.RegionMap;
import org.espalier.base.Result;
import org.espalier.base.ServerAnswer;
import org.espalier.base.ServerRequest;
import org.espalier.base.SessionArguments;
import org.espalier.base.SignalContext;
import org.espalier.base.View;
import org.espalier.packet.Breach;
import org.espalier.packet.PacketLayout;
import org.espalier.packet.PacketMemory;
import org.espalier.packet.PacketSession;
import org.espalier.packet.PacketSessionRpc;
import org.espalier.packet.PacketSink;
import org.espalier.packet.PacketSource;
import org.espalier.packet.Progress;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams between a side in C and a side in Java, which also lies to it. */
@Timeout(300)
class PacketTest {
    private static final int HEADER = 12;

    @TempDir
    private static Path folder;

    private static Path sink;
    private static Path source;

    @BeforeAll
    static void compile() {
        Programs.assumeCompiler();
        sink = Programs.component(folder, "packet_sink", "components/packet_sink.c");
        source =
                Programs.component(folder, "packet_source", "components/packet_source.c", "components/packet_vandal.c");
    }

    private static int checksum(byte[] payload) {
        CRC32 checksum = new CRC32();
        checksum.update(payload);
        return (int) checksum.getValue();
    }

    private static ServerRequest create(int id, String service, long layout, String label) {
        return new ServerRequest.Create(
                id, new SessionArguments(service, label, "", new RamQuota(72 * 1024), new CapQuota(8), layout));
    }

    /** A stream of the sink in C. */
    private static PacketSession.Stream open(PlayedParent parent, int id, String label) {
        ServerAnswer answer = parent.request(create(id, "PacketStream", PacketSessionRpc.TYPE.layout(), label));
        PacketSession session = PacketSessionRpc.TYPE.stub(Capability.cast(((ServerAnswer.Created) answer).session()));
        Capability<SignalContext> wake =
                parent.entrypoint().handler(count -> {}).orThrow("Making a handler");
        PacketSession.Stream stream = session.open(wake).orThrow("Opening a stream");
        assertThat(session.open(wake)).as("once only").isEqualTo(Result.failed(Failure.DENIED));
        return stream;
    }

    @Test
    void packetsOfASourceInJavaArriveAtASinkInC() throws Exception {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        System.out.println("espalier.seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        try (PlayedKernel kernel = new PlayedKernel(sink, folder)) {
            PlayedParent parent = new PlayedParent(kernel, "<config/>");
            kernel.run();
            PacketSession.Stream offered = open(parent, 1, "java");
            PacketMemory memory =
                    PacketMemory.attach(new RegionMap(kernel), offered).orThrow("Attaching the stream");
            PacketSource packets = memory.source(() -> parent.entrypoint().submit(offered.server()));
            var packet = packets.packet();
            long bytes = 0;
            for (long sent = 0; sent < 3000; ) {
                while (packets.acknowledged(packet) == Progress.DONE) {
                    packets.release(packet);
                }
                byte[] payload = new byte[random.nextInt(random.nextBoolean() ? 64 : 9000)];
                random.nextBytes(payload);
                if (packets.allocate(packet, HEADER + payload.length) == Progress.DONE) {
                    packet.putLong(0, sent++);
                    packet.putInt(8, checksum(payload));
                    packet.write(HEADER, payload, 0, payload.length);
                    bytes += packet.length();
                    assertThat(packets.submit(packet)).isEqualTo(Progress.DONE);
                } else if (packets.arm(1 + random.nextInt(8)) == Progress.WAIT) {
                    kernel.run();
                }
            }
            kernel.run();
            assertThat(packets.breach()).isEmpty();
            assertThat(parent.request(new ServerRequest.Close(1))).isEqualTo(new ServerAnswer.Closed());
            assertThat(parent.log)
                    .hasToString("session for ‘java’\n‘java’ sent 3000 packets, " + bytes + " bytes, 0 damaged\n");
            assertThat(kernel.exitValue()).isZero();
        }
    }

    /** Damage to the memory of a stream, and what comes of it. */
    private record Damage(Breach breach, int offset, int length, int counter) {}

    @Test
    void aSinkInCBreaksOffWhoBreaksTheRules() throws Exception {
        int bulk = 1 << 16;
        List<Damage> damages = List.of(
                new Damage(new Breach.Counter(0, 65, 64), 0, 64, 65),
                new Damage(new Breach.Counter(0, -1, 64), 0, 64, -1),
                new Damage(new Breach.Counter(0, 1 << 31, 64), 0, 64, 1 << 31),
                new Damage(new Breach.Outside(-64, 64, bulk), -64, 64, 1),
                new Damage(new Breach.Outside(bulk, 64, bulk), bulk, 64, 1),
                new Damage(new Breach.Outside(bulk - 64, 65, bulk), bulk - 64, 65, 1),
                new Damage(new Breach.Outside(1, 64, bulk), 1, 64, 1),
                new Damage(new Breach.Outside(0, 0, bulk), 0, 0, 1),
                new Damage(new Breach.Outside(0, -1, bulk), 0, -1, 1),
                new Damage(new Breach.Outside(64, bulk, bulk), 64, bulk, 1),
                new Damage(new Breach.Outside(Integer.MIN_VALUE, Integer.MIN_VALUE, bulk), 1 << 31, 1 << 31, 1));
        try (PlayedKernel kernel = new PlayedKernel(sink, folder)) {
            PlayedParent parent = new PlayedParent(kernel, "<config/>");
            kernel.run();
            StringBuilder expected = new StringBuilder();
            for (int i = 0; i < damages.size(); i++) {
                Damage damage = damages.get(i);
                String label = "client " + i;
                PacketSession.Stream offered = open(parent, i + 1, label);
                View memory = new RegionMap(kernel).attach(offered.memory()).orThrow("Attaching the stream");
                memory.putInt(PacketLayout.QUEUES, damage.offset());
                memory.putInt(PacketLayout.QUEUES + 4, damage.length());
                memory.putIntVolatile(PacketLayout.SUBMITTED, damage.counter());
                parent.entrypoint().submit(offered.server());
                kernel.run();
                expected.append("session for ‘")
                        .append(label)
                        .append("’\nWarning: ‘")
                        .append(label);
                expected.append("’ is broken off after 0 packets: ")
                        .append(damage.breach())
                        .append('\n');
            }
            assertThat(parent.log).hasToString(expected.toString());
            assertThat(kernel.end()).isEmpty();
            assertThat(kernel.exitValue()).isZero();
        }
    }

    /** A server of one stream in Java. */
    private static final class Receiver implements PacketSession {
        private final PacketSink sink;
        private final PacketSession.Stream stream;
        private Capability<SignalContext> other = Capability.none();
        private final List<Long> numbers = new ArrayList<>();
        private int damaged;

        Receiver(PlayedParent parent, PlayedKernel kernel, Capability<Dataspace> dataspace) {
            Capability<SignalContext> own =
                    parent.entrypoint().handler(count -> work()).orThrow("Making a handler");
            stream = new PacketSession.Stream(dataspace, own, 64, 1 << 16);
            PacketMemory memory =
                    PacketMemory.attach(new RegionMap(kernel), stream).orThrow("Attaching the stream");
            sink = memory.sink(() -> parent.entrypoint().submit(other));
        }

        @Override
        public Result<Stream> open(Capability<SignalContext> client) {
            other = client;
            work();
            return Result.ok(stream);
        }

        void work() {
            var packet = sink.packet();
            do {
                while (sink.next(packet) == Progress.DONE) {
                    byte[] payload = new byte[packet.length() - HEADER];
                    packet.read(HEADER, payload, 0, payload.length);
                    numbers.add(packet.getLong(0));
                    damaged += packet.getInt(8) == checksum(payload) ? 0 : 1;
                    sink.acknowledge(packet);
                }
            } while (sink.arm() == Progress.DONE);
            assertThat(sink.breach()).isEmpty();
        }
    }

    private static Capability<Dataspace> memory(PlayedKernel kernel) {
        return Capability.at(
                kernel, kernel.createMemory(new PacketLayout(64, 1 << 16).ram().bytes()));
    }

    @Test
    void packetsOfASourceInCArriveAtASinkInJava() throws Exception {
        try (PlayedKernel kernel = new PlayedKernel(source, folder)) {
            PlayedParent parent = new PlayedParent(kernel, "<config packets=\"1000\" bytes=\"1500\"/>");
            Receiver receiver = new Receiver(parent, kernel, memory(kernel));
            parent.serve(PacketSessionRpc.TYPE, receiver);
            kernel.run();
            assertThat(parent.log).hasToString("500 packets of 1500 bytes are acknowledged\n");
            assertThat(parent.announced).containsEntry("Interval", IntervalRpc.TYPE.layout());

            ServerAnswer answer = parent.request(create(9, "Interval", IntervalRpc.TYPE.layout(), "rest"));
            Interval interval = IntervalRpc.TYPE.stub(Capability.cast(((ServerAnswer.Created) answer).session()));
            assertThat(interval.acknowledged()).isEqualTo(Result.ok(500L));
            assertThat(parent.request(new ServerRequest.Close(9))).isEqualTo(new ServerAnswer.Closed());
            kernel.run();
            assertThat(parent.log).hasToString("""
                            500 packets of 1500 bytes are acknowledged
                            1000 packets of 1500 bytes are acknowledged
                            """);
            assertThat(receiver.numbers).hasSize(1000).isSorted().doesNotHaveDuplicates();
            assertThat(receiver.damaged).isZero();
            assertThat(parent.exitValue()).isZero();
            assertThat(kernel.exitValue()).isZero();
        }
    }

    @Test
    void aSourceInCEndsAStreamWhoseSinkAcknowledgesWhatIsNotUnderWay() throws Exception {
        try (PlayedKernel kernel = new PlayedKernel(source, folder)) {
            PlayedParent parent = new PlayedParent(kernel, "<config packets=\"10\" bytes=\"1500\"/>");
            Capability<Dataspace> dataspace = memory(kernel);
            View view = new RegionMap(kernel).attach(dataspace).orThrow("Attaching the stream");
            Capability<SignalContext> own =
                    parent.entrypoint().handler(count -> {}).orThrow("Making a handler");
            List<Capability<SignalContext>> clients = new ArrayList<>();
            parent.serve(PacketSessionRpc.TYPE, client -> {
                clients.add(client);
                return Result.ok(new PacketSession.Stream(dataspace, own, 64, 1 << 16));
            });
            kernel.run();
            // The first packet begins at 0 and takes 24 units; what begins within it is none.
            view.putInt(new PacketLayout(64, 1 << 16).acknowledgeQueue(), 64);
            view.putInt(new PacketLayout(64, 1 << 16).acknowledgeQueue() + 4, 1500);
            view.putIntVolatile(PacketLayout.ACKNOWLEDGED, 1);
            parent.entrypoint().submit(clients.getFirst());
            kernel.run();
            assertThat(parent.log)
                    .hasToString("Error: the server breaks the rules of the stream: " + new Breach.NotUnderWay(64, 1500)
                            + "\n");
            assertThat(parent.exitValue()).isEqualTo(1);
            assertThat(kernel.exitValue()).isZero();
        }
    }
}
