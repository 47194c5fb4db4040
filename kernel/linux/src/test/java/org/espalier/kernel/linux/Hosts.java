package org.espalier.kernel.linux;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/** What tests ask of the host that they run on. */
final class Hosts {
    private Hosts() {}

    /** Leaves a test out where the host lacks something, and says what and how to mend it. */
    static void assumeConfinement() {
        assumeThat(Preflight.run().map(Object::toString).orElse("")).isEmpty();
    }

    /** The program that makes attempts; see {@code attempts.c}. */
    static byte[] attempts() throws IOException {
        try (var content = Hosts.class.getResourceAsStream("attempts.elf")) {
            return Objects.requireNonNull(content).readAllBytes();
        }
    }

    /** Descriptors that this process has open. */
    static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    /** Processes that this one has started and not waited for, and what those have started. */
    static long children() {
        return ProcessHandle.current().descendants().count();
    }
}
