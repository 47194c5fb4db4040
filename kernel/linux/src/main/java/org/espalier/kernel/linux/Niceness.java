package org.espalier.kernel.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Nice values: what the host's scheduler makes a thread's weight of, beside threads of the same control group. Sources: setpriority(2), sched(7). A
 * process cannot make itself more urgent again: the host allows that to nobody without privileges, and seccomp to no component.
 */
final class Niceness {
    /** The least urgent one. */
    static final int LEAST = 19;

    /** The call returns 20 less the nice value, which is positive then. */
    private static final int OFFSET = 20;

    private static final int OF_PROCESS = 0;
    private static final int OF_GROUP = 1;

    /** A thread that another one has just begun to make can be missed once. */
    private static final int MOST_LOOKS = 100;

    private static final Path SESSIONS = Path.of("/proc/sys/kernel/sched_autogroup_enabled");

    private Niceness() {}

    /** That of the calling thread, which is that of all that this process starts. */
    static int own() throws HostException {
        return OFFSET - (int) Host.demand(SystemCall.GETPRIORITY, OF_PROCESS, 0, 0);
    }

    /**
     * Lowers all threads of a process by so many steps below this one's, as far as the host goes.
     *
     * @param process the only one of its process group, whose number that has; one in a sandbox is
     * @throws HostException if it has ended, or goes on making threads faster than they can be lowered
     */
    static void lower(long process, int steps) throws HostException {
        int value = Math.min(LEAST, own() + steps);
        for (int look = 0; look < MOST_LOOKS; look++) {
            Host.demand(SystemCall.SETPRIORITY, OF_GROUP, process, value);
            // What it tells is that of the most urgent one.
            if (Host.demand(SystemCall.GETPRIORITY, OF_GROUP, process, 0) <= OFFSET - value) {
                return;
            }
        }
        throw new HostException(SystemCall.SETPRIORITY, Host.EAGAIN);
    }

    /**
     * Whether the host gives each session of processes as much as any other where they are in no control group for processors. Then nice
     * values say something within a session alone, and every sandbox is one.
     */
    static boolean isOfSessionsAlone() {
        try {
            return Files.readString(SESSIONS, StandardCharsets.US_ASCII).strip().equals("1");
        } catch (IOException e) {
            // A kernel that was built without them.
            return false;
        }
    }
}
