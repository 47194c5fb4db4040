package org.espalier.kernel.hw;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.espalier.testkit.Zip;

/** Makes JAR files. */
final class Jars {
    static final String MANIFEST = "META-INF/MANIFEST.MF";

    private Jars() {}

    static byte[] manifest(String attributes) {
        return ("Manifest-Version: 1.0\r\n" + attributes + "\r\n").getBytes(StandardCharsets.UTF_8);
    }

    /** A JAR of compiled classes, by internal name. */
    static byte[] of(String component, Map<String, byte[]> classes) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put(MANIFEST, manifest("Espalier-Component: " + component.replace('/', '.') + "\r\n"));
        classes.forEach((name, content) -> entries.put(name + ".class", content));
        return Zip.of(entries);
    }

    /** A JAR whose component is {@code component}, with its nested classes and further entries. */
    static byte[] of(Class<?> component, Map<String, byte[]> further) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put(MANIFEST, manifest("Espalier-Component: " + component.getName() + "\r\n"));
        classes(component).forEach((name, content) -> entries.put(name.replace('.', '/') + ".class", content));
        entries.putAll(further);
        return Zip.of(entries);
    }

    /** The class files of {@code type} and of all classes within it, by name. */
    static Map<String, byte[]> classes(Class<?> type) {
        Map<String, byte[]> classes = new TreeMap<>();
        URL file = Objects.requireNonNull(type.getResource(type.getSimpleName() + ".class"));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                Objects.requireNonNull(Path.of(file.toURI()).getParent()), type.getSimpleName() + "{,$*}.class")) {
            for (Path one : files) {
                String name = one.getFileName().toString().replace(".class", "");
                classes.put(type.getPackageName() + "." + name, Files.readAllBytes(one));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        return classes;
    }
}
