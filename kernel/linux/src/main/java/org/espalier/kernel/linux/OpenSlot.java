package org.espalier.kernel.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.espalier.base.Message;

/**
 * A direct slot as its client has it: requests to one entrypoint of a server, and signals to contexts there, without the kernel. What the
 * server writes here is copied before it is looked at. Confined to the thread that the slot was made for.
 */
final class OpenSlot implements AutoCloseable {
    private final MappedFile file;
    private final MemorySegment page;
    private final Spins spins = Spins.atMemory();
    private int bell;
    private int requests;
    private int signals;

    /** What was counted for each token, with the serial number of the grant that it was counted for. */
    private final long[] counts = new long[SlotLayout.MOST_TOKENS];

    OpenSlot(MappedFile file) {
        this.file = file;
        this.page = file.memory();
    }

    /** What became of a call. */
    enum Outcome {
        /** The message holds the reply. */
        ANSWERED,
        /** The token stands for nothing any more; nothing was done, and the kernel knows why. */
        UNKNOWN,
        /** The server has ended, before or while it was asked. */
        CLOSED
    }

    boolean isClosed() {
        return Futex.get(page, SlotLayout.CLOSED) != 0;
    }

    /** Calls with what is in {@code message}, which holds no capabilities, and puts the reply there. */
    Outcome call(Message message, int token, int serial) {
        int length = message.store(page, SlotLayout.REQUEST_BYTES);
        page.set(ValueLayout.JAVA_INT, SlotLayout.REQUEST_HEAD, token);
        page.set(ValueLayout.JAVA_INT, SlotLayout.REQUEST_HEAD + 4, serial);
        page.set(ValueLayout.JAVA_INT, SlotLayout.REQUEST_HEAD + 8, message.word());
        page.set(ValueLayout.JAVA_INT, SlotLayout.REQUEST_HEAD + 12, length);
        // Half of all numbers, for the kernel changes the upper half of a reply's when it closes the slot.
        requests = (requests + 1) & Integer.MAX_VALUE;
        Futex.set(page, SlotLayout.REQUEST, requests);
        ring();
        if (!awaitReply()) {
            return Outcome.CLOSED;
        }
        int outcome = page.get(ValueLayout.JAVA_INT, SlotLayout.REPLY_HEAD);
        if (outcome != SlotLayout.ANSWERED) {
            return Outcome.UNKNOWN;
        }
        int word = page.get(ValueLayout.JAVA_INT, SlotLayout.REPLY_HEAD + 4);
        int bytes = page.get(ValueLayout.JAVA_INT, SlotLayout.REPLY_HEAD + 8);
        message.load(word, page, SlotLayout.REPLY_BYTES, Math.clamp(bytes, 0, Message.MAX_BYTES));
        return Outcome.ANSWERED;
    }

    private void ring() {
        Futex.set(page, SlotLayout.BELL, ++bell);
        Futex.fence();
        if (Futex.get(page, SlotLayout.SERVER_SLEEPS) != 0) {
            Futex.wake(page, SlotLayout.BELL);
        }
    }

    private boolean awaitReply() {
        int most = spins.most();
        for (int spin = 0; spin < most; spin++) {
            if (Futex.get(page, SlotLayout.REPLY) == requests) {
                spins.met();
                return true;
            }
            Thread.onSpinWait();
        }
        spins.missed();
        while (true) {
            Futex.set(page, SlotLayout.CLIENT_SLEEPS, 1);
            Futex.fence();
            int reply = Futex.get(page, SlotLayout.REPLY);
            if (reply == requests || isClosed()) {
                Futex.set(page, SlotLayout.CLIENT_SLEEPS, 0);
                return reply == requests;
            }
            Futex.await(page, SlotLayout.REPLY, reply);
        }
    }

    /** Counts signals; false when the token stands for nothing any more, and the kernel is to be told. */
    boolean submit(int token, int serial, int count) {
        if ((Futex.getLong(page, SlotLayout.REVOKED) >>> token & 1) != 0 || isClosed()) {
            return false;
        }
        int before = (int) (counts[token] >>> Integer.SIZE) == serial ? (int) counts[token] : 0;
        counts[token] = (long) serial << Integer.SIZE | Integer.toUnsignedLong(before + count);
        Futex.setLong(page, SlotLayout.count(token), counts[token]);
        Futex.set(page, SlotLayout.SIGNALS, ++signals);
        ring();
        return true;
    }

    @Override
    public void close() {
        file.close();
    }
}
