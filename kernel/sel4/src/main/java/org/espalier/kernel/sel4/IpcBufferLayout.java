package org.espalier.kernel.sel4;

/** The IPC buffer of a thread, in words of 8 bytes (libsel4, {@code seL4_IPCBuffer}). */
final class IpcBufferLayout {
    /** log2 of its size, and what its address is a multiple of. */
    static final int BITS = 10;

    /** Word of message register 0. */
    static final int MESSAGE = 1;

    static final int CAPS_OR_BADGES = 122;
    static final int RECEIVE_CNODE = 125;
    static final int RECEIVE_INDEX = 126;
    static final int RECEIVE_DEPTH = 127;

    private IpcBufferLayout() {}
}
