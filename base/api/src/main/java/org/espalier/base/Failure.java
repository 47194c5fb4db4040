package org.espalier.base;

/**
 * Why an operation on a capability, or a kernel operation on behalf of a component, did not happen. The ordinal plus one
 * is the status word of a reply message, so the order is part of the wire layout.
 */
public enum Failure {
    /** The object was dissolved, or its owner ended, before or while the call was served. */
    GONE,
    /** The index names nothing in the caller's capability space, or an object of another kind. */
    INVALID_CAPABILITY,
    /** The caller's capability quota does not cover what the operation would put into its capability space. */
    OUT_OF_CAPS,
    /** The caller's RAM quota does not cover what the operation costs. */
    OUT_OF_RAM,
    /** The server's capability quota does not cover the capabilities in the request. */
    SERVER_OUT_OF_CAPS,
    /** The arguments or the result exceed {@link Message#MAX_BYTES} bytes or {@link Message#MAX_CAPS} capabilities. */
    TOO_LARGE,
    /** The message does not follow the wire layout of the interface. */
    MALFORMED,
    /** The interface has no operation of that number. */
    UNKNOWN_OPERATION,
    /** The call would enter an entrypoint that is already on this chain of calls, and so would wait for itself. */
    DEADLOCK,
    /** An argument is outside of what the operation accepts. */
    INVALID_ARGUMENT,
    /** The operation is not allowed for this caller or in this state. */
    DENIED,
    /** The kernel cannot do this at all; its enforcement table says so. */
    UNSUPPORTED,
    /** So little of the caller's stack is left that a server's method, which runs on it, might not come to its end. */
    OUT_OF_STACK;

    private static final Failure[] VALUES = values();

    /** The failure of a status word, {@link #MALFORMED} for a number that names none. */
    static Failure ofStatus(int status) {
        return status >= 1 && status <= VALUES.length ? VALUES[status - 1] : MALFORMED;
    }

    /** This failure as a status word; {@code 0} means success. */
    @SuppressWarnings("EnumOrdinal") // The order is part of the wire layout, as the type says.
    public int status() {
        return ordinal() + 1;
    }
}
