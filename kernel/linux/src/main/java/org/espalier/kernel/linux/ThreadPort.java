package org.espalier.kernel.linux;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.espalier.base.Failure;
import org.espalier.base.Message;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.base.spi.Upcalls;
import org.espalier.kernel.hw.Faults;
import org.jspecify.annotations.Nullable;

/**
 * A thread of a component as it sees its kernel: its channel and its message. Confined to that thread. When the channel is closed, the
 * kernel has ended what the thread was for, and there is nothing left to do for it.
 */
final class ThreadPort {
    private final PacketChannel channel;
    private final int[] indices = new int[Message.MAX_CAPS];
    private @Nullable Message message;

    ThreadPort(PacketChannel channel) {
        this.channel = channel;
    }

    /** Thrown through the frames of the component's code when the kernel is gone. */
    static final class Ended extends Error {
        private static final long serialVersionUID = 1;

        Ended() {
            super("The kernel has ended this thread.", null, false, false);
        }
    }

    /** Code of the component. */
    interface Body {
        void run() throws Throwable;
    }

    /** A message of the component. */
    private static final class ProcessMessage extends Message {
        ProcessMessage(ComponentKernel kernel) {
            super(kernel);
        }
    }

    /** The message of this thread. */
    Message message(ComponentKernel kernel) {
        Message own = message;
        if (own == null) {
            own = new ProcessMessage(kernel);
            message = own;
        }
        return own;
    }

    /** Runs code of the component on this thread, which is the calling one; tells the kernel if that fails, and returns whether it did not. */
    boolean execute(ProcessKernel kernel, Body body) {
        kernel.enter(this);
        try {
            body.run();
            return true;
        } catch (Ended e) {
            return false;
        } catch (Throwable fault) {
            fault(fault);
            return false;
        }
    }

    private void fault(Throwable fault) {
        channel.begin(Protocol.FAULT, 0, 0).with(Faults.describe(fault).getBytes(StandardCharsets.UTF_8));
        boolean _ = channel.send(null);
    }

    void close() {
        channel.close();
    }

    /** Says that the component has constructed itself, and then does what comes, until the entrypoint ends. */
    void serve(ProcessKernel kernel, Upcalls upcalls) {
        channel.begin(Protocol.DONE, 0, 0);
        if (channel.send(null)) {
            serveNext(kernel, upcalls);
        }
    }

    /** Does what comes at an entrypoint that waits. */
    void serveNext(ProcessKernel kernel, Upcalls upcalls) {
        boolean goesOn = execute(kernel, () -> {
            while (channel.receive() == PacketChannel.Received.PACKET) {
                upcall(kernel, upcalls);
                if (!channel.send(null)) {
                    return;
                }
            }
        });
        if (goesOn) {
            channel.close();
        }
    }

    private void upcall(ComponentKernel kernel, Upcalls upcalls) {
        long id = channel.argument(0);
        if (channel.operation() == Protocol.SIGNAL) {
            upcalls.signal(id, channel.index());
            channel.begin(Protocol.DONE, 0, 0);
        } else {
            Message request = message(kernel);
            channel.takeInto(request, indices);
            upcalls.request(id, request);
            channel.begin(Protocol.REPLY, 0, 0).with(request);
        }
    }

    // ---- operations

    int call(int capability, int acceptedCaps) {
        Message own = message;
        if (own == null) {
            throw new IllegalStateException("A call needs the thread's message, and nobody has asked for it.");
        }
        channel.begin(Protocol.CALL, capability, acceptedCaps).with(own);
        exchange();
        channel.takeInto(own, indices);
        return own.word();
    }

    int operate(int operation, int index, long argument) {
        channel.begin(operation, index, argument);
        exchange();
        return channel.index();
    }

    /** The same for an operation that may bring a descriptor, which is the caller's. */
    Brought bring(int operation, int index, long first, long second, long third, byte[] text) {
        channel.begin(operation, index, first, second, third).with(text);
        if (!channel.send(null) || channel.receiveWithDescriptor() != PacketChannel.Received.PACKET) {
            throw new Ended();
        }
        return new Brought(channel.index(), channel.argument(0), channel.argument(1), channel.descriptor());
    }

    /**
     * An answer with what came beside it.
     *
     * @param result the index, or a negated status
     */
    record Brought(
            int result, long first, long second, @Nullable Descriptor descriptor) {
        Failure failure() {
            return Stream.of(Failure.values())
                    .filter(failure -> failure.status() == -result)
                    .findFirst()
                    .orElse(Failure.GONE);
        }
    }

    private void exchange() {
        if (!channel.send(null) || channel.receive() != PacketChannel.Received.PACKET) {
            throw new Ended();
        }
    }

    /** Says the last word of a component. */
    void halt() {
        channel.begin(Protocol.HALT, 0, 0);
        boolean _ = channel.send(null);
        // The kernel ends the process; until then this thread must not go on.
        PacketChannel.Received received;
        do {
            received = channel.receive();
        } while (received != PacketChannel.Received.CLOSED);
        throw new Ended();
    }
}
