package org.espalier.machine;

import java.lang.reflect.Method;

/** What a thread takes of Java's heap. */
final class Allocation {
    private Allocation() {}

    /**
     * The least that the calling thread has allocated in one of {@code most} runs of {@code action}: what is interpreted yet allocates more
     * than what is compiled, and code that allocates by itself does so in each. Ends with the first run that took less than {@code enough}
     * bytes.
     */
    static long least(int most, long enough, Runnable action) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < most && least >= enough; i++) {
            long before = bytes();
            action.run();
            least = Math.min(least, bytes() - before);
        }
        return least;
    }

    /** By reflection, because the module under test does not read the one of the management beans. */
    private static long bytes() {
        try {
            Object threads = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            Method bytes = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
            return (long) bytes.invoke(threads);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("The management beans are not there.", e);
        }
    }
}
