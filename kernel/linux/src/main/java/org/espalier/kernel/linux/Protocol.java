package org.espalier.kernel.linux;

import org.espalier.base.Message;

/**
 * The numbers of the protocol between a component's process and the kernel, which docs/linux.md explains. {@code native/linux/protocol.h}
 * has the same for C.
 */
final class Protocol {
    /** What a starter is told with the word to begin. */
    static final int VERSION = 1;

    /** The descriptor of the channel of the initial entrypoint. */
    static final int CHANNEL = 3;

    /** What a native component has as its stack. */
    static final int STACK_BYTES = 262144;

    // Offsets in a packet.
    static final int OPERATION = 0;
    static final int INDEX = 4;
    static final int ARGUMENTS = 8;
    static final int WORD = 32;
    static final int LENGTH = 36;
    static final int CAP_COUNT = 40;
    static final int CAPS = 44;

    /** Where the bytes of the message begin. */
    static final int HEAD_BYTES = 56;

    static final int MOST_BYTES = HEAD_BYTES + Message.MAX_BYTES;

    // From the component.
    static final int CALL = 1;
    static final int REPLY = 2;
    static final int DONE = 3;
    static final int RELEASE = 4;
    static final int CREATE_OBJECT = 5;
    static final int CREATE_SIGNAL_CONTEXT = 6;
    static final int DISSOLVE = 7;
    static final int SUBMIT = 8;
    static final int SUBMIT_ON_LEAVE = 9;
    static final int AWAIT_SIGNAL = 10;
    static final int ATTACH = 11;
    static final int DETACH = 12;
    static final int CREATE_ENTRYPOINT = 13;
    static final int DESTROY_ENTRYPOINT = 14;
    static final int START_THREAD = 15;
    static final int HALT = 16;
    static final int FAULT = 17;
    static final int LINK = 18;
    static final int SERVE = 19;

    // From the kernel.
    static final int ANSWER = 64;
    static final int REQUEST = 65;
    static final int SIGNAL = 66;

    // What SERVE asks for; from SERVE_SLOT on it is the slot of that index.
    static final int SERVE_COMPANION = 0;
    static final int SERVE_BOARD = 1;
    static final int SERVE_LOOKS = 2;
    static final int SERVE_SLOT = 16;

    /** Beside the token in the answer to LINK: it is a signal context's. */
    static final int LINKED_CONTEXT = 1 << 16;

    /** The argument of a request with the entrypoints that wait for it, as a set of bits. */
    static final int CHAIN = 1;

    /** The argument of an upcall that says whether somebody wants slots. */
    static final int WANTED = 2;

    private Protocol() {}
}
