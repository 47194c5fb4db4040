package org.espalier.kernel.verifier;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The unpacked content of a JAR. The file is hostile input: its size unpacked and its number of entries are bounded. Verifier and
 * loader read the same object, so what was verified is what is defined. Immutable; whoever gets bytes does not change them.
 */
public final class JarContent {
    /** Largest file, and largest content unpacked. */
    public static final long MAX_BYTES = 64 << 20;

    private static final int MAX_ENTRIES = 20_000;
    private static final String SUFFIX = ".class";

    private final Map<String, byte[]> entries;
    private final SortedMap<String, byte[]> classes = new TreeMap<>();

    private JarContent(Map<String, byte[]> entries) {
        this.entries = entries;
        entries.forEach((name, content) -> {
            if (isClass(name)) {
                classes.put(name.substring(0, name.length() - SUFFIX.length()), content);
            }
        });
    }

    /** Why a file is no JAR that is read; the message is a sentence for people. */
    public static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        Unreadable(String message) {
            super(message);
        }
    }

    /** Unpacks {@code file}. */
    public static JarContent read(byte[] file) throws Unreadable {
        Map<String, byte[]> entries = new HashMap<>();
        long total = 0;
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                // Read also when it is called a folder, for what is skipped would be unpacked without a bound.
                byte[] content = zip.readNBytes((int) (MAX_BYTES - total + 1));
                total += content.length;
                if (total > MAX_BYTES || entries.size() == MAX_ENTRIES) {
                    throw new Unreadable("The JAR unpacks to more than " + MAX_BYTES + " bytes or " + MAX_ENTRIES
                            + " entries, which is more than a component may have.");
                }
                if (!entry.isDirectory() && entries.putIfAbsent(entry.getName(), content) != null) {
                    throw new Unreadable("The JAR holds two entries named ‘" + entry.getName() + "’.");
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new Unreadable("The JAR is damaged: " + e.getMessage());
        }
        if (entries.isEmpty()) {
            throw new Unreadable("The JAR is empty, or none at all.");
        }
        return new JarContent(entries);
    }

    /** Variants for certain JDK releases and descriptions of modules are for other loaders than ours, which does not define them. */
    private static boolean isClass(String entry) {
        return entry.endsWith(SUFFIX) && !entry.startsWith("META-INF/") && !entry.equals("module-info.class");
    }

    /** The content of an entry of any kind. */
    public byte @Nullable [] entry(String name) {
        return entries.get(name);
    }

    /** The class files that may be defined, by the name that their entry gives them, with slashes. */
    public SortedMap<String, byte[]> classes() {
        return Collections.unmodifiableSortedMap(classes);
    }
}
