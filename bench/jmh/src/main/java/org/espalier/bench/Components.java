package org.espalier.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.espalier.core.RomSource;

/** The components of the build, as ROM modules. */
final class Components {
    private Components() {}

    static RomSource roms() {
        return name -> {
            try {
                return Files.exists(file(name)) ? Optional.of(Files.readAllBytes(file(name))) : Optional.empty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    /** Where the build left the component: a JAR, or what the name says that it is. */
    static Path file(String name) {
        return Path.of(
                System.getProperty("espalier.home", "."),
                "target/dist/components",
                name.endsWith(".elf") ? name : name + ".jar");
    }
}
