package org.espalier.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.espalier.core.RomSource;

/** Where the build put things. */
public final class Place {
    public static final Path ROOT = Path.of(property("espalier.root"));
    public static final Path DIST = Path.of(property("espalier.dist"));
    /** The installed components, and those that exist for tests only. */
    public static final RomSource COMPONENTS =
            folder(DIST.resolve("components")).or(folder(ROOT.resolve("target/tests/components")));

    private Place() {}

    private static String property(String name) {
        return Objects.requireNonNull(System.getProperty(name), () -> "The system property " + name + " is not set.");
    }

    private static RomSource folder(Path folder) {
        return name -> {
            Path file = folder.resolve(name.endsWith(".elf") ? name : name + ".jar");
            return Files.isRegularFile(file) ? Optional.of(read(file)) : Optional.empty();
        };
    }

    static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
