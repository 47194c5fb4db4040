package org.espalier.kernel.sel4;

/**
 * Kinds of objects that untyped memory is retyped to, by the numbers that programs use, and their sizes (libsel4 for x86-64, classic
 * configuration with huge pages).
 */
public final class ObjectType {
    public static final int UNTYPED = 0;
    public static final int TCB = 1;
    public static final int ENDPOINT = 2;
    public static final int NOTIFICATION = 3;
    public static final int CNODE = 4;
    public static final int PDPT = 5;
    public static final int PML4 = 6;
    public static final int HUGE_PAGE = 7;
    public static final int PAGE = 8;
    public static final int LARGE_PAGE = 9;
    public static final int PAGE_TABLE = 10;
    public static final int PAGE_DIRECTORY = 11;
    static final int COUNT = 12;

    public static final int SLOT_BITS = 5;
    static final int ENDPOINT_BITS = 4;
    static final int NOTIFICATION_BITS = 5;
    static final int PAGE_BITS = 12;
    public static final int LEAST_UNTYPED_BITS = 4;
    static final int MOST_UNTYPED_BITS = 47;

    private static final String[] NAMES = {
        "Untyped",
        "TCB",
        "Endpoint",
        "Notification",
        "CNode",
        "PDPT",
        "PML4",
        "HugePage",
        "4K",
        "LargePage",
        "PageTable",
        "PageDirectory"
    };

    private ObjectType() {}

    /**
     * log2 of the bytes that an object takes.
     *
     * @param size what the caller says of it: log2 of the bytes of untyped memory or of the slots of a CNode
     */
    public static long bits(int type, long size) {
        return switch (type) {
            case UNTYPED -> size;
            case TCB -> TcbLayout.BITS;
            case ENDPOINT -> ENDPOINT_BITS;
            case NOTIFICATION -> NOTIFICATION_BITS;
            case CNODE -> SLOT_BITS + size;
            case HUGE_PAGE -> Caps.frameBits(2);
            case LARGE_PAGE -> Caps.frameBits(1);
            default -> PAGE_BITS;
        };
    }

    static boolean isFrame(int type) {
        return type == PAGE || type == LARGE_PAGE || type == HUGE_PAGE;
    }

    /** For people. */
    static String name(long type) {
        return type >= 0 && type < COUNT ? NAMES[(int) type] : "type " + type;
    }
}
