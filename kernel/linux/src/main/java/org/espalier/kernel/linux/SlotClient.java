package org.espalier.kernel.linux;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which capabilities a thread of a component calls and signals by slots of its own. Confined to that thread. */
final class SlotClient {
    /** Capabilities of higher indices go by the kernel. */
    static final int MOST_CAPABILITIES = 4096;

    /** So many calls go by the kernel before a slot is asked for: most capabilities are used but a few times. */
    private static final int FIRST = 4;

    private static final int LONGEST_PAUSE = 1 << 16;

    private final ThreadPort port;
    private final ProcessKernel kernel;
    private @Nullable Link[] links = new @Nullable Link[16];
    private final Map<Integer, OpenSlot> slots = new HashMap<>();

    SlotClient(ThreadPort port, ProcessKernel kernel) {
        this.port = port;
        this.kernel = kernel;
    }

    /** What a capability leads to. */
    static final class Link {
        /** How often the index had been released when this was made: it may name something else by now. */
        private final int releases;

        private int uses;
        private int next = FIRST;

        @Nullable OpenSlot slot;

        int token;
        int serial;
        boolean context;
        long bit;

        private Link(int releases) {
            this.releases = releases;
        }

        /** Uses the kernel until that makes a new slot. */
        void forget() {
            slot = null;
            next = uses + FIRST;
        }
    }

    /** What to use for a capability; {@code null} when that is the kernel. */
    @Nullable Link find(int capability) {
        if (capability <= 0 || capability >= MOST_CAPABILITIES) {
            return null;
        }
        if (capability >= links.length) {
            links = Arrays.copyOf(links, Integer.highestOneBit(capability) * 2);
        }
        int releases = kernel.releases(capability);
        Link link = links[capability];
        if (link == null || link.releases != releases) {
            link = new Link(releases);
            links[capability] = link;
        }
        OpenSlot slot = link.slot;
        if (slot != null) {
            if (!slot.isClosed()) {
                return link;
            }
            forget(slot);
        }
        if (++link.uses < link.next) {
            return null;
        }
        link.next = link.uses + Math.min(link.uses, LONGEST_PAUSE);
        open(capability, link);
        return link.slot == null ? null : link;
    }

    private void open(int capability, Link link) {
        ThreadPort.Brought brought = port.bring(Protocol.LINK, capability, 0, 0, 0, new byte[0]);
        if (brought.result() < 0) {
            link.next = Integer.MAX_VALUE;
            return;
        }
        if (brought.result() == 0) {
            return;
        }
        OpenSlot slot = slots.get(brought.result());
        try (Descriptor page = brought.descriptor()) {
            if (slot == null && page != null) {
                slot = new OpenSlot(new MappedFile(page, 0, SlotLayout.SLOT_BYTES, true));
                slots.put(brought.result(), slot);
            }
        } catch (HostException e) {
            // No addresses left: it goes by the kernel.
            slot = null;
        }
        link.slot = slot;
        link.token = (int) brought.first() & (Protocol.LINKED_CONTEXT - 1);
        link.context = (brought.first() & Protocol.LINKED_CONTEXT) != 0;
        link.serial = (int) brought.second();
        link.bit = brought.third();
    }

    private void forget(OpenSlot slot) {
        for (Link link : links) {
            if (link != null && link.slot == slot) {
                link.forget();
            }
        }
        slots.values().remove(slot);
        slot.close();
    }
}
