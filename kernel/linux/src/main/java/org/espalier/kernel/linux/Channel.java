package org.espalier.kernel.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One end of a connection between the kernel and a process: messages arrive whole and in order, with descriptors beside them. Who is
 * at the other end is settled by who was given it, so nothing in a message has to say so. What arrives is hostile until proved
 * otherwise; a message of too many bytes, or with more descriptors than are taken, is told as such and leaves none open. A
 * descriptor that arrives may be anything, the sender's end of this very channel included, which keeps that open for as long.
 *
 * <p>Thread-safe; messages are received by one thread at a time. Closing wakes who waits. Source: unix(7), {@code SOCK_SEQPACKET} and {@code SCM_RIGHTS}.
 */
final class Channel implements AutoCloseable {
    /** Bytes of one message. */
    static final int MOST_BYTES = 2048;

    /** Descriptors of one message. */
    static final int MOST_DESCRIPTORS = 4;

    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_CLOEXEC = 0x80000;
    static final int SOL_SOCKET = 1;
    static final int SCM_RIGHTS = 1;
    static final int MSG_CTRUNC = 0x8;
    static final int MSG_TRUNC = 0x20;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int MSG_CMSG_CLOEXEC = 0x40000000;

    // struct msghdr, struct iovec and struct cmsghdr.
    static final int VECTORS = 16;
    static final int VECTOR_COUNT = 24;
    static final int CONTROL = 32;
    static final int CONTROL_LENGTH = 40;
    static final int FLAGS = 48;
    static final int HEADER_BYTES = 56;
    static final int VECTOR_BYTES = 16;
    static final int RIGHTS_HEADER_BYTES = 16;
    static final int RIGHTS_LEVEL = 8;
    static final int RIGHTS_TYPE = 12;

    static final int SHUT_BOTH = 2;
    private static final int POLL_BYTES = 8;
    private static final int POLL_EVENTS = 4;
    private static final int POLL_FOUND = 6;

    /** A descriptor that the host does not look at. */
    private static final int NOBODY = -1;

    private static final short POLLIN = 1;

    private final Descriptor socket;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Whether the other side has ended the connection; for the thread that receives. */
    private boolean ended;

    Channel(Descriptor socket) {
        this.socket = socket;
    }

    /** Both ends of a new connection; that of the other side is to be given away, and its descriptor here to be closed. */
    record Pair(Channel here, Descriptor there) {}

    static Pair pair() throws HostException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment both = arena.allocate(ValueLayout.JAVA_INT, 2);
            Host.demand(SystemCall.SOCKETPAIR, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, both.address(), 0, 0);
            return new Pair(
                    new Channel(new Descriptor(both.getAtIndex(ValueLayout.JAVA_INT, 0))),
                    new Descriptor(both.getAtIndex(ValueLayout.JAVA_INT, 1)));
        }
    }

    /** The two ends of a new channel of a thread; that of the component is to be given away, and its descriptor here to be closed. */
    record ThreadPair(PacketChannel here, Descriptor there) {}

    static ThreadPair threadPair() throws HostException {
        Pair pair = pair();
        return new ThreadPair(pair.here().packets(), pair.there());
    }

    /** Goes on with this end as the channel of a thread; it is that one's from now on. */
    PacketChannel packets() {
        return new PacketChannel(socket);
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
            int held = 0;
            try {
                if (descriptors.length > 0) {
                    long length = RIGHTS_HEADER_BYTES + (long) Integer.BYTES * descriptors.length;
                    MemorySegment rights = rights(arena, header, length);
                    rights.set(ValueLayout.JAVA_LONG, 0, length);
                    rights.set(ValueLayout.JAVA_INT, RIGHTS_LEVEL, SOL_SOCKET);
                    rights.set(ValueLayout.JAVA_INT, RIGHTS_TYPE, SCM_RIGHTS);
                    for (; held < descriptors.length; held++) {
                        long at = RIGHTS_HEADER_BYTES + (long) Integer.BYTES * held;
                        rights.set(ValueLayout.JAVA_INT, at, descriptors[held].hold());
                    }
                }
                return send(header);
            } finally {
                while (held > 0) {
                    descriptors[--held].release();
                }
            }
        }
    }

    private Sent send(MemorySegment header) throws HostException {
        while (true) {
            long result = socket.call(SystemCall.SENDMSG, header.address(), MSG_NOSIGNAL | MSG_DONTWAIT);
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

    /** What has arrived. */
    sealed interface Received {
        /** A message, its bytes little-endian; its descriptors are owned by whoever receives it. */
        record Message(ByteBuffer bytes, List<Descriptor> descriptors) implements Received {}

        /** A message that was too long, or brought too many descriptors; all of those that arrived were closed. */
        record TooLarge() implements Received {}

        /** The other end is closed, and nothing is left to receive. */
        record Closed() implements Received {}
    }

    /**
     * Waits until there is something to receive, the end included.
     *
     * @return whether there is, or the time is over
     */
    boolean arrives(Duration atMost) throws HostException {
        return arrives(atMost, NOBODY);
    }

    /**
     * The same, but not longer than {@code sender} runs, a process: the other end can be open in others that will never send.
     *
     * @return whether there is something to receive
     */
    boolean arrives(Duration atMost, Descriptor sender) throws HostException {
        int process = sender.hold();
        try {
            return arrives(atMost, process);
        } finally {
            sender.release();
        }
    }

    private boolean arrives(Duration atMost, int process) throws HostException {
        long end = System.nanoTime() + atMost.toNanos();
        int number = socket.hold();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment watched = arena.allocate(2L * POLL_BYTES, Integer.BYTES);
            watched.set(ValueLayout.JAVA_INT, 0, number);
            watched.set(ValueLayout.JAVA_SHORT, POLL_EVENTS, POLLIN);
            watched.set(ValueLayout.JAVA_INT, POLL_BYTES, process);
            watched.set(ValueLayout.JAVA_SHORT, POLL_BYTES + POLL_EVENTS, POLLIN);
            while (true) {
                long millis = Math.max(0, (end - System.nanoTime()) / 1_000_000);
                long result = Host.call(SystemCall.POLL, watched.address(), 2, millis);
                if (result >= 0) {
                    return watched.get(ValueLayout.JAVA_SHORT, POLL_FOUND) != 0;
                }
                if (result != -Host.EINTR) {
                    throw new HostException(SystemCall.POLL, (int) -result);
                }
            }
        } finally {
            socket.release();
        }
    }

    /** Waits for the next message. */
    Received receive() throws HostException {
        if (ended) {
            return new Received.Closed();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(MOST_BYTES);
            MemorySegment header = header(arena, bytes, MOST_BYTES);
            long room = RIGHTS_HEADER_BYTES + (long) Integer.BYTES * MOST_DESCRIPTORS;
            MemorySegment rights = rights(arena, header, room);
            long result;
            do {
                result = socket.call(SystemCall.RECVMSG, header.address(), MSG_CMSG_CLOEXEC);
            } while (result == -Host.EINTR);
            if (result < 0 && result != -Host.ECONNRESET) {
                throw new HostException(SystemCall.RECVMSG, (int) -result);
            }
            List<Descriptor> descriptors =
                    result < 0 ? List.of() : descriptors(rights, header.get(ValueLayout.JAVA_LONG, CONTROL_LENGTH));
            if (result <= 0) {
                // The host says the same at the end and for a message of no bytes. Nobody here sends one, so whoever
                // does has ended
                // the connection, and is held to it.
                descriptors.forEach(Descriptor::close);
                ended = true;
                shutDown();
                return new Received.Closed();
            }
            if ((header.get(ValueLayout.JAVA_INT, FLAGS) & (MSG_CTRUNC | MSG_TRUNC)) != 0) {
                descriptors.forEach(Descriptor::close);
                return new Received.TooLarge();
            }
            ByteBuffer content = ByteBuffer.wrap(bytes.asSlice(0, result).toArray(ValueLayout.JAVA_BYTE));
            return new Received.Message(content.order(ByteOrder.LITTLE_ENDIAN), List.copyOf(descriptors));
        }
    }

    /** Lets neither side send any more, and wakes who waits to receive. */
    private void shutDown() {
        // Refused only if it was done before.
        long _ = socket.call(SystemCall.SHUTDOWN, SHUT_BOTH, 0);
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
        if (!closed.getAndSet(true)) {
            shutDown();
            socket.close();
        }
    }
}
