package org.espalier.proofs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A temporary folder with what KeY reads: the classes to be proved, byte by byte as they ship, beside the assumed contracts of those
 * that it cannot read or reason about. A folder of its own, since one file that KeY cannot parse makes it refuse the whole folder.
 *
 * <p>Whoever makes it closes it; then the folder is gone.
 */
final class ProofSources implements AutoCloseable {
    /** The classes that are proved. */
    static final List<String> PROVED = List.of("UntypedRegion", "CapLookup", "TcbQueue", "DerivationTree");

    /** The classes whose contracts are assumed, in files of this module's. */
    static final List<String> ASSUMED = List.of("ObjectMemory", "CapRelation");

    private static final Path PACKAGE = Path.of("org", "espalier", "kernel", "sel4", "proved");

    private final Path folder;

    private ProofSources(Path folder) {
        this.folder = folder;
    }

    /**
     * Copies the sources of kernel sel4 in the tree at {@code home}.
     *
     * @param change what is done to the text of each proved class: nothing, other than in tests of the proofs themselves
     * @throws UncheckedIOException if a file is missing or cannot be read, naming it
     */
    static ProofSources copied(Path home, UnaryOperator<String> change) {
        try {
            ProofSources sources = new ProofSources(Files.createTempDirectory("espalier-proofs"));
            try {
                sources.fill(home.resolve("kernel/sel4/src/main/java").resolve(PACKAGE), change);
            } catch (IOException | RuntimeException e) {
                sources.close();
                throw e;
            }
            return sources;
        } catch (IOException e) {
            throw new UncheckedIOException("A source of the proofs cannot be read: " + e.getMessage(), e);
        }
    }

    private void fill(Path shipped, UnaryOperator<String> change) throws IOException {
        Path target = Files.createDirectories(java().resolve(PACKAGE));
        Files.createDirectories(settings());
        for (String name : PROVED) {
            String file = name + ".java";
            Files.writeString(target.resolve(file), change.apply(Files.readString(shipped.resolve(file))));
        }
        for (String name : ASSUMED) {
            String file = name + ".java";
            try (InputStream specification = ProofSources.class.getResourceAsStream("assumed/" + file)) {
                if (specification == null) {
                    throw new IOException("assumed/" + file + " is not in the JAR of the proofs");
                }
                Files.copy(specification, target.resolve(file));
            }
        }
    }

    /** The folder that KeY is given. */
    Path java() {
        return folder.resolve("java");
    }

    /** Where KeY keeps settings; without it they would be in the user's home, and those of an earlier run would count. */
    Path settings() {
        return folder.resolve("settings");
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The temporary folder " + folder + " cannot be removed: " + e.getMessage(), e);
        }
    }
}
