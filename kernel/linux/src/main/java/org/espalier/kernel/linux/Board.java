package org.espalier.kernel.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What the kernel tells an entrypoint that serves direct slots: which there are, what each token of each stands for, and that there is
 * something to look at. The kernel alone can write it. Changed under the lock of the {@link SlotTable} that it belongs to, but for
 * {@link #ring}.
 */
final class Board implements AutoCloseable {
    private final MemoryFile file;
    private final MemorySegment memory;

    /**
     * An empty one.
     *
     * @throws HostException if the host has no memory or descriptor for it
     */
    Board() throws HostException {
        file = MemoryFile.create("board", SlotLayout.BOARD_BYTES);
        try {
            // Unmapped when nobody here refers to it any more: who rings has no lock.
            memory = file.map(Arena.ofAuto());
        } catch (HostException e) {
            file.close();
            throw e;
        }
    }

    /** A descriptor to read it by, which the host lets nobody write. */
    Descriptor reader() throws HostException {
        return file.reader();
    }

    /** Wakes the entrypoint, which finds what was changed before. */
    void ring() {
        Futex.add(memory, SlotLayout.BOARD_BELL, 1);
        Futex.wake(memory, SlotLayout.BOARD_BELL);
    }

    /** Says that a packet was sent to the entrypoint. For one thread at a time. */
    void posted() {
        Futex.add(memory, SlotLayout.BOARD_POSTED, 1);
        ring();
    }

    /** Says what {@code token} of a slot stands for from now on. */
    void grant(int slot, int token, long id, int kind, int serial) {
        int at = SlotLayout.grant(slot, token);
        Futex.set(memory, at + SlotLayout.GRANT_SERIAL, 0);
        Futex.fence();
        Futex.setLong(memory, at, id);
        Futex.set(memory, at + SlotLayout.GRANT_KIND, kind);
        Futex.set(memory, at + SlotLayout.GRANT_SERIAL, serial);
    }

    /** Says that it stands for nothing. */
    void revoke(int slot, int token) {
        Futex.set(memory, SlotLayout.grant(slot, token) + SlotLayout.GRANT_SERIAL, 0);
        Futex.fence();
    }

    /** Says what number a slot is used under from now on; 0: it is not used. */
    void setGeneration(int slot, int generation) {
        Futex.set(memory, SlotLayout.generation(slot), generation);
        Futex.fence();
        Futex.add(memory, SlotLayout.BOARD_CHANGES, 1);
        ring();
    }

    /** Says that the entrypoint has ended. */
    @Override
    public void close() {
        Futex.set(memory, SlotLayout.BOARD_CLOSED, 1);
        ring();
        file.close();
    }
}
