package org.espalier.bench.rpc;

import org.espalier.base.Capability;
import org.espalier.base.Env;
import org.espalier.base.Result;
import org.espalier.base.SignalContext;
import org.espalier.packet.Packet;
import org.espalier.packet.PacketMemory;
import org.espalier.packet.PacketSource;
import org.espalier.packet.Progress;

/** Gives packets to a server, each copied into the stream, with its number in the first four bytes. Confined to the entrypoint. */
final class Giver {
    /** Of a frame of Ethernet, all but its checksum. */
    private static final int BYTES = 1500;

    private final Echo server;
    private final Runnable finished;
    private final PacketSource source;
    private final Packet packet;
    private final int wakeAt;
    private final byte[] content = new byte[BYTES];
    private long given;
    private long back;
    private long limit;
    private boolean giving;

    private Giver(Env env, Echo server, Runnable finished) {
        this.server = server;
        this.finished = finished;
        Capability<SignalContext> wake = env.ep().handler(count -> work()).orThrow("Creating the signal of a stream");
        var offered = server.stream(wake).orThrow("Opening a stream");
        PacketMemory memory = PacketMemory.attach(env.rm(), offered).orThrow("Attaching the memory of a stream");
        this.source = memory.source(() -> env.submit(offered.server()));
        this.packet = source.packet();
        this.wakeAt = memory.layout().entries() / 2;
    }

    /** Opens a stream; {@code finished} is told when packets are through. */
    static Giver open(Env env, Echo server, Runnable finished) {
        return new Giver(env, server, finished);
    }

    /** The number of a packet. */
    static int number(byte[] content) {
        return (content[0] & 0xff) | (content[1] & 0xff) << 8 | (content[2] & 0xff) << 16 | content[3] << 24;
    }

    /** Begins to give {@code count} packets. */
    void give(int count) {
        limit += count;
        giving = true;
        work();
    }

    private void work() {
        do {
            while (source.acknowledged(packet) == Progress.DONE) {
                source.release(packet);
                back++;
            }
            while (given < limit && source.allocate(packet, BYTES) == Progress.DONE) {
                packet.write(0, content, 0, BYTES);
                packet.putInt(0, (int) given);
                source.submit(packet);
                given++;
            }
            // Woken for each packet, both would take turns at one processor with each.
        } while (source.arm(wakeAt) == Progress.DONE);
        if (giving && back == limit) {
            giving = false;
            end();
        }
    }

    private void end() {
        Result<Long> taken = server.taken();
        if (taken.orElse(-1L) != back) {
            throw new IllegalStateException("Of " + back + " packets came: " + taken);
        }
        finished.run();
    }
}
