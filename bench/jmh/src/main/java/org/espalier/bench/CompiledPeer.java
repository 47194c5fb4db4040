package org.espalier.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Two processes in C that exchange 64 bytes, the floor and the yardstick of what is measured between components; compiled by the host's
 * {@code gcc} when they are wanted. Used by one thread.
 */
final class CompiledPeer implements AutoCloseable {
    private final Path folder = Files.createTempDirectory("espalier-bench");
    private final Process process;
    private final Writer out;
    private final BufferedReader in;

    /**
     * Compiles and starts them.
     *
     * @param by {@code futex} or {@code socket}
     * @throws IOException if there is no compiler, or it refuses
     */
    CompiledPeer(String by) throws IOException, InterruptedException {
        Path source = folder.resolve("peer.c");
        Path program = folder.resolve("peer");
        try (InputStream content = CompiledPeer.class.getResourceAsStream("peer.c")) {
            Files.copy(Objects.requireNonNull(content, "peer.c"), source);
        }
        int compiled = new ProcessBuilder("gcc", "-O2", "-o", program.toString(), source.toString())
                .inheritIO()
                .start()
                .waitFor();
        if (compiled != 0) {
            throw new IOException("gcc does not compile the peer.");
        }
        process = new ProcessBuilder(List.of(program.toString(), by))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out = process.outputWriter();
        in = process.inputReader();
    }

    /** Has them exchange so many times; the nanoseconds that it took them. */
    long exchange(int times) throws IOException {
        out.write(times + "\n");
        out.flush();
        return Long.parseLong(Objects.requireNonNull(in.readLine(), "an answer of the peer"));
    }

    @Override
    public void close() throws IOException {
        out.close();
        process.destroy();
        Files.delete(folder.resolve("peer.c"));
        Files.delete(folder.resolve("peer"));
        Files.delete(folder);
    }
}
