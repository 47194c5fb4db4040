package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.fixture.Counter;
import org.espalier.kernel.hw.JarImages.Loaded;
import org.espalier.testkit.Choices;
import org.espalier.testkit.ForAll;
import org.espalier.testkit.Zip;
import org.junit.jupiter.api.Test;

/** Binaries are hostile input: each is a component or refused with a sentence. */
final class JarImagesTest {
    private static final String TOO_LARGE =
            "The JAR unpacks to more than 67108864 bytes or 20000 entries, which is more"
                    + " than a component may have.";
    private static final String NO_COMPONENT =
            "The JAR holds no component: its manifest has no attribute Espalier-Component that names a class.";

    private static String reason(byte[] file) {
        return switch (new JarImages().load(file)) {
            case Loaded.Refused(String reason) -> reason;
            case Loaded.Image(JarImage image) -> "accepted: " + image.componentClass();
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void whatIsNeitherJarNorElfIsRefused() {
        String neither = "The binary is neither a JAR nor an ELF file.";
        assertThat(reason(new byte[0])).isEqualTo(neither);
        assertThat(reason(bytes("PK"))).isEqualTo(neither);
        assertThat(reason(bytes("#!/bin/sh\n"))).isEqualTo(neither);
        assertThat(reason(new byte[4096])).isEqualTo(neither);
    }

    @Test
    void aJarWithoutTheAttributeIsNoComponent() {
        assertThat(reason(Zip.of(Map.of("a", new byte[1])))).isEqualTo(NO_COMPONENT);
        assertThat(reason(Zip.of(Map.of(Jars.MANIFEST, Jars.manifest(""))))).isEqualTo(NO_COMPONENT);
        assertThat(reason(Zip.of(Map.of(Jars.MANIFEST, Jars.manifest("Espalier-Component:   \r\n")))))
                .isEqualTo(NO_COMPONENT);
    }

    @Test
    void theAttributeMayHaveSpaceAroundIt() {
        assertThat(reason(Zip.of(Map.of(Jars.MANIFEST, Jars.manifest("Espalier-Component:   a.B  \r\n")))))
                .isEqualTo("accepted: a.B");
    }

    @Test
    void aDamagedManifestIsRefused() {
        assertThat(reason(Zip.of(Map.of(Jars.MANIFEST, bytes("no colon here\r\n")))))
                .startsWith("The manifest of the JAR is damaged: ");
    }

    @Test
    void twoEntriesOfOneNameAreRefused() {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put(Jars.MANIFEST, Jars.manifest("Espalier-Component: a.B\r\n"));
        entries.put("twin1", new byte[1]);
        entries.put("twin2", new byte[1]);
        String file = new String(Zip.of(entries), StandardCharsets.ISO_8859_1);

        assertThat(reason(bytes(file.replace("twin2", "twin1")))).isEqualTo("The JAR holds two entries named ‘twin1’.");
    }

    @Test
    void aFileThatUnpacksToTooMuchIsRefused() {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        byte[] half = new byte[32 << 20];
        entries.put("zeros1", half);
        entries.put("zeros2", half);
        assertThat(reason(Zip.of(entries))).as("exactly as much as may be").isEqualTo(NO_COMPONENT);
        entries.put("one more", new byte[1]);
        assertThat(reason(Zip.of(entries))).isEqualTo(TOO_LARGE);
    }

    @Test
    void aBombInAFolderIsRefusedAsWell() {
        String file = new String(Zip.of(Map.of("folder1", new byte[80 << 20])), StandardCharsets.ISO_8859_1);

        assertThat(reason(bytes(file.replace("folder1", "folder/")))).isEqualTo(TOO_LARGE);
    }

    @Test
    void aFileWithTooManyEntriesIsRefused() {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        for (int i = 0; i < 20_000; i++) {
            entries.put("e" + i, new byte[0]);
        }
        assertThat(reason(Zip.of(entries))).isEqualTo(NO_COMPONENT);
        entries.put("one more", new byte[0]);
        assertThat(reason(Zip.of(entries))).isEqualTo(TOO_LARGE);
    }

    @Test
    void aFileThatEndsTooEarlyIsDamaged() {
        byte[] random = new byte[10_000];
        new java.util.Random(1).nextBytes(random);
        byte[] whole = Zip.of(Map.of("a", random));

        assertThat(reason(Arrays.copyOf(whole, 5000))).startsWith("The JAR is damaged: ");
    }

    @Test
    void oneContentIsUnpackedOnce() {
        JarImages images = new JarImages();
        byte[] jar = Jars.of(Counter.class, Map.of());
        Loaded first = images.load(jar);

        assertThat(images.load(jar.clone())).isEqualTo(first);
    }

    @Test
    void mutatedFilesAreReadOrRefusedButNothingElse() {
        byte[] jar = Jars.of(Counter.class, Map.of("a/b", new byte[100]));
        ForAll.forAll(
                choices -> mutated(jar, choices),
                4000,
                file -> assertThat(reason(file)).matches("(?s)(accepted: |The JAR |The manifest |The binary ).*"));
    }

    private static byte[] mutated(byte[] original, Choices choices) {
        byte[] file = original.clone();
        int changes = choices.between(1, 4);
        for (int i = 0; i < changes; i++) {
            file[choices.below(file.length)] = (byte) choices.below(256);
        }
        return choices.oneIn(4) ? Arrays.copyOf(file, choices.below(file.length)) : file;
    }
}
