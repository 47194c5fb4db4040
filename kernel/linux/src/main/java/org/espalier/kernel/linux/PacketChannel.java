package org.espalier.kernel.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;
import org.espalier.base.Message;
import org.jspecify.annotations.Nullable;

/**
 * One end of the channel of a thread, with the memory for one packet of the {@link Protocol}: what is received replaces what was sent. Both
 * the kernel and the JVM of a component use it, each its own end. Nothing is allocated for a packet.
 *
 * <p>Used by one thread at a time, but for {@link #close}, which any thread may call and which wakes who waits.
 */
final class PacketChannel implements AutoCloseable {
    private static final int VECTOR_AT = Channel.HEADER_BYTES;
    private static final int RIGHTS_AT = VECTOR_AT + Channel.VECTOR_BYTES;
    private static final int RIGHTS_BYTES = Channel.RIGHTS_HEADER_BYTES + Integer.BYTES;
    private static final int PACKET_AT = RIGHTS_AT + 32;

    private final Descriptor socket;
    private final MemorySegment memory = Arena.ofAuto().allocate(PACKET_AT + Protocol.MOST_BYTES, Long.BYTES);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Spins spins = Spins.atHost();
    private int received;

    /** Takes over one end of a channel. */
    PacketChannel(Descriptor socket) {
        this.socket = socket;
        memory.set(ValueLayout.JAVA_LONG, Channel.VECTORS, memory.address() + VECTOR_AT);
        memory.set(ValueLayout.JAVA_LONG, Channel.VECTOR_COUNT, 1);
        memory.set(ValueLayout.JAVA_LONG, VECTOR_AT, memory.address() + PACKET_AT);
    }

    /** What is to be sent, and what was received. */
    int operation() {
        return getInt(Protocol.OPERATION);
    }

    int index() {
        return getInt(Protocol.INDEX);
    }

    long argument(int number) {
        return memory.get(ValueLayout.JAVA_LONG, PACKET_AT + Protocol.ARGUMENTS + (long) Long.BYTES * number);
    }

    private int getInt(int at) {
        return memory.get(ValueLayout.JAVA_INT, (long) PACKET_AT + at);
    }

    private void setInt(int at, int value) {
        memory.set(ValueLayout.JAVA_INT, (long) PACKET_AT + at, value);
    }

    /** Begins a packet without a message. */
    PacketChannel begin(int operation, int index, long first, long second, long third) {
        memory.asSlice(PACKET_AT, Protocol.HEAD_BYTES).fill((byte) 0);
        setInt(Protocol.OPERATION, operation);
        setInt(Protocol.INDEX, index);
        memory.set(ValueLayout.JAVA_LONG, PACKET_AT + Protocol.ARGUMENTS, first);
        memory.set(ValueLayout.JAVA_LONG, PACKET_AT + Protocol.ARGUMENTS + Long.BYTES, second);
        memory.set(ValueLayout.JAVA_LONG, PACKET_AT + Protocol.ARGUMENTS + 2 * Long.BYTES, third);
        return this;
    }

    PacketChannel begin(int operation, int index, long first) {
        return begin(operation, index, first, 0, 0);
    }

    /** Adds a message; the indices in it stay what they are. */
    PacketChannel with(Message message) {
        setInt(Protocol.WORD, message.word());
        setInt(Protocol.LENGTH, message.store(memory, PACKET_AT + Protocol.HEAD_BYTES));
        int caps = Math.clamp(message.capCount(), 0, Message.MAX_CAPS);
        setInt(Protocol.CAP_COUNT, caps);
        for (int i = 0; i < caps; i++) {
            setInt(Protocol.CAPS + Integer.BYTES * i, message.cap(i));
        }
        return this;
    }

    /** Adds text as the bytes of the message, cut off where it is too long. */
    PacketChannel with(byte[] text) {
        int length = Math.min(text.length, Message.MAX_BYTES);
        MemorySegment.copy(text, 0, memory, ValueLayout.JAVA_BYTE, PACKET_AT + Protocol.HEAD_BYTES, length);
        setInt(Protocol.LENGTH, length);
        return this;
    }

    /** Adds one capability by its index at the receiver. */
    PacketChannel withCapability(int index) {
        setInt(Protocol.CAP_COUNT, 1);
        setInt(Protocol.CAPS, index);
        return this;
    }

    /** Whether what was received is as long as it says, and names no more capabilities than there can be. */
    boolean isWellFormed() {
        int length = received < Protocol.HEAD_BYTES ? -1 : getInt(Protocol.LENGTH);
        int caps = received < Protocol.HEAD_BYTES ? -1 : getInt(Protocol.CAP_COUNT);
        return length >= 0
                && length <= Message.MAX_BYTES
                && received == Protocol.HEAD_BYTES + length
                && caps >= 0
                && caps <= Message.MAX_CAPS;
    }

    /** Puts the message of the packet, which is well-formed, into {@code message}; {@code indices} is room for those of its capabilities. */
    void takeInto(Message message, int[] indices) {
        message.load(getInt(Protocol.WORD), memory, PACKET_AT + Protocol.HEAD_BYTES, getInt(Protocol.LENGTH));
        int caps = getInt(Protocol.CAP_COUNT);
        for (int i = 0; i < caps; i++) {
            indices[i] = getInt(Protocol.CAPS + Integer.BYTES * i);
        }
        message.setCaps(indices, caps);
    }

    /** The bytes of the message. */
    byte[] text() {
        return memory.asSlice(PACKET_AT + Protocol.HEAD_BYTES, getInt(Protocol.LENGTH))
                .toArray(ValueLayout.JAVA_BYTE);
    }

    /**
     * Sends the packet that was begun, without waiting: the other end has asked for it, and what it has asked for before was received.
     *
     * @param beside a descriptor of which the other end gets a copy
     * @return whether it is on its way; false when nobody is there, or does not receive
     */
    boolean send(@Nullable Descriptor beside) {
        memory.set(ValueLayout.JAVA_LONG, VECTOR_AT + Long.BYTES, Protocol.HEAD_BYTES + getInt(Protocol.LENGTH));
        if (beside == null) {
            control(0);
            return transmit();
        }
        int number;
        try {
            number = beside.hold();
        } catch (IllegalStateException e) {
            // Freed by somebody meanwhile: the answer goes without it, and tells nothing by that.
            control(0);
            return transmit();
        }
        try {
            control(RIGHTS_BYTES);
            memory.set(ValueLayout.JAVA_LONG, RIGHTS_AT, RIGHTS_BYTES);
            memory.set(ValueLayout.JAVA_INT, RIGHTS_AT + Channel.RIGHTS_LEVEL, Channel.SOL_SOCKET);
            memory.set(ValueLayout.JAVA_INT, RIGHTS_AT + Channel.RIGHTS_TYPE, Channel.SCM_RIGHTS);
            memory.set(ValueLayout.JAVA_INT, RIGHTS_AT + Channel.RIGHTS_HEADER_BYTES, number);
            return transmit();
        } finally {
            beside.release();
        }
    }

    private void control(long bytes) {
        memory.set(ValueLayout.JAVA_LONG, Channel.CONTROL, bytes == 0 ? 0 : memory.address() + RIGHTS_AT);
        memory.set(ValueLayout.JAVA_LONG, Channel.CONTROL_LENGTH, bytes);
        memory.set(ValueLayout.JAVA_INT, Channel.FLAGS, 0);
    }

    private boolean transmit() {
        long result;
        do {
            result = call(SystemCall.SENDMSG, Channel.MSG_NOSIGNAL | Channel.MSG_DONTWAIT);
        } while (result == -Host.EINTR);
        return result >= 0;
    }

    /** What has come. */
    enum Received {
        /** A packet, which may be malformed. */
        PACKET,
        /** More than a packet, or descriptors where none are taken; all of those are closed. */
        TOO_LARGE,
        /** Nobody is there any more. */
        CLOSED
    }

    /** Waits for a packet, and takes no descriptors: whoever sends some has them closed. */
    Received receive() {
        control(0);
        return receiveNow();
    }

    /** Waits for a packet that may bring one descriptor. */
    Received receiveWithDescriptor() {
        control(RIGHTS_BYTES);
        memory.set(ValueLayout.JAVA_LONG, RIGHTS_AT, 0);
        return receiveNow();
    }

    private Received receiveNow() {
        memory.set(ValueLayout.JAVA_LONG, VECTOR_AT + Long.BYTES, Protocol.MOST_BYTES);
        long result = await();
        if (result <= 0) {
            received = 0;
            return Received.CLOSED;
        }
        received = (int) result;
        int flags = memory.get(ValueLayout.JAVA_INT, Channel.FLAGS);
        return (flags & (Channel.MSG_TRUNC | Channel.MSG_CTRUNC)) == 0 ? Received.PACKET : Received.TOO_LARGE;
    }

    /** Waits for what comes, and looks some times before it sleeps: who has just been answered mostly asks again soon. */
    private long await() {
        int most = spins.most();
        for (int look = 0; look < most; look++) {
            long result = call(SystemCall.RECVMSG, Channel.MSG_CMSG_CLOEXEC | Channel.MSG_DONTWAIT);
            if (result != -Host.EAGAIN && result != -Host.EINTR) {
                spins.met();
                return result;
            }
            Thread.onSpinWait();
        }
        spins.missed();
        long result;
        do {
            result = call(SystemCall.RECVMSG, Channel.MSG_CMSG_CLOEXEC);
        } while (result == -Host.EINTR);
        return result;
    }

    /** The descriptor that came beside the last packet, now the caller's; {@code null} when there was none. */
    @Nullable Descriptor descriptor() {
        boolean came = memory.get(ValueLayout.JAVA_LONG, Channel.CONTROL_LENGTH) >= RIGHTS_BYTES
                && memory.get(ValueLayout.JAVA_LONG, RIGHTS_AT) == RIGHTS_BYTES
                && memory.get(ValueLayout.JAVA_INT, RIGHTS_AT + Channel.RIGHTS_TYPE) == Channel.SCM_RIGHTS;
        return came ? new Descriptor(memory.get(ValueLayout.JAVA_INT, RIGHTS_AT + Channel.RIGHTS_HEADER_BYTES)) : null;
    }

    private long call(SystemCall call, long flags) {
        try {
            return socket.call(call, memory.address(), flags);
        } catch (IllegalStateException e) {
            // Closed by another thread, before this one has begun.
            return -Host.EPIPE;
        }
    }

    /** Ends the connection for both ends; the descriptor stays open until {@link #close}. */
    void shutDown() {
        try {
            long _ = socket.call(SystemCall.SHUTDOWN, Channel.SHUT_BOTH, 0);
        } catch (IllegalStateException e) {
            // Closed by another thread, which is more.
            return;
        }
    }

    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            // Refused only if the other end has done it.
            long _ = socket.call(SystemCall.SHUTDOWN, Channel.SHUT_BOTH, 0);
            socket.close();
        }
    }
}
