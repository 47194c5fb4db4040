package org.espalier.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.espalier.kernel.verifier.JarContent;
import org.espalier.kernel.verifier.Rejection;
import org.espalier.kernel.verifier.Verifier;
import org.junit.jupiter.api.Test;

/** What is installed passes the verifier, libraries included, so that none of it needs to be trusted. */
final class VerifiedComponentsTest {
    private static final Path COMPONENTS = Path.of(System.getProperty("espalier.dist"), "components");

    @Test
    void everyInstalledComponentIsVerified() throws Exception {
        Verifier verifier = Verifier.forThisJdk();
        List<Rejection> rejections = new ArrayList<>();
        int classes = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(COMPONENTS, "*.jar")) {
            for (Path file : files) {
                var verdict = verifier.verify(JarContent.read(Files.readAllBytes(file)));
                classes += verdict.classes();
                rejections.addAll(verdict.rejections());
            }
        }
        assertThat(rejections).isEmpty();
        assertThat(classes).isGreaterThan(500);
    }
}
