package org.espalier.kernel.hw;

import java.lang.ref.WeakReference;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * Tells binaries apart by content and unpacks each JAR once for as long as an instance of it lives. Thread-safe.
 */
final class JarImages {
    private final Map<String, WeakReference<JarImage>> bySha256 = new HashMap<>();

    /** What became of a binary. */
    sealed interface Loaded {
        /** It is a component. */
        record Image(JarImage image) implements Loaded {}

        /** It is none that this kernel runs. */
        record Refused(String reason) implements Loaded {
            @Override
            public String toString() {
                return reason;
            }
        }
    }

    Loaded load(byte[] file) {
        if (!startsWith(file, 'P', 'K', 3, 4)) {
            return new Loaded.Refused("The binary is neither a JAR nor an ELF file.");
        }
        String key = sha256(file);
        synchronized (this) {
            WeakReference<JarImage> known = bySha256.get(key);
            JarImage image = known == null ? null : known.get();
            if (image == null) {
                bySha256.values().removeIf(reference -> reference.refersTo(null));
                try {
                    image = JarImage.parse(file, key);
                } catch (JarImage.NotAComponent e) {
                    return new Loaded.Refused(String.valueOf(e.getMessage()));
                }
                bySha256.put(key, new WeakReference<>(image));
            }
            return new Loaded.Image(image);
        }
    }

    private static boolean startsWith(byte[] file, int... magic) {
        if (file.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if (file[i] != magic[i]) {
                return false;
            }
        }
        return true;
    }

    private static String sha256(byte[] file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
