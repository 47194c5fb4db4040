package org.espalier.app.packet.source;

import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.espalier.base.Capability;
import org.espalier.base.Connection;
import org.espalier.base.Env;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.base.SignalContext;
import org.espalier.packet.Packet;
import org.espalier.packet.PacketMemory;
import org.espalier.packet.PacketSession;
import org.espalier.packet.PacketSource;
import org.espalier.packet.Progress;

/**
 * Sends packets, with an interval after half of them that ends when a session of {@link Interval} is closed. A packet holds its
 * number, the checksum of all that follows, and bytes that look random. Confined to the entrypoint.
 */
final class Sender implements Root<Interval> {
    /** The number in eight bytes and the checksum in four. */
    static final int HEADER = 12;
    /** Largest packet in bytes. */
    static final int MAX_BYTES = 1 << 14;

    private final Env env;
    private final long packets;
    private final byte[] payload;
    private final CRC32 checksum = new CRC32();
    private final SplittableRandom random = new SplittableRandom(1);
    private final Connection<PacketSession> connection;
    private final PacketMemory memory;
    private final PacketSource source;
    private final Packet packet;
    private long limit;
    private long sent;
    private long acknowledged;
    private boolean resting;

    Sender(Env env, long packets, int bytes) {
        this.env = env;
        this.packets = packets;
        this.limit = packets / 2;
        this.payload = new byte[bytes - HEADER];
        this.connection = PacketSourceComponent.connect(env, "");
        Capability<SignalContext> wake = env.ep().handler(count -> work()).orThrow("Creating the signal of the stream");
        PacketSession.Stream offered = connection.session().open(wake).orThrow("Opening the stream");
        this.memory = PacketMemory.attach(env.rm(), offered).orThrow("Attaching the memory of the stream");
        this.source = memory.source(() -> env.submit(offered.server()));
        this.packet = source.packet();
    }

    void start() {
        work();
    }

    private void work() {
        if (resting) {
            return;
        }
        do {
            while (source.acknowledged(packet) == Progress.DONE) {
                source.release(packet);
                acknowledged++;
            }
            while (sent < limit && source.allocate(packet, HEADER + payload.length) == Progress.DONE) {
                fill();
                source.submit(packet);
                sent++;
            }
            if (acknowledged == limit) {
                reached();
                return;
            }
        } while (source.arm() == Progress.DONE);
        source.breach().ifPresent(breach -> {
            env.log().error("the server breaks the rules of the stream: " + breach);
            env.exit(1);
        });
    }

    private void fill() {
        random.nextBytes(payload);
        checksum.reset();
        checksum.update(payload, 0, payload.length);
        packet.putLong(0, sent);
        packet.putInt(8, (int) checksum.getValue());
        packet.write(HEADER, payload, 0, payload.length);
    }

    private void reached() {
        env.log().info(acknowledged + " packets of " + (HEADER + payload.length) + " bytes are acknowledged");
        if (limit < packets) {
            resting = true;
            env.announce(IntervalRpc.TYPE, this).orThrow("Announcing the interval");
        } else {
            memory.close();
            connection.close();
            env.exit(0);
        }
    }

    @Override
    public Creation<Interval> create(SessionRequest request) {
        return resting
                ? new Creation.Created<>(() -> Result.ok(acknowledged))
                : new Creation.Denied<>("The interval is over.");
    }

    @Override
    public void closed(Interval session) {
        if (resting) {
            resting = false;
            limit = packets;
            work();
        }
    }
}
