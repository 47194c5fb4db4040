package org.espalier.tests;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A run of the command line in a JVM of its own, as the launcher starts it.
 *
 * @param code its exit code
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
record Command(int code, String out, String err) {
    private static final long PATIENCE_SECONDS = 120;

    static ProcessBuilder builder(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Despalier.home=" + Place.ROOT,
                "-XX:+UseSerialGC",
                "-XX:+UseCountedLoopSafepoints",
                "-XX:LoopStripMiningIter=1000",
                "-XX:TieredStopAtLevel=1",
                "-Dfile.encoding=UTF-8",
                "-Dstdout.encoding=UTF-8",
                "-Dstderr.encoding=UTF-8",
                "-p",
                Place.DIST.resolve("lib").toString(),
                "--add-modules",
                "ALL-MODULE-PATH",
                "--enable-native-access=org.espalier.kernel.hw,org.espalier.kernel.linux,org.espalier.machine",
                "-m",
                "org.espalier.cli/org.espalier.cli.Main"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).directory(new File(Place.ROOT.toString()));
    }

    static Command run(String... arguments) {
        try {
            return await(builder(arguments).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Command await(Process process) {
        CompletableFuture<String> out = read(process.getInputStream());
        CompletableFuture<String> err = read(process.getErrorStream());
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(
                        "The command did not end within " + PATIENCE_SECONDS + " seconds.\n" + out.join() + err.join());
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return new Command(process.exitValue(), out.join(), err.join());
    }

    private static CompletableFuture<String> read(InputStream stream) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (stream) {
                stream.transferTo(bytes);
            } catch (IOException e) {
                // The process was destroyed.
            }
            text.complete(bytes.toString(StandardCharsets.UTF_8));
        });
        return text;
    }
}
