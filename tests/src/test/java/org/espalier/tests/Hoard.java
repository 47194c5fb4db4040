package org.espalier.tests;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.espalier.core.EspalierSystem;

/** A program of its own, for its heap gets full: a component hoards memory, is killed, and others go on. Prints what came of it. */
final class Hoard {
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final String SERVER =
            Running.hostile("server", "serve", "<provides> <service name=\"Probe\"/> </provides>");

    private Hoard() {}

    /** Exit code 0 when the component is gone and another is served. */
    public static void main(String[] args) {
        List<String> log = new CopyOnWriteArrayList<>();
        try (EspalierSystem system = EspalierSystem.builder()
                .config("test.xml", Running.HEAD + SERVER + Running.hostile("hoarder", "hoard") + "</config>")
                .ram(Running.RAM)
                .caps(Running.CAPS)
                .roms(Place.COMPONENTS)
                .log(line -> log.add(line.toString()))
                .start()
                .orThrow()) {
            await(() -> log.contains("[init -> hoarder] the heap is full"));
            long begin = System.nanoTime();
            String others = SERVER + Running.hostile("looker", "connect");
            system.reconfigure("test.xml", Running.HEAD + others + "</config>");
            await(() -> log.contains("[init -> looker] sum 42"));
            await(() -> system.state().quarantine().isEmpty());
            System.err.printf("quarantine is empty after %d ms%n", (System.nanoTime() - begin) / 1_000_000);
        } finally {
            log.forEach(System.out::println);
        }
    }

    private static void await(BooleanSupplier happened) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("It did not happen.");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
