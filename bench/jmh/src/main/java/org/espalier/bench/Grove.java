package org.espalier.bench;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.espalier.base.CapQuota;
import org.espalier.base.Label;
import org.espalier.base.RamQuota;
import org.espalier.bench.idle.Idle;
import org.espalier.check.Check;
import org.espalier.check.Modules;
import org.espalier.check.SystemPlan;
import org.espalier.config.ConfigReader;
import org.espalier.config.ReadResult;
import org.espalier.core.EspalierSystem;

/**
 * A system of inits with idle components in them, of any size and always of the same shape.
 *
 * @param inits how many there are, the outermost not counted
 */
record Grove(int inits) {
    private static final int PER_INIT = 100;

    private static final Label CORE = new Label("core");

    private static final String HEAD = """
            <config>
              <parent-provides>
                <service name="ROM"/> <service name="LOG"/> <service name="PD"/> <service name="CPU"/>
              </parent-provides>
              <default-route> <any-service> <parent/> </any-service> </default-route>
            """;

    /** With so many components, the inits counted. */
    static Grove of(int components) {
        return new Grove(components / PER_INIT);
    }

    int components() {
        return inits * PER_INIT;
    }

    private String config() {
        StringBuilder inner = new StringBuilder(HEAD).append("<default ram=\"64K\" caps=\"50\"/>\n");
        for (int i = 1; i < PER_INIT; i++) {
            inner.append("<start name=\"idle").append(i).append("\"> <binary name=\"bench_idle\"/> </start>\n");
        }
        inner.append("</config>");
        StringBuilder outer = new StringBuilder(HEAD);
        for (int i = 0; i < inits; i++) {
            outer.append("<start name=\"init")
                    .append(i)
                    .append("\" ram=\"16M\" caps=\"8000\"> <binary name=\"init\"/>\n")
                    .append(inner)
                    .append("</start>\n");
        }
        return outer.append("</config>").toString();
    }

    /** Seconds to read the configuration and check the system; it must have no mistake. */
    double check() {
        String config = config();
        long begin = System.nanoTime();
        if (!(ConfigReader.read("grove", config.getBytes(StandardCharsets.UTF_8))
                instanceof ReadResult.Parsed parsed)) {
            throw new IllegalStateException("The configuration of this benchmark cannot be read.");
        }
        Check check = Check.of(
                new SystemPlan(parsed.root(), ram(), caps(), EspalierSystem.coreServices()),
                Modules.of(Components.roms()::module, new HashSet<>()));
        double seconds = (System.nanoTime() - begin) / 1e9;
        if (!check.findings().isEmpty()) {
            throw new IllegalStateException("The system of this benchmark has mistakes: "
                    + check.findings().getFirst());
        }
        return seconds;
    }

    /** Seconds from nothing to a system whose components have all logged. */
    double start(boolean virtualThreads) throws Exception {
        String config = config();
        CountDownLatch running = new CountDownLatch(components() - inits);
        long begin = System.nanoTime();
        try (EspalierSystem system = EspalierSystem.builder()
                .config("grove", config)
                .ram(ram())
                .caps(caps())
                .roms(Components.roms())
                .log(line -> {
                    if (line.text().equals(Idle.LINE)) {
                        running.countDown();
                    } else if (!line.label().equals(CORE)) {
                        System.err.println(line);
                    }
                })
                .virtualThreads(virtualThreads)
                .start()
                .orThrow()) {
            if (!running.await(120, TimeUnit.SECONDS)) {
                throw new IllegalStateException(running.getCount() + " of " + components()
                        + " components did not start in two minutes; " + system.ramOwned() + " bytes are owned.");
            }
            return (System.nanoTime() - begin) / 1e9;
        }
    }

    /** Enough for all, and for what their sessions cost the inits. */
    private RamQuota ram() {
        return new RamQuota(inits * (17L << 20) + (16L << 20));
    }

    private CapQuota caps() {
        return new CapQuota(inits * 8100L + 1000);
    }
}
