package org.espalier.proofs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The contracts that KeY does not close by itself yet, each with what is left open: the file {@code open-parts.txt}, one
 * {@code Class.method: reason} in a line. A contract that is not on the list has to close.
 */
final class OpenParts {
    private OpenParts() {}

    /** The reasons, by contract. */
    static Map<String, String> listed() {
        try (InputStream stream = OpenParts.class.getResourceAsStream("open-parts.txt")) {
            if (stream == null) {
                throw new IllegalStateException("open-parts.txt is not in the JAR of the proofs.");
            }
            Map<String, String> parts = new LinkedHashMap<>();
            for (String line : new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    int colon = line.indexOf(": ");
                    if (colon < 0) {
                        throw new IllegalStateException("open-parts.txt has a line without a reason: " + line);
                    }
                    parts.put(line.substring(0, colon), line.substring(colon + 2));
                }
            }
            return parts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
