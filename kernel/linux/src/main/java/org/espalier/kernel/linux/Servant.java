package org.espalier.kernel.linux;

import java.nio.charset.StandardCharsets;
import org.espalier.base.Failure;
import org.espalier.base.Message;
import org.espalier.base.spi.Attachment;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.base.spi.Upcalls;
import org.espalier.kernel.hw.Carrier;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's end of one thread of a component: to the kernel's tables it is code of the component's domain, which does what comes on the
 * channel. At an entrypoint an upcall is a packet to the component, and lasts until the component says that it is done.
 *
 * <p>What comes is hostile: indices go to the kernel's tables, which check each, and everything else is checked here. A packet that breaks
 * the protocol ends the component.
 *
 * <p>Used by one thread at a time, as the entrypoint or the thread is.
 */
final class Servant implements Upcalls {
    private static final int MOST_NAME = 64;

    private final ComponentProcess process;
    private final PacketChannel channel;
    private final int[] indices = new int[Message.MAX_CAPS];

    Servant(ComponentProcess process, PacketChannel channel) {
        this.process = process;
        this.channel = channel;
    }

    @Override
    public void request(long objectId, Message message) {
        channel.begin(Protocol.REQUEST, 0, objectId).with(message);
        send(null);
        serve(Protocol.REPLY);
        channel.takeInto(message, indices);
    }

    @Override
    public void signal(long contextId, int count) {
        channel.begin(Protocol.SIGNAL, count, contextId);
        send(null);
        serve(Protocol.DONE);
    }

    /** Does what the component asks for, until it has constructed itself. */
    void serveConstruction() {
        serve(Protocol.DONE);
    }

    /** Does what a thread of the component asks for, until that ends. */
    void serveThread() {
        while (receive() == PacketChannel.Received.PACKET) {
            handle();
        }
    }

    private void serve(int end) {
        while (true) {
            if (receive() == PacketChannel.Received.CLOSED) {
                throw process.lost();
            }
            if (channel.operation() == end) {
                return;
            }
            handle();
        }
    }

    private PacketChannel.Received receive() {
        PacketChannel.Received received = channel.receive();
        if (received == PacketChannel.Received.TOO_LARGE) {
            throw process.violation("it sent more than a packet");
        }
        if (received == PacketChannel.Received.PACKET && !channel.isWellFormed()) {
            throw process.violation("it sent a packet whose length is not what it says");
        }
        return received;
    }

    private void send(@Nullable Descriptor beside) {
        if (!channel.send(beside)) {
            throw process.lost();
        }
    }

    private void answer(int result) {
        channel.begin(Protocol.ANSWER, result, 0);
        send(null);
    }

    private void handle() {
        ComponentKernel kernel = process.kernel();
        int index = channel.index();
        long first = channel.argument(0);
        switch (channel.operation()) {
            case Protocol.CALL -> call(kernel, index, first);
            case Protocol.RELEASE -> {
                kernel.release(index);
                answer(0);
            }
            case Protocol.CREATE_OBJECT -> answer(kernel.createObject(index, first));
            case Protocol.CREATE_SIGNAL_CONTEXT -> answer(kernel.createSignalContext(index, first));
            case Protocol.DISSOLVE -> {
                kernel.dissolve(index);
                answer(0);
            }
            case Protocol.SUBMIT -> answer(kernel.submit(index, Math.clamp(first, 0, Integer.MAX_VALUE)));
            case Protocol.SUBMIT_ON_LEAVE -> answer(kernel.submitOnLeave(index));
            case Protocol.AWAIT_SIGNAL -> answer(kernel.awaitSignal(index));
            case Protocol.ATTACH -> attach(kernel, index, first, channel.argument(1), channel.argument(2) != 0);
            case Protocol.DETACH -> {
                kernel.detach(index);
                answer(0);
            }
            case Protocol.CREATE_ENTRYPOINT -> createEntrypoint(kernel);
            case Protocol.DESTROY_ENTRYPOINT -> {
                kernel.destroyEntrypoint(index);
                process.closeEntrypoint(index);
                answer(0);
            }
            case Protocol.START_THREAD -> startThread(kernel, index);
            case Protocol.HALT -> kernel.halt();
            case Protocol.FAULT -> throw new Carrier.Fault(new String(channel.text(), StandardCharsets.UTF_8));
            case Protocol.LINK, Protocol.SERVE -> answer(-Failure.UNSUPPORTED.status());
            default -> throw process.violation("it asked for the operation " + channel.operation());
        }
    }

    private void call(ComponentKernel kernel, int capability, long acceptedCaps) {
        if (acceptedCaps < 0 || acceptedCaps > Message.MAX_CAPS) {
            throw process.violation("it accepted " + acceptedCaps + " capabilities");
        }
        Message message = kernel.message();
        channel.takeInto(message, indices);
        kernel.call(message, capability, (int) acceptedCaps);
        channel.begin(Protocol.ANSWER, 0, 0).with(message);
        send(null);
    }

    private void attach(ComponentKernel kernel, int dataspace, long offset, long size, boolean writable) {
        Carrier.Shown shown = process.domain().memory(dataspace);
        switch (kernel.attach(dataspace, offset, size, writable)) {
            case Attachment.Refused(Failure failure) -> answer(-failure.status());
            case Attachment.Attached(int region, var window) -> {
                // The same index may have got another name between the two questions; both were the component's.
                if (shown instanceof Carrier.Shown.Bytes(FileMemory memory, boolean mayWrite)
                        && (mayWrite || !writable)
                        && offset + window.size() <= memory.bytes()) {
                    show(kernel, region, memory, offset, window.size(), writable);
                } else {
                    kernel.detach(region);
                    answer(-Failure.GONE.status());
                }
            }
        }
    }

    private void show(ComponentKernel kernel, int region, FileMemory memory, long offset, long size, boolean writable) {
        try (Descriptor file = memory.open(writable)) {
            channel.begin(Protocol.ANSWER, region, offset, size, 0);
            send(file);
        } catch (HostException | IllegalStateException e) {
            // It was freed meanwhile, or the host has no descriptor left.
            kernel.detach(region);
            answer(-Failure.GONE.status());
        }
    }

    private void createEntrypoint(ComponentKernel kernel) {
        String text = new String(channel.text(), StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", " ");
        String name = text.substring(0, Math.min(text.length(), MOST_NAME));
        Channel.ThreadPair pair = process.threadPair();
        // From here on it is closed with the process at the latest, whatever is thrown.
        process.opened(0, pair.here());
        try (Descriptor there = pair.there()) {
            int number = kernel.createEntrypoint(name, new Servant(process, pair.here()));
            if (number > 0) {
                process.opened(number, pair.here());
                channel.begin(Protocol.ANSWER, number, 0);
                send(there);
            } else {
                process.forget(pair.here());
                pair.here().close();
                answer(number);
            }
        }
    }

    private void startThread(ComponentKernel kernel, int thread) {
        Channel.ThreadPair pair = process.threadPair();
        try (Descriptor there = pair.there()) {
            process.opened(0, pair.here());
            int status = kernel.startThread(thread, () -> {
                try (PacketChannel here = pair.here()) {
                    new Servant(process, here).serveThread();
                } finally {
                    process.forget(pair.here());
                }
            });
            if (status == 0) {
                channel.begin(Protocol.ANSWER, 0, 0);
                send(there);
            } else {
                process.forget(pair.here());
                pair.here().close();
                answer(status);
            }
        }
    }
}
