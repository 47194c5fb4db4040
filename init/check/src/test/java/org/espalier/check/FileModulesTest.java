package org.espalier.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.espalier.config.Schema;
import org.junit.jupiter.api.Test;

/** What a JAR says of itself. */
final class FileModulesTest {
    private static byte[] jar(Map<String, String> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream jar = new ZipOutputStream(bytes)) {
            for (var entry : new TreeMap<>(entries).entrySet()) {
                jar.putNextEntry(new ZipEntry(entry.getKey()));
                jar.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static Program program(Map<String, String> entries) {
        return Modules.of(name -> Optional.of(jar(entries)), Set.of()).program("p");
    }

    @Test
    void schemaIsReadBesideTheManifest() {
        assertThat(program(Map.of(Manifest.ENTRY, "<manifest/>")))
                .isInstanceOfSatisfying(
                        Program.Known.class, known -> assertThat(known.schema()).isEmpty());
        assertThat(program(Map.of(Manifest.ENTRY, "<manifest/>", Schema.ENTRY, "<schema/>")))
                .isInstanceOfSatisfying(
                        Program.Known.class, known -> assertThat(known.schema()).isPresent());
    }

    @Test
    void whatCannotBeReadMakesAProgramUnknown() {
        for (Map.Entry<Map<String, String>, String> one : List.of(
                Map.entry(Map.of("a.class", ""), "has no manifest"),
                Map.entry(Map.of(Schema.ENTRY, "<schema/>"), "has no manifest"),
                Map.entry(
                        Map.of(Manifest.ENTRY, "<config/>"),
                        "has a manifest that cannot be read: manifest of p:1:1: the top node is <config> and not <manifest>"),
                Map.entry(
                        Map.of(Manifest.ENTRY, "<manifest/>", Schema.ENTRY, "<schema> <nod/> </schema>"),
                        "has a schema that cannot be read: schema of p:1:10: unknown node <nod>; did you mean <node>?"))) {
            assertThat(program(one.getKey())).isEqualTo(new Program.Unknown(one.getValue()));
        }
    }
}
