package org.espalier.kernel.sel4;

/** Numbers of system calls, as RDX holds them (libsel4, classic configuration, debug build). All others are faults of the thread. */
final class SyscallNumber {
    static final int CALL = -1;
    static final int REPLY_RECV = -2;
    static final int SEND = -3;
    static final int NB_SEND = -4;
    static final int RECV = -5;
    static final int REPLY = -6;
    static final int YIELD = -7;
    static final int NB_RECV = -8;
    static final int DEBUG_PUT_CHAR = -9;
    static final int DEBUG_DUMP_SCHEDULER = -10;
    static final int DEBUG_HALT = -11;
    static final int DEBUG_CAP_IDENTIFY = -12;
    static final int DEBUG_SNAPSHOT = -13;
    static final int DEBUG_NAME_THREAD = -14;

    /** Sets the base of FS of the thread itself. */
    static final int SET_TLS_BASE = -29;

    private static final String[] NAMES = {
        "Call",
        "ReplyRecv",
        "Send",
        "NBSend",
        "Recv",
        "Reply",
        "Yield",
        "NBRecv",
        "DebugPutChar",
        "DebugDumpScheduler",
        "DebugHalt",
        "DebugCapIdentify",
        "DebugSnapshot",
        "DebugNameThread"
    };

    private SyscallNumber() {}

    /** For people. */
    static String name(long number) {
        if (number == SET_TLS_BASE) {
            return "SetTLSBase";
        }
        return number < 0 && -number <= NAMES.length ? NAMES[(int) -number - 1] : "syscall " + number;
    }
}
