package org.espalier.tests;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.espalier.base.Component;
import org.espalier.testkit.Zip;

/** Makes JARs of components that are classes of these tests. Stateless. */
final class Jar {
    private Jar() {}

    /** The file with {@code component} in it and nothing else. */
    static byte[] of(Class<? extends Component> component) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put(
                "META-INF/MANIFEST.MF",
                ("Manifest-Version: 1.0\r\n" + Component.MANIFEST_ATTRIBUTE + ": " + component.getName() + "\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        String name = component.getSimpleName() + ".class";
        try (InputStream code = Objects.requireNonNull(component.getResourceAsStream(name))) {
            entries.put(component.getPackageName().replace('.', '/') + "/" + name, code.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Zip.of(entries);
    }
}
