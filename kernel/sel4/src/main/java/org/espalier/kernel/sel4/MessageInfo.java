package org.espalier.kernel.sel4;

/** The word that describes a message (libsel4, {@code seL4_MessageInfo}): bits 0 to 6 length, 7 and 8 capabilities, 9 to 11 which
 * of them came as badges, 12 to 63 label. */
final class MessageInfo {
    /** Words in a message at most. */
    static final int MOST_WORDS = 120;

    /** Capabilities in a message at most. */
    static final int MOST_CAPS = 3;

    private MessageInfo() {}

    static long of(long label, int unwrapped, int caps, int length) {
        return label << 12 | (long) unwrapped << 9 | (long) caps << 7 | length;
    }

    static long label(long info) {
        return info >>> 12;
    }

    static int caps(long info) {
        return (int) (info >>> 7) & 3;
    }

    static int length(long info) {
        return Math.min((int) info & 0x7f, MOST_WORDS);
    }
}
