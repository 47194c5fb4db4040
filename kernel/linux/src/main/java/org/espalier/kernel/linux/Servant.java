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

    /** The entrypoint that this serves, or the one that it is beside; 0 for a thread. */
    private int entrypoint;

    /** Who serves the entrypoint that this is beside: to its clients and servers both are the same. */
    private final @Nullable Servant beside;

    private volatile boolean wanted;
    /** Whether a fault has ended the entrypoint, and nobody answers there any more. */
    private volatile boolean over;

    private volatile SlotTable.@Nullable Server looking;

    /** The kernel's end of the channel beside the entrypoint's own, once there is one. */
    private volatile @Nullable PacketChannel companion;

    private volatile Carrier.@Nullable Caller place;

    Servant(ComponentProcess process, PacketChannel channel) {
        this(process, channel, null);
    }

    private Servant(ComponentProcess process, PacketChannel channel, @Nullable Servant beside) {
        this.process = process;
        this.channel = channel;
        this.beside = beside;
        this.entrypoint = beside == null ? 0 : beside.entrypoint;
    }

    /** Says which entrypoint this serves, before anything can be there to serve. */
    void serves(int number) {
        entrypoint = number;
        process.served(number, this);
    }

    ComponentProcess process() {
        return process;
    }

    /** Has the next upcall say that somebody would like to call here by a slot. */
    void wantSlots() {
        wanted = true;
    }

    /** Where the thread that this speaks for is on its chain of calls; {@code null} as long as it had no slot made. */
    Carrier.@Nullable Caller place() {
        return place;
    }

    @Override
    public void request(long objectId, Message message) {
        upcall(channel.begin(
                        Protocol.REQUEST, 0, objectId, process.domain().chain().bits(), wanted ? 1 : 0)
                .with(message));
        serve(Protocol.REPLY);
        process.domain().leaveChain();
        channel.takeInto(message, indices);
    }

    @Override
    public void signal(long contextId, int count) {
        upcall(channel.begin(Protocol.SIGNAL, count, contextId, 0, wanted ? 1 : 0));
        serve(Protocol.DONE);
    }

    private void upcall(PacketChannel packet) {
        // Looked up before: what the component does about it may change this.
        SlotTable.Server server = looking;
        if (!packet.send(null)) {
            throw lost();
        }
        if (server != null) {
            server.board.posted();
        }
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
                throw lost();
            }
            if (channel.operation() == end) {
                return;
            }
            handle();
        }
    }

    private Carrier.Fault lost() {
        return over ? new Carrier.Fault("it ended before it answered") : process.lost();
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
                process.slots().released(process, index);
                answer(0);
            }
            case Protocol.CREATE_OBJECT -> answer(kernel.createObject(index, first));
            case Protocol.CREATE_SIGNAL_CONTEXT -> answer(kernel.createSignalContext(index, first));
            case Protocol.DISSOLVE -> dissolve(kernel, index);
            case Protocol.SUBMIT -> answer(kernel.submit(index, Math.clamp(first, 0, Integer.MAX_VALUE)));
            case Protocol.SUBMIT_ON_LEAVE -> answer(kernel.submitOnLeave(index));
            case Protocol.AWAIT_SIGNAL -> answer(kernel.awaitSignal(index));
            case Protocol.ATTACH -> attach(kernel, index, first, channel.argument(1), channel.argument(2) != 0);
            case Protocol.DETACH -> {
                kernel.detach(index);
                answer(0);
            }
            case Protocol.CREATE_ENTRYPOINT -> createEntrypoint(kernel);
            case Protocol.DESTROY_ENTRYPOINT -> destroyEntrypoint(kernel, index);
            case Protocol.START_THREAD -> startThread(kernel, index);
            case Protocol.HALT -> kernel.halt();
            case Protocol.FAULT -> fault(new String(channel.text(), StandardCharsets.UTF_8));
            case Protocol.LINK -> link(index);
            case Protocol.SERVE -> serveSlots(index);
            default -> throw process.violation("it asked for the operation " + channel.operation());
        }
    }

    private void call(ComponentKernel kernel, int capability, long acceptedCaps) {
        if (acceptedCaps < 0 || acceptedCaps > Message.MAX_CAPS) {
            throw process.violation("it accepted " + acceptedCaps + " capabilities");
        }
        Message message = kernel.message();
        channel.takeInto(message, indices);
        long slot = channel.argument(1);
        Carrier.Caller caller =
                slot == 0 || beside == null ? null : process.slots().caller(process, entrypoint, slot - 1);
        if (caller == null) {
            kernel.call(message, capability, (int) acceptedCaps);
        } else {
            process.domain().callFor(caller, capability, (int) acceptedCaps);
        }
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
            Servant servant = new Servant(process, pair.here());
            int number = kernel.createEntrypoint(name, servant);
            if (number > 0) {
                servant.serves(number);
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
                Servant servant = new Servant(process, pair.here());
                try (PacketChannel _ = pair.here()) {
                    servant.serveThread();
                } finally {
                    process.slots().endClient(process, servant);
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

    private void destroyEntrypoint(ComponentKernel kernel, int number) {
        kernel.destroyEntrypoint(number);
        if (beside != null && number == entrypoint) {
            // This channel ends with it.
            answer(0);
            process.closeEntrypoint(number);
        } else {
            process.closeEntrypoint(number);
            answer(0);
        }
    }

    /** Closes the channel beside the entrypoint, which is destroyed, and with it ends the thread there. */
    void closeCompanion() {
        PacketChannel channelBeside = companion;
        if (channelBeside != null) {
            channelBeside.close();
        }
    }

    private void dissolve(ComponentKernel kernel, int index) {
        Carrier.Target target = process.domain().target(index);
        kernel.dissolve(index);
        if (target instanceof Carrier.Target.Served served) {
            process.slots().dissolved(process, served.entrypoint(), served.identity());
        }
        answer(0);
    }

    private void fault(String what) {
        if (beside == null) {
            process.slots().endEntrypoint(process, entrypoint);
            throw new Carrier.Fault(what);
        }
        process.domain().faulted(entrypoint, what);
        beside.over = true;
        // Who waits there for an answer gets none.
        beside.channel.shutDown();
        process.closeEntrypoint(entrypoint);
    }

    // ---- direct slots

    private void link(int capability) {
        Carrier.Target target = process.domain().target(capability);
        ComponentProcess owner =
                target instanceof Carrier.Target.Served served ? process.process(served.domain()) : null;
        if (owner == null) {
            answer(-Failure.UNSUPPORTED.status());
        } else {
            link(capability, (Carrier.Target.Served) target, owner);
        }
    }

    private void link(int capability, Carrier.Target.Served served, ComponentProcess owner) {
        Servant client = beside == null ? this : beside;
        if (beside == null) {
            notePlace();
        }
        try {
            switch (process.slots().link(client, process, capability, served, owner)) {
                case SlotTable.Link.NotYet() -> answer(0);
                case SlotTable.Link.Never() -> answer(-Failure.UNSUPPORTED.status());
                case SlotTable.Link.Made(int number, int token, int serial, Descriptor page) -> {
                    try (page) {
                        long named = token | (served.context() ? Protocol.LINKED_CONTEXT : 0);
                        channel.begin(Protocol.ANSWER, number, named, serial, served.bit());
                        send(page);
                    }
                }
            }
        } catch (HostException e) {
            answer(-Failure.UNSUPPORTED.status());
        }
    }

    private void notePlace() {
        if (place == null) {
            place = process.domain().caller();
        }
    }

    private void serveSlots(int what) {
        if (entrypoint == 0) {
            throw process.violation("a thread that is no entrypoint asked for slots to serve");
        }
        SlotTable slots = process.slots();
        try {
            switch (what) {
                case Protocol.SERVE_COMPANION -> makeCompanion();
                case Protocol.SERVE_BOARD -> {
                    try (Descriptor board =
                            slots.serve(process, entrypoint).board.reader()) {
                        channel.begin(Protocol.ANSWER, 1, 0);
                        send(board);
                    }
                }
                case Protocol.SERVE_LOOKS -> {
                    if (beside != null) {
                        throw process.violation("it began to look at slots while it was at one");
                    }
                    notePlace();
                    looking = slots.looks(process, entrypoint);
                    wanted = false;
                    answer(looking == null ? -Failure.DENIED.status() : 1);
                }
                default -> slotPage(slots.slot(process, entrypoint, (long) what - Protocol.SERVE_SLOT));
            }
        } catch (HostException e) {
            answer(-Failure.OUT_OF_CAPS.status());
        }
    }

    private void slotPage(@Nullable Slot slot) throws HostException {
        if (slot == null) {
            answer(-Failure.GONE.status());
            return;
        }
        try (Descriptor page = slot.descriptor()) {
            channel.begin(Protocol.ANSWER, 1, slot.generation);
            send(page);
        } catch (IllegalStateException e) {
            // Its client has ended meanwhile.
            answer(-Failure.GONE.status());
        }
    }

    /** Makes a further channel for the entrypoint, for what it asks for while it serves slots: no upcall listens then. */
    private void makeCompanion() {
        if (beside != null || companion != null) {
            throw process.violation("it asked twice for a channel beside an entrypoint");
        }
        Channel.ThreadPair pair = process.threadPair();
        try (Descriptor there = pair.there()) {
            process.opened(0, pair.here());
            companion = pair.here();
            Servant servant = new Servant(process, pair.here(), this);
            process.domain().accompany(entrypoint, () -> {
                try (PacketChannel _ = pair.here()) {
                    servant.serveThread();
                } finally {
                    process.forget(pair.here());
                }
            });
            channel.begin(Protocol.ANSWER, 1, 0);
            send(there);
        }
    }
}
