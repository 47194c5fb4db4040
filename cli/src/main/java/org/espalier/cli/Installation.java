package org.espalier.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.espalier.core.RomSource;

/** Where this installation keeps what it needs at run time; the launcher names the folder. */
final class Installation {
    private Installation() {}

    /** The folder of the launcher. */
    static Path home() {
        String home = System.getProperty("espalier.home");
        if (home == null) {
            throw new Refusal(ExitCode.USAGE, "The property espalier.home is not set; start this with ./espalier.");
        }
        return Path.of(home);
    }

    /** Which program a module without an extension is, where a component is there in both kinds. */
    enum Preference {
        JAR(".jar"),
        ELF(".elf");

        private final String extension;

        Preference(String extension) {
            this.extension = extension;
        }
    }

    /** The installed components as ROM modules; those of a name that are there as JAR and as ELF are the JARs. */
    static RomSource components() {
        return components(Preference.JAR);
    }

    /** The installed components as ROM modules. */
    static RomSource components(Preference preference) {
        return folder(home().resolve("target/dist/components"), preference);
    }

    /** Whether a module of that name is an installed component that there is as JAR and as ELF program. */
    static boolean isThereAsBoth(String name) {
        Path folder = home().resolve("target/dist/components");
        return file(folder, name, Preference.JAR)
                .filter(file -> !file.equals(folder.resolve(name)))
                .filter(jar -> !jar.equals(file(folder, name, Preference.ELF).orElse(jar)))
                .isPresent();
    }

    /**
     * The files of a folder as ROM modules: a module's file has its name, with or without an extension. Of several that differ in that alone, the JAR
     * is meant, else the first in order; who means another one names it with its extension.
     */
    static RomSource folder(Path folder) {
        return folder(folder, Preference.JAR);
    }

    private static RomSource folder(Path folder, Preference preference) {
        return name -> file(folder, name, preference).map(Installation::read);
    }

    private static Optional<Path> file(Path folder, String name, Preference preference) {
        if (name.isEmpty() || name.startsWith(".") || name.contains("/") || name.contains("\\")) {
            return Optional.empty();
        }
        Path exact = folder.resolve(name);
        if (Files.isRegularFile(exact)) {
            return Optional.of(exact);
        }
        Path preferred = folder.resolve(name + preference.extension);
        return Files.isRegularFile(preferred) ? Optional.of(preferred) : withExtension(folder, name);
    }

    private static Optional<Path> withExtension(Path folder, String name) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> stem(file.getFileName().toString()).equals(name))
                    .sorted()
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String stem(String fileName) {
        int dot = fileName.lastIndexOf('.');
        return dot <= 0 ? fileName : fileName.substring(0, dot);
    }

    static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
