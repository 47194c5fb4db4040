package org.espalier.kernel.sel4;

/**
 * A capability is two words, {@code w0} and {@code w1}; this is how they hold what a capability says. Layout of {@code w0}: bits 0 to
 * 5 the {@link CapType}, 6 to 11 field A, 12 to 17 field B, 18 to 23 field C, 24 to 63 the object's physical address divided by 16.
 *
 * <table>
 * <caption>Fields by type</caption>
 * <tr><th>type</th><th>A</th><th>B</th><th>C</th><th>w1</th></tr>
 * <tr><td>untyped</td><td>log2 of its size</td><td></td><td>1: device</td><td>bytes in use from its start</td></tr>
 * <tr><td>endpoint</td><td></td><td></td><td>rights</td><td>badge</td></tr>
 * <tr><td>notification</td><td></td><td></td><td>rights</td><td>badge</td></tr>
 * <tr><td>reply</td><td></td><td></td><td>1: master, 4: grant</td><td></td></tr>
 * <tr><td>CNode</td><td>radix</td><td>guard bits</td><td></td><td>guard</td></tr>
 * <tr><td>IRQ handler</td><td></td><td></td><td></td><td>interrupt</td></tr>
 * <tr><td>zombie</td><td>radix, or {@link #ZOMBIE_TCB}</td><td></td><td></td><td>slots that may be full</td></tr>
 * <tr><td>frame</td><td>0 to 2: size</td><td>{@link VmRights}</td><td>1: device, 2: mapped</td><td>ASID, address</td></tr>
 * <tr><td>paging</td><td></td><td></td><td>2: mapped</td><td>ASID, address</td></tr>
 * <tr><td>ASID pool</td><td></td><td></td><td></td><td>first ASID</td></tr>
 * <tr><td>I/O ports</td><td></td><td></td><td></td><td>first, last</td></tr>
 * </table>
 *
 * <p>Pure functions.
 */
final class Caps {
    // Rights in field C of endpoints, notifications and replies.
    static final int SEND = 1;
    static final int RECEIVE = 2;
    static final int GRANT = 4;
    static final int GRANT_REPLY = 8;

    /** In field C of a reply: it is the one in the thread's own TCB, from which callers' capabilities are derived. */
    static final int MASTER = 1;

    /** In field C of untyped memory and frames: no RAM is behind it. */
    static final int DEVICE = 1;

    /** In field C of frames and paging structures. */
    static final int MAPPED = 2;

    /** In field A of a zombie that was a TCB. */
    static final int ZOMBIE_TCB = 63;

    /** The ASID of nothing. */
    static final int NO_ASID = 0;

    private static final int ASID_SHIFT = 48;
    private static final long ADDRESS_MASK = (1L << ASID_SHIFT) - 1;

    private Caps() {}

    static long word(int type, int a, int b, int c, long object) {
        return type | (long) a << 6 | (long) b << 12 | (long) c << 18 | object >>> 4 << 24;
    }

    static int type(long w0) {
        return (int) (w0 & 0x3f);
    }

    static int a(long w0) {
        return (int) (w0 >>> 6) & 0x3f;
    }

    static int b(long w0) {
        return (int) (w0 >>> 12) & 0x3f;
    }

    static int c(long w0) {
        return (int) (w0 >>> 18) & 0x3f;
    }

    static boolean has(long w0, int flag) {
        return (c(w0) & flag) == flag;
    }

    /** Physical address. */
    static long object(long w0) {
        return w0 >>> 24 << 4;
    }

    static long withB(long w0, int b) {
        return (w0 & ~(0x3fL << 12)) | (long) b << 12;
    }

    static long withC(long w0, int c) {
        return (w0 & ~(0x3fL << 18)) | (long) c << 18;
    }

    /** The number of the TCB that a thread or reply capability names. */
    static int tcb(long w0) {
        return (int) (object(w0) >>> TcbLayout.BITS);
    }

    /** The number of the queue of an endpoint or notification. */
    static int queue(long w0) {
        return (int) (object(w0) >>> 4);
    }

    /** The number of the first slot of a CNode or zombie. */
    static int firstSlot(long w0) {
        return (int) (object(w0) >>> 5);
    }

    static long mapping(int asid, long address) {
        return (long) asid << ASID_SHIFT | (address & ADDRESS_MASK);
    }

    static int asid(long w1) {
        return (int) (w1 >>> ASID_SHIFT);
    }

    static long address(long w1) {
        return w1 & ADDRESS_MASK;
    }

    static long ports(int first, int last) {
        return first | (long) last << 16;
    }

    static int firstPort(long w1) {
        return (int) w1 & 0xffff;
    }

    static int lastPort(long w1) {
        return (int) (w1 >>> 16) & 0xffff;
    }

    /** log2 of the bytes of a frame of size {@code size}. */
    static int frameBits(int size) {
        return 12 + 9 * size;
    }

    /** log2 of the size of the memory that the object takes, or -1 where the capability stands for none. */
    static int sizeBits(long w0) {
        return switch (type(w0)) {
            case CapType.UNTYPED -> a(w0);
            case CapType.ENDPOINT -> ObjectType.ENDPOINT_BITS;
            case CapType.NOTIFICATION -> ObjectType.NOTIFICATION_BITS;
            case CapType.CNODE -> a(w0) + ObjectType.SLOT_BITS;
            case CapType.THREAD -> TcbLayout.BITS;
            case CapType.ZOMBIE -> a(w0) == ZOMBIE_TCB ? TcbLayout.BITS : a(w0) + ObjectType.SLOT_BITS;
            case CapType.FRAME -> frameBits(a(w0));
            case CapType.PAGE_TABLE, CapType.PAGE_DIRECTORY, CapType.PDPT, CapType.PML4, CapType.ASID_POOL ->
                ObjectType.PAGE_BITS;
            default -> -1;
        };
    }
}
