package org.espalier.kernel.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the JVMs of components share on disk: the archive of their runtime, and a cache of its classes in the form in which a JVM uses them
 * (an AOT cache), which halves the time of a start. Made by the build; a kernel that finds none does without.
 *
 * @param archive the classes
 * @param cache the cache, which is of use to the JVM that has made it alone
 */
record RuntimeImage(Path archive, Path cache) {
    private static final String FOLDER = "linux-runtime";
    private static final String ARCHIVE = "espalier.jar";
    private static final String CACHE = "espalier.aot";

    /** That of this installation: in a folder beside the JAR of this module. */
    static Optional<RuntimeImage> find() {
        Path folder = RuntimeArchive.home().resolveSibling(FOLDER);
        RuntimeImage image = new RuntimeImage(folder.resolve(ARCHIVE), folder.resolve(CACHE));
        // In a folder that nobody can enter, it is as good as not made.
        return Files.isReadable(image.archive)
                        && Files.isReadable(image.cache)
                        && Preflight.hidingFolder(folder).isEmpty()
                ? Optional.of(image)
                : Optional.empty();
    }

    /**
     * Makes it, for the build: in each of the folders that {@code arguments} name.
     *
     * @throws IOException if a file cannot be written, or the JVM makes no cache
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path made = null;
        for (String argument : arguments) {
            Path folder = Path.of(argument, FOLDER);
            Files.createDirectories(folder);
            if (made == null) {
                make(folder);
                made = folder;
            } else {
                // With its times: a JVM takes a cache for that of another archive when they differ.
                for (String name : List.of(ARCHIVE, CACHE)) {
                    Files.copy(
                            made.resolve(name),
                            folder.resolve(name),
                            StandardCopyOption.REPLACE_EXISTING,
                            StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    private static void make(Path folder) throws IOException, InterruptedException {
        Path archive = folder.resolve(ARCHIVE);
        Path cache = folder.resolve(CACHE);
        Files.write(archive, RuntimeArchive.make());
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(JvmSandbox.OPTIONS);
        command.addAll(List.of(
                "-XX:AOTCacheOutput=" + cache,
                "-Xlog:aot*=off",
                "-cp",
                archive.toString(),
                ProcessMain.class.getName(),
                "rehearse"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        int code = process.waitFor();
        if (code != 0 || !Files.isReadable(cache)) {
            throw new IOException("The JVM has made no AOT cache; it ended with the code " + code + ".");
        }
    }
}
