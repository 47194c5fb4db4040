package org.espalier.packet;

import java.util.BitSet;
import java.util.Optional;

/**
 * The side of a stream that makes packets: it allocates them in the bulk buffer, submits them, and takes them back when the sink
 * has acknowledged them, in whatever order that is. What is allocated and what is under way it keeps to itself, so an
 * acknowledgement that the sink made up is found out. Made by {@link PacketMemory#source}; confined to one thread, usually that
 * of an entrypoint. Allocates no Java memory after its construction, takes no lock, and never waits.
 *
 * <p>Typical use, once at the start and again with each signal:
 *
 * {@snippet :
 * do {
 *     while (source.acknowledged(packet) == Progress.DONE) {
 *         source.release(packet);
 *     }
 *     while (source.allocate(packet, 1500) == Progress.DONE) {
 *         fill(packet);
 *         source.submit(packet);
 *     }
 * } while (source.arm() == Progress.DONE);
 * }
 */
public final class PacketSource {
    private final PacketLayout layout;
    private final PacketMemory stream;
    private final Side side;

    /** What is allocated, in units of {@link PacketLayout#ALIGNMENT}. */
    private final BitSet used;
    /** The lengths of the packets that are under way, by the unit in which they begin. */
    private final int[] underWay;

    private final int units;
    /** Packets that are allocated and not under way; together with those under way never more than entries. */
    private int held;
    /** Where the search for room begins. */
    private int next;

    PacketSource(PacketMemory stream, Runnable wake, int first) {
        this.stream = stream;
        this.layout = stream.layout();
        this.side = Side.source(stream, wake, first);
        this.units = layout.bulkBytes() / PacketLayout.ALIGNMENT;
        this.used = new BitSet(units);
        this.underWay = new int[units];
    }

    /** An empty handle. */
    public Packet packet() {
        return new Packet(side, stream);
    }

    /**
     * Allocates a packet of {@code bytes} bytes, whose content is whatever was there before.
     *
     * @return WAIT when the bulk buffer has no room for it, or as many packets as there are entries are allocated already
     * @throws IllegalArgumentException if there can be no such packet
     */
    public Progress allocate(Packet packet, int bytes) {
        packet.check(side, true);
        if (bytes <= 0 || bytes > layout.bulkBytes()) {
            throw new IllegalArgumentException(
                    "A packet has 1 to " + layout.bulkBytes() + " bytes here and cannot have " + bytes + ".");
        }
        if (side.isBroken()) {
            return Progress.BROKEN;
        }
        int wanted = units(bytes);
        int place = held + side.ahead() == layout.entries() ? -1 : room(wanted);
        if (place < 0) {
            return Progress.WAIT;
        }
        used.set(place, place + wanted);
        next = place + wanted;
        held++;
        packet.set(place * PacketLayout.ALIGNMENT, bytes);
        return Progress.DONE;
    }

    private static int units(int bytes) {
        return (bytes - 1) / PacketLayout.ALIGNMENT + 1;
    }

    private int room(int wanted) {
        int place = room(wanted, next);
        return place < 0 ? room(wanted, 0) : place;
    }

    private int room(int wanted, int from) {
        int begin = used.nextClearBit(from);
        while (begin <= units - wanted) {
            int end = used.nextSetBit(begin);
            if (end < 0 || end - begin >= wanted) {
                return begin;
            }
            begin = used.nextClearBit(end);
        }
        return -1;
    }

    /**
     * Passes the packet to the sink, wakes the sink if it sleeps, and empties the handle. There is always room in the queue for a
     * packet that is allocated.
     *
     * @return DONE or BROKEN
     */
    public Progress submit(Packet packet) {
        packet.check(side, false);
        underWay[packet.offset() / PacketLayout.ALIGNMENT] = packet.length();
        Progress progress = side.put(packet.offset(), packet.length());
        held--;
        packet.clear();
        return progress;
    }

    /**
     * Takes back the next packet that the sink has acknowledged. It is allocated as before: to be read, to be submitted again, or
     * to be released.
     *
     * @return WAIT when there is none
     */
    public Progress acknowledged(Packet packet) {
        packet.check(side, true);
        Progress progress = side.take(side.ahead());
        if (progress != Progress.DONE) {
            return progress;
        }
        int offset = side.offset();
        int length = side.length();
        int unit = offset / PacketLayout.ALIGNMENT;
        if (!layout.holds(offset, length) || underWay[unit] != length) {
            return side.broken(new Breach.NotUnderWay(offset, length));
        }
        underWay[unit] = 0;
        held++;
        packet.set(offset, length);
        return Progress.DONE;
    }

    /** Gives the room of a packet back and empties the handle. */
    public void release(Packet packet) {
        packet.check(side, false);
        int unit = packet.offset() / PacketLayout.ALIGNMENT;
        used.clear(unit, unit + units(packet.length()));
        held--;
        packet.clear();
    }

    /** How many packets are submitted and not taken back. */
    public int underWay() {
        return side.ahead();
    }

    /**
     * Asks for a signal when the next packet is acknowledged; to be called before waiting for one.
     *
     * @return WAIT when there will be a signal, DONE when a packet is acknowledged already and nobody will signal. With nothing
     *     under way there is nothing that a signal could come for
     */
    public Progress arm() {
        return side.arm(side.ahead(), 1);
    }

    /**
     * The same for when {@code packets} packets are acknowledged, or all that are under way if these are fewer: who goes on only when there is room for
     * many is not woken for each. For streams whose sink is known to acknowledge every packet without waiting for further ones.
     *
     * @return as of {@link #arm()}; DONE already when one packet is acknowledged
     * @throws IllegalArgumentException if {@code packets} is not positive
     */
    public Progress arm(int packets) {
        if (packets <= 0) {
            throw new IllegalArgumentException("One waits for one packet at least and not for " + packets + ".");
        }
        return side.arm(side.ahead(), Math.max(1, Math.min(packets, side.ahead())));
    }

    /** How the sink broke the rules, once it did. */
    public Optional<Breach> breach() {
        return side.breach();
    }
}
