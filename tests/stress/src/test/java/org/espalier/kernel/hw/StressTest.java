package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jcstress.Main;

/** Runs all stress tests of this module; jcstress starts its own JVMs and prints what it saw. */
final class StressTest {
    /** One of the ways in which jcstress starts JVMs: their compiler puts code in random order where it may. */
    private static final List<String> SHUFFLED = List.of(
            "-jvmArgs",
            "-XX:-TieredCompilation -XX:+UnlockDiagnosticVMOptions -XX:+StressLCM -XX:+StressGCM -XX:+StressIGVN");

    @TempDir
    private Path folder;

    @Test
    void nothingForbiddenIsSeen() throws Exception {
        // Of the class path only what exists: jcstress looks into all of it.
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(path -> Files.exists(Path.of(path)))
                .collect(Collectors.joining(File.pathSeparator));
        int iterations = Integer.getInteger("espalier.iterations", 1);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                Main.class.getName(),
                "-m",
                "sanity",
                "-iters",
                String.valueOf(iterations),
                "-time",
                "300",
                // Without these "sanity" runs one state at a time, and actors never meet.
                "-strideSize",
                "100",
                "-strideCount",
                "20",
                "-sc",
                "false",
                "-r",
                folder.toString()));
        if (iterations == 1) {
            // The short run leaves JVMs out rather than tests.
            command.addAll(SHUFFLED);
        }
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(30, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        String text = Files.readString(output);
        assertThat(process.exitValue()).as(text).isZero();
        assertThat(text)
                .contains("Failed tests: No matches.", "Error tests: No matches.", "All remaining tests: 8 matching");
    }
}
