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

/** Writes nonsense into streams of its own, by hand, and signals the server each time. */
final class Vandal {
    /** Damage to the memory of a stream. */
    private interface Damage {
        void to(View memory, PacketLayout layout);
    }

    private final Env env;
    private final Connection<Interval> interval;
    /** Kept open: the server is to live with streams that are broken. */
    private final List<Connection<PacketSession>> open = new ArrayList<>();

    Vandal(Env env) {
        this.env = env;
        this.interval = env.connect(IntervalRpc.TYPE).orThrow();
    }

    void run() {
        damage("counter ahead", (memory, layout) -> count(memory, layout.entries() + 1));
        damage("counter back", (memory, layout) -> count(memory, -1));
        damage("offset negative", (memory, layout) -> submit(memory, -PacketLayout.ALIGNMENT, 64));
        damage("offset too large", (memory, layout) -> submit(memory, layout.bulkBytes(), 64));
        damage("offset odd", (memory, layout) -> submit(memory, 1, 64));
        damage("length 0", (memory, layout) -> submit(memory, 0, 0));
        damage("length negative", (memory, layout) -> submit(memory, 0, -1));
        damage("length too large", (memory, layout) -> submit(memory, 64, layout.bulkBytes()));
        damage("everything", Vandal::scribble);
        env.log().info("I have damaged " + open.size() + " streams");
        interval.close();
    }

    private void damage(String label, Damage damage) {
        Connection<PacketSession> connection = PacketSourceComponent.connect(env, label);
        open.add(connection);
        Capability<SignalContext> wake = env.ep().handler(count -> {}).orThrow("Creating the signal of the stream");
        PacketSession.Stream stream = connection.session().open(wake).orThrow("Opening the stream");
        View memory = env.rm().attach(stream.memory()).orThrow("Attaching the memory of the stream");
        damage.to(memory, new PacketLayout(stream.entries(), stream.bulkBytes()));
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
