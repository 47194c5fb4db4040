package org.espalier.packet;

import java.util.Optional;

/**
 * The side of a stream that receives packets: it takes them in the order in which they were submitted, and acknowledges each
 * when it is done with it, in whatever order. Made by {@link PacketMemory#sink}; confined to one thread, usually that of an
 * entrypoint. Allocates no Java memory after its construction, takes no lock, and never waits.
 *
 * <p>A packet that it hands out is aligned and within the bulk buffer. It may overlap others if the source wants so, which
 * harms the source alone.
 *
 * <p>Typical use, with each signal:
 *
 * {@snippet :
 * do {
 *     while (sink.next(packet) == Progress.DONE) {
 *         handle(packet);
 *         sink.acknowledge(packet);
 *     }
 * } while (sink.arm() == Progress.DONE);
 * }
 *
 * A source that is fast enough keeps such a loop going for ever. Who serves others in the same thread ends it after a number of
 * packets and signals itself.
 */
public final class PacketSink {
    private final PacketLayout layout;
    private final PacketMemory stream;
    private final Side side;

    PacketSink(PacketMemory stream, Runnable wake, int first) {
        this.stream = stream;
        this.layout = stream.layout();
        this.side = Side.sink(stream, wake, first);
    }

    /** An empty handle. */
    public Packet packet() {
        return new Packet(side, stream);
    }

    /**
     * Takes the next packet.
     *
     * @return WAIT when there is none
     */
    public Progress next(Packet packet) {
        packet.check(side, true);
        Progress progress = side.take(room());
        if (progress != Progress.DONE) {
            return progress;
        }
        int offset = side.offset();
        int length = side.length();
        if (!layout.holds(offset, length)) {
            return side.broken(new Breach.Outside(offset, length, layout.bulkBytes()));
        }
        packet.set(offset, length);
        return Progress.DONE;
    }

    /** How many packets can be submitted that were not taken; {@code ahead} is negative by those that were not acknowledged. */
    private int room() {
        return layout.entries() + side.ahead();
    }

    /**
     * Passes the packet back to the source, wakes the source if it sleeps, and empties the handle.
     *
     * @return DONE or BROKEN
     */
    public Progress acknowledge(Packet packet) {
        packet.check(side, false);
        Progress progress = side.put(packet.offset(), packet.length());
        packet.clear();
        return progress;
    }

    /**
     * Asks for a signal when the next packet is submitted; to be called before waiting for one.
     *
     * @return WAIT when there will be a signal, DONE when a packet is there already and nobody will signal
     */
    public Progress arm() {
        return side.arm(room(), 1);
    }

    /** How the source broke the rules, once it did. */
    public Optional<Breach> breach() {
        return side.breach();
    }
}
