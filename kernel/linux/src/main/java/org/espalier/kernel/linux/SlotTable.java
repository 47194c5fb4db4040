package org.espalier.kernel.linux;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.espalier.kernel.hw.Carrier;
import org.espalier.kernel.hw.Carrier.Target;
import org.jspecify.annotations.Nullable;

/**
 * The direct slots of one system: who has one at whom, and what may be called and signalled by it. It follows the kernel's tables of
 * capabilities: what is released or dissolved there is revoked here before whoever asked for it hears that it is done. What is said to
 * servers is on their {@link Board boards}; nothing in a {@link Slot} is ever read here.
 *
 * <p>Thread-safe, by one lock. Nothing here waits.
 */
final class SlotTable {
    /** Slots of one process at all servers together. Each takes a page of the host, and is not charged. */
    static final int MOST_OF_CLIENT = 64;

    private final boolean possible = Futex.canAwaitSeveral();
    private final Map<Place, Server> servers = new HashMap<>();
    private final Map<ComponentProcess, List<Slot>> clients = new HashMap<>();

    /** Closed ones of processes that may not have ended yet, and could unsay it to clients of theirs. */
    private final Map<ComponentProcess, List<Slot>> closed = new HashMap<>();

    private int lastNumber;

    private record Place(ComponentProcess process, int entrypoint) {}

    /** An entrypoint that looks at slots. */
    static final class Server {
        final ComponentProcess process;
        final int entrypoint;
        final Board board;
        private final @Nullable Slot[] slots = new @Nullable Slot[SlotLayout.MOST_SLOTS];
        private int lastGeneration;
        private int lastSerial;
        private boolean looks;

        private Server(ComponentProcess process, int entrypoint, Board board) {
            this.process = process;
            this.entrypoint = entrypoint;
            this.board = board;
        }

        int nextSerial() {
            // 0 is nothing's.
            lastSerial = lastSerial == -1 ? 1 : lastSerial + 1;
            return lastSerial;
        }

        private int nextGeneration() {
            lastGeneration = lastGeneration == -1 ? 1 : lastGeneration + 1;
            return lastGeneration;
        }
    }

    /** What becomes of the wish for a slot. */
    sealed interface Link {
        /**
         * There is one.
         *
         * @param page a descriptor of it, the receiver's; {@code null} where the client has the slot already
         */
        record Made(
                int number, int token, int serial, @Nullable Descriptor page) implements Link {}

        /** The server was asked to look at slots, and has not said yet that it does. */
        record NotYet() implements Link {}

        /** There will be none for this object. */
        record Never() implements Link {}
    }

    /** Makes a slot for {@code client}, or has one that is there lead to a further object. */
    synchronized Link link(
            Servant client, ComponentProcess process, int capability, Target.Served target, ComponentProcess owner)
            throws HostException {
        if (!possible || owner == process) {
            return new Link.Never();
        }
        // Looked up again under the lock: what is dissolved or released from now on finds what is granted here.
        if (!process.domain().target(capability).equals(target)) {
            return new Link.NotYet();
        }
        Server server = servers.get(new Place(owner, target.entrypoint()));
        if (server == null || !server.looks) {
            owner.wantSlots(target.entrypoint());
            return new Link.NotYet();
        }
        List<Slot> own = clients.computeIfAbsent(process, _ -> new ArrayList<>());
        Slot slot = own.stream()
                .filter(each -> each.client == client && each.server == server)
                .findFirst()
                .orElse(null);
        boolean isNew = slot == null;
        if (slot == null) {
            int index = freeIndex(server);
            if (index < 0 || own.size() >= MOST_OF_CLIENT) {
                return new Link.Never();
            }
            slot = new Slot(server, client, index, server.nextGeneration(), ++lastNumber);
        }
        int token = slot.token(target.identity(), capability);
        if (token < 0) {
            return new Link.Never();
        }
        Descriptor page = isNew ? slot.descriptor() : null;
        int serial = slot.grant(token, target, capability);
        if (isNew) {
            server.slots[slot.index] = slot;
            own.add(slot);
            server.board.setGeneration(slot.index, slot.generation);
        }
        return new Link.Made(slot.number, token, serial, page);
    }

    private static int freeIndex(Server server) {
        for (int index = 0; index < server.slots.length; index++) {
            if (server.slots[index] == null) {
                return index;
            }
        }
        return -1;
    }

    // ---- servers

    /** Has a board made for an entrypoint, unless it has one. */
    synchronized Server serve(ComponentProcess process, int entrypoint) throws HostException {
        Place place = new Place(process, entrypoint);
        Server server = servers.get(place);
        if (server == null) {
            server = new Server(process, entrypoint, new Board());
            servers.put(place, server);
        }
        return server;
    }

    /** Notes that an entrypoint looks at its board from now on; {@code null} if it has none. */
    synchronized @Nullable Server looks(ComponentProcess process, int entrypoint) {
        Server server = servers.get(new Place(process, entrypoint));
        if (server != null) {
            server.looks = true;
        }
        return server;
    }

    synchronized @Nullable Server server(ComponentProcess process, int entrypoint) {
        return servers.get(new Place(process, entrypoint));
    }

    /** The slot of that index of a server's; {@code null} if there is none. */
    synchronized @Nullable Slot slot(ComponentProcess process, int entrypoint, long index) {
        Server server = servers.get(new Place(process, entrypoint));
        return server == null || index < 0 || index >= server.slots.length ? null : server.slots[(int) index];
    }

    /** Where the client of a slot is on its chain of calls; {@code null} if there is no such slot. */
    Carrier.@Nullable Caller caller(ComponentProcess process, int entrypoint, long index) {
        Slot slot = slot(process, entrypoint, index);
        return slot == null ? null : slot.client.place();
    }

    // ---- what ends

    /** A process has released a capability. */
    synchronized void released(ComponentProcess process, int capability) {
        clients.getOrDefault(process, List.of())
                .forEach(slot -> slot.revoke(grant -> grant.capability() == capability));
    }

    /** An object of a process, or a context, is dissolved. */
    synchronized void dissolved(ComponentProcess process, int entrypoint, Object identity) {
        Server server = servers.get(new Place(process, entrypoint));
        if (server != null) {
            for (Slot slot : server.slots) {
                if (slot != null) {
                    slot.revoke(grant -> grant.identity() == identity);
                }
            }
        }
    }

    /** Nobody answers at an entrypoint any more. */
    synchronized void endEntrypoint(ComponentProcess process, int entrypoint) {
        Server server = servers.remove(new Place(process, entrypoint));
        if (server != null) {
            end(server);
        }
    }

    private void end(Server server) {
        for (Slot slot : server.slots) {
            if (slot != null) {
                slot.tellClosed();
                closed.computeIfAbsent(server.process, _ -> new ArrayList<>()).add(slot);
                remove(slot);
            }
        }
        server.board.close();
    }

    /** A thread of a client has ended. */
    synchronized void endClient(ComponentProcess process, Servant client) {
        endSlots(process, slot -> slot.client == client);
    }

    /** A process has ended, and cannot unsay any more what its clients were told. */
    synchronized void ended(ComponentProcess process) {
        endProcess(process);
        List<Slot> told = closed.remove(process);
        if (told != null) {
            told.forEach(Slot::tellClosed);
        }
    }

    /** A process is to end: nobody is to reach it any more, nor it anybody. */
    synchronized void endProcess(ComponentProcess process) {
        endSlots(process, _ -> true);
        clients.remove(process);
        servers.values().removeIf(server -> {
            if (server.process == process) {
                end(server);
                return true;
            }
            return false;
        });
    }

    private void endSlots(ComponentProcess process, Predicate<Slot> which) {
        List.copyOf(clients.getOrDefault(process, List.of())).stream()
                .filter(which)
                .forEach(this::remove);
    }

    /** Takes a slot from both sides. What a server does for it at this moment it finishes. */
    private void remove(Slot slot) {
        slot.revoke(_ -> true);
        slot.server.slots[slot.index] = null;
        slot.server.board.setGeneration(slot.index, 0);
        List<Slot> own = clients.get(slot.client.process());
        if (own != null) {
            own.remove(slot);
        }
        slot.closePage();
    }
}
