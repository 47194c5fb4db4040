package org.espalier.kernel.hw;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.espalier.base.Component;
import org.jspecify.annotations.Nullable;

/**
 * The content of a component's JAR, unpacked once and shared by all instances. Immutable. The file is hostile input: its size
 * unpacked and its number of entries are bounded.
 */
final class JarImage {
    /** Largest file, and largest content unpacked. */
    static final long MAX_BYTES = 64 << 20;

    private static final int MAX_ENTRIES = 20_000;
    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    private final Map<String, byte[]> entries;
    private final String componentClass;
    /** Class files with polls by name, made when the first instance needs them. */
    private final Map<String, byte[]> polled = new ConcurrentHashMap<>();

    private JarImage(Map<String, byte[]> entries, String componentClass) {
        this.entries = entries;
        this.componentClass = componentClass;
    }

    /** Why a file is no component; the message is a sentence for people. */
    static final class NotAComponent extends Exception {
        private static final long serialVersionUID = 1;

        NotAComponent(String message) {
            super(message);
        }
    }

    static JarImage parse(byte[] file) throws NotAComponent {
        Map<String, byte[]> entries = new HashMap<>();
        long total = 0;
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                // Read also when it is called a folder, for what is skipped would be unpacked without a bound.
                byte[] content = zip.readNBytes((int) (MAX_BYTES - total + 1));
                total += content.length;
                if (total > MAX_BYTES || entries.size() == MAX_ENTRIES) {
                    throw new NotAComponent("The JAR unpacks to more than " + MAX_BYTES + " bytes or " + MAX_ENTRIES
                            + " entries, which is more than a component may have.");
                }
                if (!entry.isDirectory() && entries.putIfAbsent(entry.getName(), content) != null) {
                    throw new NotAComponent("The JAR holds two entries named ‘" + entry.getName() + "’.");
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new NotAComponent("The JAR is damaged: " + e.getMessage());
        }
        return new JarImage(entries, componentClass(entries.get(MANIFEST)));
    }

    private static String componentClass(byte @Nullable [] manifest) throws NotAComponent {
        String name = null;
        if (manifest != null) {
            try {
                name = new Manifest(new ByteArrayInputStream(manifest))
                        .getMainAttributes()
                        .getValue(Component.MANIFEST_ATTRIBUTE);
            } catch (IOException e) {
                throw new NotAComponent("The manifest of the JAR is damaged: " + e.getMessage());
            }
        }
        if (name == null || name.isBlank()) {
            throw new NotAComponent("The JAR holds no component: its manifest has no attribute "
                    + Component.MANIFEST_ATTRIBUTE + " that names a class.");
        }
        return name.strip();
    }

    String componentClass() {
        return componentClass;
    }

    byte @Nullable [] entry(String name) {
        return entries.get(name);
    }

    /**
     * The class file of {@code className} as instances are to define it, if there is one.
     *
     * @throws ClassFormatError if it can take no {@link Polls}
     */
    byte @Nullable [] polledClass(String className) {
        byte[] content = entries.get(className.replace('.', '/') + ".class");
        return content == null ? null : polled.computeIfAbsent(className, name -> Polls.into(content, name));
    }
}
