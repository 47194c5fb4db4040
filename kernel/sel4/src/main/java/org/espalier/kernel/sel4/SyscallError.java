package org.espalier.kernel.sel4;

/**
 * Why the invocation at hand is refused: what the reply to it says (libsel4, {@code seL4_Error}). There is one for the kernel, valid
 * between {@link Status#ERROR} and the reply.
 */
final class SyscallError {
    static final int INVALID_ARGUMENT = 1;
    static final int INVALID_CAPABILITY = 2;
    static final int ILLEGAL_OPERATION = 3;
    static final int RANGE_ERROR = 4;
    static final int ALIGNMENT_ERROR = 5;
    static final int FAILED_LOOKUP = 6;
    static final int TRUNCATED_MESSAGE = 7;
    static final int DELETE_FIRST = 8;
    static final int REVOKE_FIRST = 9;
    static final int NOT_ENOUGH_MEMORY = 10;

    private static final String[] NAMES = {
        "no error",
        "invalid argument",
        "invalid capability",
        "illegal operation",
        "range error",
        "alignment error",
        "failed lookup",
        "truncated message",
        "delete first",
        "revoke first",
        "not enough memory"
    };

    private int type;
    private long first;
    private long second;

    int type() {
        return type;
    }

    /** Number of the argument or capability, least value, whether a source was looked up, or bytes left. */
    long first() {
        return first;
    }

    /** The greatest value of a range. */
    long second() {
        return second;
    }

    int invalidArgument(int number) {
        return set(INVALID_ARGUMENT, number, 0);
    }

    int invalidCapability(int number) {
        return set(INVALID_CAPABILITY, number, 0);
    }

    int illegalOperation() {
        return set(ILLEGAL_OPERATION, 0, 0);
    }

    int range(long least, long greatest) {
        return set(RANGE_ERROR, least, greatest);
    }

    int alignment() {
        return set(ALIGNMENT_ERROR, 0, 0);
    }

    /** The {@link LookupFailure} tells what failed. */
    int failedLookup(boolean source) {
        return set(FAILED_LOOKUP, source ? 1 : 0, 0);
    }

    int truncated() {
        return set(TRUNCATED_MESSAGE, 0, 0);
    }

    int deleteFirst() {
        return set(DELETE_FIRST, 0, 0);
    }

    int revokeFirst() {
        return set(REVOKE_FIRST, 0, 0);
    }

    int notEnoughMemory(long left) {
        return set(NOT_ENOUGH_MEMORY, left, 0);
    }

    private int set(int newType, long newFirst, long newSecond) {
        type = newType;
        first = newFirst;
        second = newSecond;
        return Status.ERROR;
    }

    /** For people. */
    static String name(long type) {
        return type >= 0 && type < NAMES.length ? NAMES[(int) type] : "error " + type;
    }
}
