package org.espalier.kernel.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.function.Predicate;
import org.espalier.kernel.hw.Carrier;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's view of one direct slot: whose it is, and what its tokens stand for. Guarded by the {@link SlotTable} that it belongs to.
 */
final class Slot {
    final SlotTable.Server server;
    final Servant client;
    final int index;
    final int generation;

    /** By which the client's process knows it. */
    final int number;

    private final MemoryFile page;
    private final MemorySegment memory;
    private final @Nullable Grant[] grants = new @Nullable Grant[SlotLayout.MOST_TOKENS];

    /** What a token stands for. */
    record Grant(Object identity, int capability, int serial) {}

    /**
     * One that leads nowhere yet.
     *
     * @throws HostException if the host has no memory or descriptor for it
     */
    Slot(SlotTable.Server server, Servant client, int index, int generation, int number) throws HostException {
        this.server = server;
        this.client = client;
        this.index = index;
        this.generation = generation;
        this.number = number;
        page = MemoryFile.create("slot", SlotLayout.SLOT_BYTES);
        try {
            memory = page.map(Arena.ofAuto());
        } catch (HostException e) {
            page.close();
            throw e;
        }
    }

    Descriptor descriptor() throws HostException {
        return page.copy();
    }

    /** The token for an object that the client names by {@code capability}; an unused one if it has none; -1 when there is none left. */
    int token(Object identity, int capability) {
        int free = -1;
        for (int token = 0; token < grants.length; token++) {
            Grant grant = grants[token];
            if (grant == null) {
                free = free < 0 ? token : free;
            } else if (grant.identity() == identity && grant.capability() == capability) {
                return token;
            }
        }
        return free;
    }

    /** Has {@code token} stand for an object, if it does not yet; the serial number of that. */
    int grant(int token, Carrier.Target.Served target, int capability) {
        Grant before = grants[token];
        if (before != null) {
            return before.serial();
        }
        int serial = server.nextSerial();
        grants[token] = new Grant(target.identity(), capability, serial);
        BitSet revoked = BitSet.valueOf(new long[] {Futex.getLong(memory, SlotLayout.REVOKED)});
        revoked.clear(token);
        setRevoked(revoked);
        int kind = target.context() ? SlotLayout.CONTEXT : SlotLayout.OBJECT;
        server.board.grant(index, token, target.id(), kind, serial);
        return serial;
    }

    private void setRevoked(BitSet revoked) {
        long[] words = revoked.toLongArray();
        Futex.setLong(memory, SlotLayout.REVOKED, words.length == 0 ? 0 : words[0]);
    }

    /** Ends what was granted and {@code which} holds for. */
    void revoke(Predicate<Grant> which) {
        for (int token = 0; token < grants.length; token++) {
            Grant grant = grants[token];
            if (grant != null && which.test(grant)) {
                grants[token] = null;
                server.board.revoke(index, token);
                BitSet revoked = BitSet.valueOf(new long[] {Futex.getLong(memory, SlotLayout.REVOKED)});
                revoked.set(token);
                setRevoked(revoked);
            }
        }
    }

    /** Tells the client that nobody answers here any more; once more when the server's process cannot unsay it. */
    void tellClosed() {
        tellClosed(memory);
    }

    static void tellClosed(MemorySegment memory) {
        Futex.set(memory, SlotLayout.CLOSED, 1);
        Futex.fence();
        // Changed, or a client that has looked and is about to wait would not be woken.
        Futex.add(memory, SlotLayout.REPLY, Integer.MIN_VALUE);
        Futex.wake(memory, SlotLayout.REPLY);
    }

    void closePage() {
        page.close();
    }
}
