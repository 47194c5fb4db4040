package org.espalier.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.espalier.kernel.verifier.JarContent;
import org.espalier.kernel.verifier.Verdict;
import org.espalier.kernel.verifier.Verifier;

/**
 * What it takes to verify all installed components, one after the other.
 *
 * @param cold milliseconds for each KB of class files, in a JVM that has just begun, the list of members included
 * @param warm the same once more
 */
record Verification(double cold, double warm) {
    static Verification measure() throws IOException, JarContent.Unreadable {
        List<JarContent> jars = new ArrayList<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(Components.file("init").resolveSibling("."), "*.jar")) {
            for (Path file : files) {
                jars.add(JarContent.read(Files.readAllBytes(file)));
            }
        }
        return new Verification(pass(jars), pass(jars));
    }

    private static double pass(List<JarContent> jars) {
        long begin = System.nanoTime();
        Verifier verifier = Verifier.forThisJdk();
        long bytes = 0;
        for (JarContent jar : jars) {
            Verdict verdict = verifier.verify(jar);
            if (!verdict.isClean()) {
                throw new IllegalStateException("An installed component is rejected: " + verdict.summary(400));
            }
            bytes += verdict.bytes();
        }
        return (System.nanoTime() - begin) / 1e6 / (bytes / 1024.0);
    }
}
