package org.espalier.kernel.linux;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.espalier.base.Component;
import org.espalier.kernel.hw.ComponentManifest;
import org.espalier.kernel.verifier.JarContent;

/**
 * The classes that carry a component within its JVM, as one JAR that is made of the modules of the running system: base, and what reads a
 * component's file and speaks for it to the kernel. So both ends are always of the same version.
 */
final class RuntimeArchive {
    private static final List<Class<?>> MODULES =
            List.of(Component.class, JarContent.class, ComponentManifest.class, RuntimeArchive.class);

    private RuntimeArchive() {}

    /** Where the module is whose classes are running. */
    static Path home() {
        return place(RuntimeArchive.class);
    }

    /** Makes it. */
    static byte[] make() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 20);
        try (ZipOutputStream archive = new ZipOutputStream(bytes)) {
            // Stored, not packed: it is read by every JVM, and costs memory once.
            archive.setMethod(ZipOutputStream.STORED);
            for (Class<?> module : MODULES) {
                addAll(archive, module);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The classes of this program cannot be read.", e);
        }
        return bytes.toByteArray();
    }

    private static void addAll(ZipOutputStream archive, Class<?> module) throws IOException {
        Path place = place(module);
        if (Files.isDirectory(place)) {
            add(archive, place);
        } else {
            try (FileSystem jar = FileSystems.newFileSystem(place)) {
                add(archive, jar.getPath("/"));
            }
        }
    }

    private static Path place(Class<?> module) {
        CodeSource source = module.getProtectionDomain().getCodeSource();
        if (source == null) {
            throw new IllegalStateException("Nobody knows where " + module.getName() + " came from.");
        }
        try {
            URI place = source.getLocation().toURI();
            return Path.of(place);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("A class of this program came from no place.", e);
        }
    }

    private static void add(ZipOutputStream archive, Path root) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(path -> path.toString().endsWith(".class") && !path.endsWith("module-info.class"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            byte[] content;
            try (InputStream in = Files.newInputStream(file)) {
                content = in.readAllBytes();
            }
            ZipEntry entry = new ZipEntry(root.relativize(file).toString());
            CRC32 sum = new CRC32();
            sum.update(content);
            entry.setCrc(sum.getValue());
            entry.setSize(content.length);
            entry.setTime(0);
            archive.putNextEntry(entry);
            archive.write(content);
            archive.closeEntry();
        }
    }
}
