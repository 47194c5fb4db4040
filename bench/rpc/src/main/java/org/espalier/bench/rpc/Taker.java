package org.espalier.bench.rpc;

import org.espalier.base.Capability;
import org.espalier.base.Env;
import org.espalier.base.Result;
import org.espalier.base.SignalContext;
import org.espalier.packet.Packet;
import org.espalier.packet.PacketLayout;
import org.espalier.packet.PacketMemory;
import org.espalier.packet.PacketSession;
import org.espalier.packet.PacketSink;
import org.espalier.packet.Progress;

/** Takes the packets of one client: copies each out of the stream and looks whether it is the next one. Confined to the entrypoint. */
final class Taker {
    /** Enough that both sides seldom take turns at one processor, and little enough for its cache. */
    private static final PacketLayout LAYOUT = new PacketLayout(512, 512 * 1536);

    /** After so many it is the turn of others. */
    private static final int MOST_AT_ONCE = 4096;

    private final Env env;
    private final PacketMemory memory;
    private final PacketSink sink;
    private final Packet packet;
    private final Capability<SignalContext> own;
    private final byte[] content = new byte[LAYOUT.bulkBytes()];
    private long taken;

    private Taker(Env env, PacketMemory memory, Capability<SignalContext> client) {
        this.env = env;
        this.memory = memory;
        this.sink = memory.sink(() -> env.submit(client));
        this.packet = sink.packet();
        this.own = env.ep().handler(count -> work()).orThrow("Creating the signal of a stream");
    }

    /** Makes a stream, out of the server's own quota. */
    static Result<Taker> make(Env env, Capability<SignalContext> client) {
        return PacketMemory.allocate(env, LAYOUT).map(memory -> new Taker(env, memory, client));
    }

    PacketSession.Stream begin() {
        work();
        return memory.offer(own);
    }

    /** How many packets came that were the next ones. */
    long taken() {
        return taken;
    }

    private void work() {
        for (int left = MOST_AT_ONCE; left > 0; ) {
            if (sink.next(packet) == Progress.DONE) {
                int bytes = packet.length();
                packet.read(0, content, 0, bytes);
                if (Giver.number(content) == (int) taken) {
                    taken++;
                }
                sink.acknowledge(packet);
                left--;
            } else if (sink.arm() != Progress.DONE) {
                return;
            }
        }
        env.submit(own);
    }
}
