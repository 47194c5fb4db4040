package org.espalier.kernel.hw;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * Whether this JVM can be halted inside of a counted loop. Where it cannot, a loop without calls runs to its end before anything that
 * all threads take part in goes on: the stop of a component, and the collection of garbage for everybody.
 */
final class LoopSafepoints {
    /** What makes it so, for a command line. */
    static final String OPTIONS = "-XX:+UseCountedLoopSafepoints -XX:LoopStripMiningIter=1000";

    private LoopSafepoints() {}

    static boolean exist() {
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        try {
            return jvm != null
                    && Boolean.parseBoolean(
                            jvm.getVMOption("UseCountedLoopSafepoints").getValue());
        } catch (IllegalArgumentException e) {
            // Another JVM, of which nothing is known.
            return false;
        }
    }
}
