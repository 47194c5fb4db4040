package org.espalier.app.packet.source;

import java.util.ArrayList;
import java.util.List;
import org.espalier.base.Capability;
import org.espalier.base.Connection;
import org.espalier.base.Env;
import org.espalier.base.SignalContext;
import org.espalier.base.View;
import org.espalier.packet.PacketLayout;
import org.espalier.packet.PacketSession;

/**
 * Writes nonsense into streams of its own, by hand, and signals the server each time: into the next one when the server has woken it
 * because of the one before.
 */
final class Vandal {
    /** Damage to the memory of a stream. */
    private interface Damage {
        void to(View memory, PacketLayout layout);
    }

    private record Stream(String label, Damage damage) {}

    private static final List<Stream> STREAMS = List.of(
            new Stream("counter ahead", (memory, layout) -> count(memory, layout.entries() + 1)),
            new Stream("counter back", (memory, layout) -> count(memory, -1)),
            new Stream("offset negative", (memory, layout) -> submit(memory, -PacketLayout.ALIGNMENT, 64)),
            new Stream("offset too large", (memory, layout) -> submit(memory, layout.bulkBytes(), 64)),
            new Stream("offset odd", (memory, layout) -> submit(memory, 1, 64)),
            new Stream("length 0", (memory, layout) -> submit(memory, 0, 0)),
            new Stream("length negative", (memory, layout) -> submit(memory, 0, -1)),
            new Stream("length too large", (memory, layout) -> submit(memory, 64, layout.bulkBytes())),
            new Stream("everything", Vandal::scribble));

    private final Env env;
    private final Connection<Interval> interval;
    /** Kept open: the server is to live with streams that are broken. */
    private final List<Connection<PacketSession>> open = new ArrayList<>();

    Vandal(Env env) {
        this.env = env;
        this.interval = env.connect(IntervalRpc.TYPE).orThrow();
    }

    /** Damages one stream more, or ends. */
    void goOn() {
        if (open.size() < STREAMS.size()) {
            damage(STREAMS.get(open.size()));
        } else {
            env.log().info("I have damaged " + open.size() + " streams");
            interval.close();
        }
    }

    private void damage(Stream next) {
        Connection<PacketSession> connection = PacketSourceComponent.connect(env, next.label());
        open.add(connection);
        int number = open.size();
        Capability<SignalContext> wake = env.ep()
                .handler(count -> {
                    if (open.size() == number) {
                        goOn();
                    }
                })
                .orThrow("Creating the signal of the stream");
        PacketSession.Stream stream = connection.session().open(wake).orThrow("Opening the stream");
        View memory = env.rm().attach(stream.memory()).orThrow("Attaching the memory of the stream");
        next.damage().to(memory, new PacketLayout(stream.entries(), stream.bulkBytes()));
        env.submit(stream.server());
    }

    private static void submit(View memory, int offset, int length) {
        memory.putInt(PacketLayout.QUEUES, offset);
        memory.putInt(PacketLayout.QUEUES + 4, length);
        count(memory, 1);
    }

    private static void count(View memory, int submitted) {
        memory.putIntVolatile(PacketLayout.SUBMITTED, submitted);
    }

    private static void scribble(View memory, PacketLayout layout) {
        for (long at = 0; at < layout.ram().bytes(); at += Long.BYTES) {
            memory.putLongVolatile(at, -1);
        }
    }
}
