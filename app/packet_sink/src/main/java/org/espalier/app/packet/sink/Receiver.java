package org.espalier.app.packet.sink;

import java.util.zip.CRC32;
import org.espalier.base.Capability;
import org.espalier.base.Env;
import org.espalier.base.Failure;
import org.espalier.base.Label;
import org.espalier.base.Result;
import org.espalier.base.SignalContext;
import org.espalier.packet.Breach;
import org.espalier.packet.Packet;
import org.espalier.packet.PacketMemory;
import org.espalier.packet.PacketSession;
import org.espalier.packet.PacketSink;
import org.espalier.packet.Progress;

/**
 * The stream of one client. A packet holds its number in eight bytes, the CRC-32 of all that follows in four, and then whatever
 * the client likes. Confined to the entrypoint.
 */
final class Receiver implements PacketSession {
    private static final int HEADER = 12;

    private final Env env;
    private final Label client;
    private final PacketMemory memory;
    private final PacketSink sink;
    private final Packet packet;
    /** What is checked is a copy: the client may write to its packet meanwhile. */
    private final byte[] payload;

    private final CRC32 checksum = new CRC32();
    private Capability<SignalContext> own = Capability.none();
    private Capability<SignalContext> other = Capability.none();
    private long packets;
    private long bytes;
    private long damaged;

    Receiver(Env env, Label client, PacketMemory memory) {
        this.env = env;
        this.client = client;
        this.memory = memory;
        this.sink = memory.sink(() -> env.submit(other));
        this.packet = sink.packet();
        this.payload = new byte[memory.layout().bulkBytes()];
    }

    /** Names the signal that {@link #work} is called for. */
    void wakeBy(Capability<SignalContext> signal) {
        own = signal;
    }

    @Override
    public Result<Stream> open(Capability<SignalContext> wake) {
        if (other.isValid() || !wake.isValid()) {
            wake.release();
            return Result.failed(Failure.DENIED);
        }
        other = wake;
        work();
        return Result.ok(memory.offer(own));
    }

    /**
     * Takes packets until there are none, or so many that it is the turn of others: of its own accord a client that is fast would
     * never let this end.
     */
    void work() {
        for (int left = memory.layout().entries(); left > 0; ) {
            switch (sink.next(packet)) {
                case DONE -> {
                    check();
                    sink.acknowledge(packet);
                    left--;
                }
                case WAIT, BROKEN -> {
                    if (sink.arm() != Progress.DONE) {
                        sink.breach().ifPresent(this::breakOff);
                        return;
                    }
                }
            }
        }
        env.submit(own);
    }

    private void check() {
        int size = packet.length() - HEADER;
        if (size < 0) {
            damaged++;
        } else {
            packet.read(HEADER, payload, 0, size);
            checksum.reset();
            checksum.update(payload, 0, size);
            if (packet.getLong(0) != packets || packet.getInt(8) != (int) checksum.getValue()) {
                damaged++;
            }
        }
        packets++;
        bytes += packet.length();
    }

    /**
     * From now on the client cannot even wake this server. Its memory stays until it closes the session that it paid for. It is woken
     * once more, as nothing else will come.
     */
    private void breakOff(Breach breach) {
        dissolve();
        env.log().warning("‘" + client + "’ is broken off after " + packets + " packets: " + breach);
        env.submit(other);
    }

    private void dissolve() {
        env.ep().dissolve(own);
        own = Capability.none();
    }

    /** The session is over. */
    void end() {
        dissolve();
        memory.close();
        other.release();
        if (sink.breach().isEmpty()) {
            env.log()
                    .info("‘" + client + "’ sent " + packets + " packets, " + bytes + " bytes, " + damaged
                            + " damaged");
        }
    }
}
