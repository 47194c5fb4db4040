package org.espalier.kernel.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.espalier.base.Failure;
import org.espalier.base.Message;
import org.jspecify.annotations.Nullable;

/**
 * An entrypoint of a component that looks at direct slots beside its channel. What stands on the board is the kernel's and true; what
 * stands in a slot is its client's, is copied before it is looked at, and reaches nothing but what the board says it may.
 *
 * <p>Confined to the entrypoint's thread.
 */
final class SlotServer {
    private final Pages pages;
    private final MemorySegment board;
    private final @Nullable Seen[] slots = new @Nullable Seen[SlotLayout.MOST_SLOTS];
    private Seen[] active = {};
    private final Futex.Vector words =
            new Futex.Vector(Arena.ofAuto().allocate(Futex.Vector.bytes(SlotLayout.MOST_SLOTS + 1), Long.BYTES));
    private final Spins spins = Spins.atMemory();
    private int taken;
    private int changes;

    /** The kernel, as the one that has the pages of slots. */
    interface Pages {
        /** A descriptor of the page of a slot, and in the first word the number that it is used under; without one where there is none. */
        ThreadPort.Brought page(int index);
    }

    /** What the entrypoint does with what it finds. */
    interface Upcalls {
        /** A packet of the kernel is there to be received; false when none comes any more. */
        boolean packet();

        void request(int slot, long id, Message message);

        void signal(long id, int count);

        /** What was begun by {@link #request} or {@link #signal} is over, and answered. */
        void left();
    }

    /** A slot as it was when it was looked at last. */
    private static final class Seen {
        final int index;
        final int generation;
        final MappedFile file;
        final MemorySegment page;
        int bell;
        int served;
        int signals;
        final long[] counts = new long[SlotLayout.MOST_TOKENS];

        Seen(int index, int generation, MappedFile file) {
            this.index = index;
            this.generation = generation;
            this.file = file;
            this.page = file.memory();
        }
    }

    SlotServer(Pages pages, MappedFile board) {
        this.pages = pages;
        this.board = board.memory();
    }

    /** Does what comes, until the entrypoint ends. */
    void run(Message message, Upcalls upcalls) {
        int looks = 0;
        while (Futex.get(board, SlotLayout.BOARD_CLOSED) == 0) {
            int rung = Futex.get(board, SlotLayout.BOARD_BELL);
            boolean posted = Futex.get(board, SlotLayout.BOARD_POSTED) != taken;
            boolean worked = false;
            if (Futex.get(board, SlotLayout.BOARD_CHANGES) != changes) {
                follow();
                worked = true;
            }
            if (posted) {
                // Who signals and then has a request sent, by whatever way, is heard in that order.
                for (Seen slot : active) {
                    deliver(slot, upcalls);
                }
                taken++;
                if (!upcalls.packet()) {
                    return;
                }
                worked = true;
            }
            for (Seen slot : active) {
                worked |= look(slot, message, upcalls);
            }
            if (worked) {
                if (looks > 0) {
                    spins.met();
                }
                looks = 0;
            } else if (looks < spins.most()) {
                looks++;
                Thread.onSpinWait();
            } else {
                spins.missed();
                looks = 0;
                sleep(rung);
            }
        }
    }

    private void sleep(int rung) {
        words.clear();
        words.add(board, SlotLayout.BOARD_BELL, rung);
        for (Seen slot : active) {
            Futex.set(slot.page, SlotLayout.SERVER_SLEEPS, 1);
            words.add(slot.page, SlotLayout.BELL, slot.bell);
        }
        Futex.fence();
        // Who has rung since it was looked at has changed one of the words, and the host does not wait then.
        words.await();
        for (Seen slot : active) {
            Futex.set(slot.page, SlotLayout.SERVER_SLEEPS, 0);
        }
    }

    /** Takes in which slots there are. */
    private void follow() {
        changes = Futex.get(board, SlotLayout.BOARD_CHANGES);
        int count = 0;
        for (int index = 0; index < slots.length; index++) {
            int generation = Futex.get(board, SlotLayout.generation(index));
            Seen slot = slots[index];
            if (slot != null && slot.generation != generation) {
                slot.file.close();
                slot = null;
            }
            if (slot == null && generation != 0) {
                slot = open(index);
            }
            slots[index] = slot;
            count += slot == null ? 0 : 1;
        }
        Seen[] all = new Seen[count];
        int at = 0;
        for (Seen slot : slots) {
            if (slot != null) {
                all[at++] = slot;
            }
        }
        active = all;
    }

    private @Nullable Seen open(int index) {
        ThreadPort.Brought brought = pages.page(index);
        try (Descriptor page = brought.descriptor()) {
            return page == null
                    ? null
                    : new Seen(index, (int) brought.first(), new MappedFile(page, 0, SlotLayout.SLOT_BYTES, true));
        } catch (HostException e) {
            // No addresses left; its client waits until this entrypoint ends, as at a server that does not answer.
            return null;
        }
    }

    private boolean look(Seen slot, Message message, Upcalls upcalls) {
        slot.bell = Futex.get(slot.page, SlotLayout.BELL);
        int request = Futex.get(slot.page, SlotLayout.REQUEST);
        // The signals first: a client that signals and then calls is heard in that order.
        boolean worked = deliver(slot, upcalls);
        if (request != slot.served) {
            slot.served = request;
            answer(slot, request, message, upcalls);
            upcalls.left();
            worked = true;
        }
        return worked;
    }

    private void answer(Seen slot, int request, Message message, Upcalls upcalls) {
        MemorySegment page = slot.page;
        int token = page.get(ValueLayout.JAVA_INT, SlotLayout.REQUEST_HEAD);
        int serial = page.get(ValueLayout.JAVA_INT, SlotLayout.REQUEST_HEAD + 4);
        int word = page.get(ValueLayout.JAVA_INT, SlotLayout.REQUEST_HEAD + 8);
        int length = page.get(ValueLayout.JAVA_INT, SlotLayout.REQUEST_HEAD + 12);
        int outcome = SlotLayout.UNKNOWN;
        int bytes = 0;
        if (token >= 0 && token < SlotLayout.MOST_TOKENS && length >= 0 && length <= Message.MAX_BYTES) {
            int grant = SlotLayout.grant(slot.index, token);
            boolean held = holds(slot, grant, serial, SlotLayout.OBJECT);
            long id = Futex.getLong(board, grant);
            if (held && holds(slot, grant, serial, SlotLayout.OBJECT)) {
                message.load(word, page, SlotLayout.REQUEST_BYTES, length);
                upcalls.request(slot.index, id, message);
                if (message.capCount() > 0) {
                    // Nobody has accepted any.
                    message.fail(Failure.MALFORMED);
                }
                outcome = SlotLayout.ANSWERED;
                bytes = message.store(page, SlotLayout.REPLY_BYTES);
                page.set(ValueLayout.JAVA_INT, SlotLayout.REPLY_HEAD + 4, message.word());
            }
        }
        page.set(ValueLayout.JAVA_INT, SlotLayout.REPLY_HEAD, outcome);
        page.set(ValueLayout.JAVA_INT, SlotLayout.REPLY_HEAD + 8, bytes);
        Futex.set(page, SlotLayout.REPLY, request);
        Futex.fence();
        // Whoever sleeps takes that back himself: the client may have this reply by now, and sleep for the next one.
        if (Futex.get(page, SlotLayout.CLIENT_SLEEPS) != 0) {
            Futex.wake(page, SlotLayout.REPLY);
        }
    }

    /**
     * Whether a grant stands there. Asked before and after what it is for is read: the kernel takes its number away first, and sets it
     * last.
     */
    private boolean holds(Seen slot, int grant, int serial, int kind) {
        return serial != 0
                && Futex.get(board, grant + SlotLayout.GRANT_SERIAL) == serial
                && Futex.get(board, grant + SlotLayout.GRANT_KIND) == kind
                && Futex.get(board, SlotLayout.generation(slot.index)) == slot.generation;
    }

    /** Hands on the signals that have come since the last time, each token once; whether any came. */
    private boolean deliver(Seen slot, Upcalls upcalls) {
        int signals = Futex.get(slot.page, SlotLayout.SIGNALS);
        if (signals == slot.signals) {
            return false;
        }
        slot.signals = signals;
        for (int token = 0; token < SlotLayout.MOST_TOKENS; token++) {
            long count = Futex.getLong(slot.page, SlotLayout.count(token));
            long before = slot.counts[token];
            if (count == before) {
                continue;
            }
            slot.counts[token] = count;
            int serial = (int) (count >>> Integer.SIZE);
            int delivered = serial == (int) (before >>> Integer.SIZE) ? (int) before : 0;
            int grant = SlotLayout.grant(slot.index, token);
            boolean held = holds(slot, grant, serial, SlotLayout.CONTEXT);
            long id = Futex.getLong(board, grant);
            int fresh = (int) count - delivered;
            if (fresh != 0 && held && holds(slot, grant, serial, SlotLayout.CONTEXT)) {
                upcalls.signal(id, fresh < 0 ? Integer.MAX_VALUE : fresh);
            }
        }
        upcalls.left();
        return true;
    }
}
