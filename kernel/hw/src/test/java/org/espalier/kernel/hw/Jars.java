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

    /** A JAR whose component is {@code component}, with its nested classes and further entries. */
    static byte[] of(Class<?> component, Map<String, byte[]> further) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put(MANIFEST, manifest("Espalier-Component: " + component.getName() + "\r\n"));
        put(entries, component);
        entries.putAll(further);
        return zip(entries);
    }

    private static void put(Map<String, byte[]> entries, Class<?> type) {
        entries.put(type.getName().replace('.', '/') + ".class", bytes(type));
        for (Class<?> nested : type.getDeclaredClasses()) {
            put(entries, nested);
        }
    }

    /** The class file of a class of the tests. */
    static byte[] bytes(Class<?> type) {
        String name = type.getName();
        try (InputStream content = type.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1) + ".class")) {
            if (content == null) {
                throw new IllegalStateException("The class file of " + type + " is not there.");
            }
            return content.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
