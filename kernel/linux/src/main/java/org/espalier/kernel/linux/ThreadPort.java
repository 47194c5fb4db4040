package org.espalier.kernel.linux;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
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
    private static final byte[] NOTHING = {};

    /** As many signals are held back until an upcall is over, and those beyond are submitted at once. */
    private static final int MOST_ON_LEAVE = 8;

    /** A slot counts with 32 bits; larger numbers go by the kernel, which counts up to what an {@code int} holds and no further. */
    private static final int MOST_COUNTED = 1 << 16;

    /** Where the kernel listens while a packet of it is being served, or always for a thread. */
    private final PacketChannel main;

    /** Where it listens while a slot is being served. */
    private @Nullable PacketChannel companion;

    /** The one of the two to speak on now. */
    private PacketChannel channel;

    private final int[] indices = new int[Message.MAX_CAPS];
    private @Nullable Message message;
    private @Nullable SlotClient client;
    private @Nullable SlotServer server;
    private boolean hasTriedToServe;

    /** Which slot is being served; -1 for none. */
    private int slot = -1;

    /** The entrypoints that wait for what is being done, as a set of bits. */
    private long chain;

    private final int[] onLeave = new int[MOST_ON_LEAVE];
    private int onLeaveCount;

    ThreadPort(PacketChannel channel) {
        this.main = channel;
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
        main.close();
    }

    /** Says that the component has constructed itself, and then does what comes, until the entrypoint ends. */
    void serve(ProcessKernel kernel, Upcalls upcalls) {
        main.begin(Protocol.DONE, 0, 0);
        if (main.send(null)) {
            serveNext(kernel, upcalls);
        }
    }

    /** Does what comes at an entrypoint that waits. */
    void serveNext(ProcessKernel kernel, Upcalls upcalls) {
        boolean goesOn = execute(kernel, () -> {
            while (server == null) {
                if (!upcall(kernel, upcalls)) {
                    return;
                }
            }
            server.run(message(kernel), slotUpcalls(kernel, upcalls));
        });
        if (goesOn) {
            main.close();
        }
    }

    /** Receives an upcall of the kernel and makes it; false when none comes any more. */
    private boolean upcall(ProcessKernel kernel, Upcalls upcalls) {
        if (main.receive() != PacketChannel.Received.PACKET) {
            return false;
        }
        long id = main.argument(0);
        boolean wanted = main.argument(Protocol.WANTED) != 0;
        if (main.operation() == Protocol.SIGNAL) {
            upcalls.signal(id, main.index());
            lookAtSlots(wanted);
            main.begin(Protocol.DONE, 0, 0);
        } else {
            Message request = message(kernel);
            chain = main.argument(Protocol.CHAIN);
            main.takeInto(request, indices);
            upcalls.request(id, request);
            chain = 0;
            lookAtSlots(wanted);
            main.begin(Protocol.REPLY, 0, 0).with(request);
        }
        boolean goesOn = main.send(null);
        submitHeldBack(kernel);
        return goesOn;
    }

    private SlotServer.Upcalls slotUpcalls(ProcessKernel kernel, Upcalls upcalls) {
        PacketChannel beside = Objects.requireNonNull(companion);
        return new SlotServer.Upcalls() {
            @Override
            public boolean packet() {
                // What is left to do when the reply is on its way the kernel hears beside: it listens here no more.
                return upcall(kernel, upcalls);
            }

            @Override
            public void request(int index, long id, Message request) {
                channel = beside;
                slot = index;
                upcalls.request(id, request);
                slot = -1;
                channel = main;
            }

            @Override
            public void signal(long id, int count) {
                channel = beside;
                upcalls.signal(id, count);
                channel = main;
            }

            @Override
            public void left() {
                submitHeldBack(kernel);
            }
        };
    }

    /** Begins to look at slots, when somebody would like to call by one; within an upcall, before it is answered. */
    private void lookAtSlots(boolean wanted) {
        if (!wanted || hasTriedToServe) {
            return;
        }
        hasTriedToServe = true;
        Descriptor beside = bring(Protocol.SERVE, Protocol.SERVE_COMPANION, 0, 0, 0, NOTHING)
                .descriptor();
        Descriptor board =
                bring(Protocol.SERVE, Protocol.SERVE_BOARD, 0, 0, 0, NOTHING).descriptor();
        try (board) {
            if (beside != null && board != null) {
                MappedFile mapped = new MappedFile(board, 0, SlotLayout.BOARD_BYTES, false);
                if (operate(Protocol.SERVE, Protocol.SERVE_LOOKS, 0) > 0) {
                    companion = new PacketChannel(beside);
                    server = new SlotServer(this::slotPage, mapped);
                }
            }
        } catch (HostException e) {
            // Without the addresses for it, calls go on to come by the kernel.
            return;
        }
    }

    private void submitHeldBack(ProcessKernel kernel) {
        int count = onLeaveCount;
        if (count > 0) {
            onLeaveCount = 0;
            PacketChannel before = channel;
            channel = companion == null ? main : companion;
            for (int i = 0; i < count; i++) {
                submit(kernel, onLeave[i], 1);
            }
            channel = before;
        }
    }

    // ---- by slots

    private SlotClient.@Nullable Link link(ProcessKernel kernel, int capability) {
        SlotClient own = client;
        if (own == null) {
            own = new SlotClient(this, kernel);
            client = own;
        }
        return own.find(capability);
    }

    /**
     * Calls by a slot where that is possible; false when the call is to be made by the kernel. While a slot is being served that is every one: the
     * kernel alone knows who waits for whom then.
     */
    private boolean callBySlot(ProcessKernel kernel, Message own, int capability, int acceptedCaps) {
        if (acceptedCaps != 0 || own.capCount() != 0 || slot >= 0) {
            return false;
        }
        SlotClient.Link link = link(kernel, capability);
        OpenSlot open = link == null ? null : link.slot;
        if (link == null || open == null || link.context || (link.bit & chain) != 0) {
            return false;
        }
        return switch (open.call(own, link.token, link.serial)) {
            case ANSWERED -> true;
            case UNKNOWN -> {
                link.forget();
                yield false;
            }
            case CLOSED -> {
                own.fail(Failure.GONE);
                yield true;
            }
        };
    }

    private boolean submitBySlot(ProcessKernel kernel, int capability, int count) {
        SlotClient.Link link = count < 1 || count > MOST_COUNTED ? null : link(kernel, capability);
        OpenSlot open = link == null ? null : link.slot;
        if (link == null || open == null || !link.context) {
            return false;
        }
        if (!open.submit(link.token, link.serial, count)) {
            link.forget();
            return false;
        }
        return true;
    }

    int submit(ProcessKernel kernel, int capability, int count) {
        return submitBySlot(kernel, capability, count) ? 0 : operate(Protocol.SUBMIT, capability, count);
    }

    int submitOnLeave(ProcessKernel kernel, int capability) {
        SlotClient.Link link = link(kernel, capability);
        if (companion == null || link == null || !link.context || onLeaveCount == MOST_ON_LEAVE) {
            return operate(Protocol.SUBMIT_ON_LEAVE, capability, 0);
        }
        onLeave[onLeaveCount++] = capability;
        return 0;
    }

    // ---- operations

    int call(ProcessKernel kernel, int capability, int acceptedCaps) {
        Message own = message;
        if (own == null) {
            throw new IllegalStateException("A call needs the thread's message, and nobody has asked for it.");
        }
        if (callBySlot(kernel, own, capability, acceptedCaps)) {
            return own.word();
        }
        channel.begin(Protocol.CALL, capability, acceptedCaps, slot + 1, 0).with(own);
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
        return bring(channel, operation, index, first, second, third, text);
    }

    private Brought slotPage(int index) {
        return bring(Objects.requireNonNull(companion), Protocol.SERVE, Protocol.SERVE_SLOT + index, 0, 0, 0, NOTHING);
    }

    private static Brought bring(
            PacketChannel channel, int operation, int index, long first, long second, long third, byte[] text) {
        channel.begin(operation, index, first, second, third).with(text);
        // One that is too large is an answer whose descriptor the host has closed, for this process has as many open as
        // it may.
        if (!channel.send(null) || channel.receiveWithDescriptor() == PacketChannel.Received.CLOSED) {
            throw new Ended();
        }
        return new Brought(
                channel.index(), channel.argument(0), channel.argument(1), channel.argument(2), channel.descriptor());
    }

    /**
     * An answer with what came beside it. Where nothing came although it is no refusal, the process may have no more open, and what was
     * made is to be undone.
     *
     * @param result the index, or a negated status
     */
    record Brought(
            int result,
            long first,
            long second,
            long third,
            @Nullable Descriptor descriptor) {
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
