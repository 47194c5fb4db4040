package org.espalier.machine;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Whether tests of the engine {@code kvm} can run. */
final class KvmHost {
    private KvmHost() {}

    /** Leaves the test out, with what would mend it, where the engine cannot be had. */
    static void assume() {
        if (Engines.probeKvm() instanceof Engines.Probe.Missing missing) {
            assumeTrue(false, "n/a: engine kvm: " + missing.reason());
        }
    }
}
