package org.espalier.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Root tasks of {@code native/sel4/bench}, as the build has compiled them. */
final class Sel4Task {
    private Sel4Task() {}

    /** Why there is no such root task, a sentence for people; empty if there is. */
    static Optional<String> obstacle(String name) {
        return Sel4Task.class.getResource(name) == null
                ? Optional.of("this build has no " + name + ", as there was no gcc on Linux on x86-64.")
                : Optional.empty();
    }

    /** Its file. */
    static byte[] read(String name) {
        try (InputStream file = Sel4Task.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("There is no " + name + ".");
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
