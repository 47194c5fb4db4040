package org.espalier.kernel.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * One end of a connection between the kernel and a process: messages arrive whole and in order, with descriptors beside them. Who is
 * at the other end is settled by who was given it, so nothing in a message has to say so. What arrives is hostile until proved
 * otherwise; a message that is too long, or brings more descriptors than are taken, is told as such and leaves none open.
 *
 * <p>Sending and receiving may happen at the same time, on different threads. Source: unix(7), {@code SOCK_SEQPACKET} and {@code SCM_RIGHTS}.
 */
final class Channel implements AutoCloseable {
    /** Bytes of one message. */
    static final int MOST_BYTES = 2048;

    /** Descriptors of one message. */
    static final int MOST_DESCRIPTORS = 4;

    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_CTRUNC = 0x8;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;

    // struct msghdr, struct iovec and struct cmsghdr.
    private static final int VECTORS = 16;
    private static final int VECTOR_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int HEADER_BYTES = 56;
    private static final int VECTOR_BYTES = 16;
    private static final int RIGHTS_HEADER_BYTES = 16;
    private static final int RIGHTS_LEVEL = 8;
    private static final int RIGHTS_TYPE = 12;

    private final Descriptor socket;

    Channel(Descriptor socket) {
        this.socket = socket;
    }

    /** Both ends of a new connection. */
    record Pair(Channel here, Channel there) {}

    static Pair pair() throws HostException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment both = arena.allocate(ValueLayout.JAVA_INT, 2);
            Host.demand(SystemCall.SOCKETPAIR, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, both.address(), 0, 0);
            return new Pair(
                    new Channel(new Descriptor(both.getAtIndex(ValueLayout.JAVA_INT, 0))),
                    new Channel(new Descriptor(both.getAtIndex(ValueLayout.JAVA_INT, 1))));
        }
    }

    Descriptor socket() {
        return socket;
    }

    /** What became of a message to be sent. */
    enum Sent {
        /** The other end will find it. */
        SENT,
        /** The other end does not take out what was sent before; nothing was sent. */
        FULL,
        /** Nobody is there any more. */
        CLOSED
    }

    /**
     * Sends without waiting.
     *
     * @param descriptors of which the other end gets a copy
     * @throws HostException if the host refuses for another reason than {@link Sent} names
     */
    Sent send(byte[] bytes, Descriptor... descriptors) throws HostException {
        if (bytes.length > MOST_BYTES || descriptors.length > MOST_DESCRIPTORS) {
            throw new IllegalArgumentException("A message of " + bytes.length + " bytes with " + descriptors.length
                    + " descriptors is larger than " + MOST_BYTES + " bytes with " + MOST_DESCRIPTORS + ".");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment header = header(arena, arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes), bytes.length);
            if (descriptors.length > 0) {
                long length = RIGHTS_HEADER_BYTES + (long) Integer.BYTES * descriptors.length;
                MemorySegment rights = rights(arena, header, length);
                rights.set(ValueLayout.JAVA_LONG, 0, length);
                rights.set(ValueLayout.JAVA_INT, RIGHTS_LEVEL, SOL_SOCKET);
                rights.set(ValueLayout.JAVA_INT, RIGHTS_TYPE, SCM_RIGHTS);
                for (int i = 0; i < descriptors.length; i++) {
                    rights.set(
                            ValueLayout.JAVA_INT,
                            RIGHTS_HEADER_BYTES + (long) Integer.BYTES * i,
                            descriptors[i].number());
                }
            }
            while (true) {
                long result =
                        Host.call(SystemCall.SENDMSG, socket.number(), header.address(), MSG_NOSIGNAL | MSG_DONTWAIT);
                if (result >= 0) {
                    return Sent.SENT;
                }
                switch ((int) -result) {
                    case Host.EINTR -> {}
                    case Host.EAGAIN -> {
                        return Sent.FULL;
                    }
                    case Host.EPIPE, Host.ECONNRESET -> {
                        return Sent.CLOSED;
                    }
                    default -> throw new HostException(SystemCall.SENDMSG, (int) -result);
                }
            }
        }
    }

    /** What has arrived. */
    sealed interface Received {
        /** A message, its bytes little-endian; its descriptors are owned by whoever receives it. */
        record Message(ByteBuffer bytes, List<Descriptor> descriptors) implements Received {}

        /** A message that was too long, or brought too many descriptors; all of those that arrived were closed. */
        record TooLarge() implements Received {}

        /** The other end is closed, and nothing is left to receive. */
        record Closed() implements Received {}
    }

    /** Waits for the next message. */
    Received receive() throws HostException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(MOST_BYTES);
            MemorySegment header = header(arena, bytes, MOST_BYTES);
            long room = RIGHTS_HEADER_BYTES + (long) Integer.BYTES * MOST_DESCRIPTORS;
            MemorySegment rights = rights(arena, header, room);
            while (true) {
                long result = Host.call(SystemCall.RECVMSG, socket.number(), header.address(), MSG_CMSG_CLOEXEC);
                if (result == -Host.EINTR) {
                    continue;
                }
                if (result == -Host.ECONNRESET) {
                    return new Received.Closed();
                }
                if (result < 0) {
                    throw new HostException(SystemCall.RECVMSG, (int) -result);
                }
                List<Descriptor> descriptors = descriptors(rights, header.get(ValueLayout.JAVA_LONG, CONTROL_LENGTH));
                if ((header.get(ValueLayout.JAVA_INT, FLAGS) & (MSG_CTRUNC | MSG_TRUNC)) != 0) {
                    descriptors.forEach(Descriptor::close);
                    return new Received.TooLarge();
                }
                // A message of no bytes is what the host says at the end; nobody here sends one, and who does has ended
                // the connection.
                if (result == 0) {
                    descriptors.forEach(Descriptor::close);
                    return new Received.Closed();
                }
                ByteBuffer content = ByteBuffer.wrap(bytes.asSlice(0, result).toArray(ValueLayout.JAVA_BYTE));
                return new Received.Message(content.order(ByteOrder.LITTLE_ENDIAN), List.copyOf(descriptors));
            }
        }
    }

    private static MemorySegment header(Arena arena, MemorySegment bytes, long length) {
        MemorySegment header = arena.allocate(HEADER_BYTES, Long.BYTES);
        MemorySegment vector = arena.allocate(VECTOR_BYTES, Long.BYTES);
        vector.set(ValueLayout.JAVA_LONG, 0, bytes.address());
        vector.set(ValueLayout.JAVA_LONG, Long.BYTES, length);
        header.set(ValueLayout.JAVA_LONG, VECTORS, vector.address());
        header.set(ValueLayout.JAVA_LONG, VECTOR_COUNT, 1);
        return header;
    }

    private static MemorySegment rights(Arena arena, MemorySegment header, long length) {
        MemorySegment rights = arena.allocate(length, Long.BYTES);
        header.set(ValueLayout.JAVA_LONG, CONTROL, rights.address());
        header.set(ValueLayout.JAVA_LONG, CONTROL_LENGTH, length);
        return rights;
    }

    /** Takes over what stands in the control part; there is room for one header, and nobody sends another kind than rights here. */
    private static List<Descriptor> descriptors(MemorySegment rights, long length) {
        List<Descriptor> descriptors = new ArrayList<>();
        if (length >= RIGHTS_HEADER_BYTES
                && rights.get(ValueLayout.JAVA_INT, RIGHTS_LEVEL) == SOL_SOCKET
                && rights.get(ValueLayout.JAVA_INT, RIGHTS_TYPE) == SCM_RIGHTS) {
            long end = Math.min(rights.get(ValueLayout.JAVA_LONG, 0), rights.byteSize());
            for (long at = RIGHTS_HEADER_BYTES; at + Integer.BYTES <= end; at += Integer.BYTES) {
                descriptors.add(new Descriptor(rights.get(ValueLayout.JAVA_INT, at)));
            }
        }
        return descriptors;
    }

    @Override
    public void close() {
        socket.close();
    }
}
