package org.espalier.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Live reconfiguration against a model of what has to start anew; {@code -Despalier.reconfigurations=N} says how often. */
final class ReconfigurationTest {
    private static final String DONE = "[init -> host] * configurations, all as expected";
    private static final String FAILED = "*Error: *";

    @Test
    void aNewConfigurationStartsThoseAnewThatItMustAndNobodyElse() {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        int rounds = Integer.getInteger("espalier.reconfigurations", 300);
        System.out.println("seed " + seed + ": " + rounds + " configurations");
        String host = "<start name=\"host\" ram=\"48M\" caps=\"5000\"> <binary name=\"reconfigurer\"/>"
                + " <config seed=\"" + seed + "\" rounds=\"" + rounds + "\"/> </start>";
        try (Running running = Running.start(host)) {
            // Nothing of the host can be waited for longer: it complains when nothing happens any more.
            long deadline = System.nanoTime() + 1_000_000_000L * (60 + rounds);
            while (running.count(DONE) + running.count(FAILED) == 0 && System.nanoTime() < deadline) {
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(running.log).noneMatch(line -> line.contains("Error: "));
            assertThat(running.count(DONE)).isEqualTo(1);
        }
    }
}
