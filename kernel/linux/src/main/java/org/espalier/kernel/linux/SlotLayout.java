package org.espalier.kernel.linux;

/**
 * Where things are in the memory of direct slots, which docs/linux.md explains; {@code native/linux/protocol.h} has the same for C. A slot
 * is a page that one thread of a client and one entrypoint of a server have, and that either may write at any time. A board is the
 * kernel's, and the server's for reading: what it says is true.
 */
final class SlotLayout {
    // A slot. Each word that somebody waits for is in a line of its own.
    /** {@code uint32} that the client counts up after each request and each signal; the server waits for it to change. */
    static final int BELL = 0;

    /** {@code uint32}: not 0 while the server sleeps, or is about to. */
    static final int SERVER_SLEEPS = 4;

    /** {@code uint32}: the number of the last request. */
    static final int REQUEST = 64;

    /** {@code uint32} that the client counts up after each signal. */
    static final int SIGNALS = 68;

    /** {@code uint32}: the number of the last request that was answered; the client waits for it to change. */
    static final int REPLY = 128;

    /** {@code uint32}: not 0 while the client sleeps, or is about to. */
    static final int CLIENT_SLEEPS = 132;

    /** {@code uint32}: not 0 once the kernel has closed the slot. */
    static final int CLOSED = 192;

    /** {@code uint64}: a bit for each token that is of no use any more; the kernel's to set. */
    static final int REVOKED = 200;

    /** {@code uint32 token, serial, word, length} of a request. */
    static final int REQUEST_HEAD = 256;

    static final int REQUEST_BYTES = 272;

    /** {@code uint32 outcome, word, length} of a reply. */
    static final int REPLY_HEAD = 1216;

    static final int REPLY_BYTES = 1232;

    /** {@code uint64} for each token: the serial number of the grant in the upper half, and how often it was signalled in the lower one. */
    static final int COUNTS = 2176;

    static final int SLOT_BYTES = 4096;

    // Outcomes of a request.
    static final int ANSWERED = 0;
    /** The token stands for nothing here: the kernel is to be asked. */
    static final int UNKNOWN = 1;

    // A board.
    /** {@code uint32} that the kernel counts up after each change; the server waits for it to change. */
    static final int BOARD_BELL = 0;

    /** {@code uint32}: packets that were sent to the entrypoint since it has the board. */
    static final int BOARD_POSTED = 4;

    /** {@code uint32}: not 0 once the entrypoint has ended. */
    static final int BOARD_CLOSED = 8;

    /** {@code uint32} that is counted up with each slot that comes or goes. */
    static final int BOARD_CHANGES = 12;

    /** {@code uint32} for each slot: what it is a different number for each time it is used, and 0 while it is not. */
    static final int BOARD_GENERATIONS = 64;

    /** {@code uint64 id, uint32 serial, uint32 kind} for each token of each slot. */
    static final int BOARD_GRANTS = 4096;

    static final int GRANT_BYTES = 16;
    static final int GRANT_SERIAL = 8;
    static final int GRANT_KIND = 12;

    static final int OBJECT = 1;
    static final int CONTEXT = 2;

    /** Slots of one entrypoint: the host lets a thread wait for 128 words, of which one is the board's. */
    static final int MOST_SLOTS = 64;

    /** Objects and contexts that one slot leads to. */
    static final int MOST_TOKENS = 64;

    static final int BOARD_BYTES = BOARD_GRANTS + MOST_SLOTS * MOST_TOKENS * GRANT_BYTES;

    private SlotLayout() {}

    /** Where the grant of a token is on a board. */
    static int grant(int slot, int token) {
        return BOARD_GRANTS + (slot * MOST_TOKENS + token) * GRANT_BYTES;
    }

    static int count(int token) {
        return COUNTS + token * Long.BYTES;
    }

    static int generation(int slot) {
        return BOARD_GENERATIONS + slot * Integer.BYTES;
    }
}
