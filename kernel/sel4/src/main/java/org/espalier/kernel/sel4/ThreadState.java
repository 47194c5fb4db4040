package org.espalier.kernel.sel4;

/** What a thread does (seL4 manual, 6.1). */
final class ThreadState {
    /** It does not run, and nothing that happens will make it. */
    static final int INACTIVE = 0;

    static final int RUNNING = 1;

    /** It can run, and does its last system call or faulting instruction again. */
    static final int RESTART = 2;

    static final int BLOCKED_ON_RECEIVE = 3;
    static final int BLOCKED_ON_SEND = 4;
    static final int BLOCKED_ON_REPLY = 5;
    static final int BLOCKED_ON_NOTIFICATION = 6;

    private static final String[] NAMES = {
        "inactive",
        "running",
        "restart",
        "blocked on receive",
        "blocked on send",
        "blocked on reply",
        "blocked on notification"
    };

    private ThreadState() {}

    static boolean isRunnable(int state) {
        return state == RUNNING || state == RESTART;
    }

    /** Whether {@code TCB_Resume} does something to such a thread. */
    static boolean isStopped(int state) {
        return !isRunnable(state);
    }

    /** For people. */
    static String name(int state) {
        return state >= 0 && state < NAMES.length ? NAMES[state] : "state " + state;
    }
}
