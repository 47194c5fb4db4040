package org.espalier.kernel.hw;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes JAR files. */
final class Jars {
    static final String MANIFEST = "META-INF/MANIFEST.MF";

    private Jars() {}

    static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(file)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }

    static byte[] manifest(String attributes) {
        return ("Manifest-Version: 1.0\r\n" + attributes + "\r\n").getBytes(StandardCharsets.UTF_8);
    }

    /** A JAR whose component is {@code component}, with further entries. */
    static byte[] of(Class<?> component, Map<String, byte[]> further) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put(MANIFEST, manifest("Espalier-Component: " + component.getName() + "\r\n"));
        entries.put(component.getName().replace('.', '/') + ".class", bytes(component));
        entries.putAll(further);
        return zip(entries);
    }

    private static byte[] bytes(Class<?> type) {
        try (InputStream content = type.getResourceAsStream(type.getSimpleName() + ".class")) {
            if (content == null) {
                throw new IllegalStateException("The class file of " + type + " is not there.");
            }
            return content.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
