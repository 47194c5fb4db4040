package org.espalier.kernel.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is in the sandbox of a JVM: the running JVM's own files and the C library's, for reading, and the classes that a component is
 * carried by. No /proc, no /dev, no temporary folder.
 */
final class JvmSandbox {
    /**
     * What a component in a JVM may take of the host, beside its heap. A thread and an entrypoint have a descriptor or a few: with that many
     * it is their price in capabilities that bounds them, as on any other kernel.
     */
    static final Confinement.Limits LIMITS = new Confinement.Limits(1024, 4L << 30);

    /** Threads that a JVM may have: those that it keeps for itself beside one for each descriptor. */
    static final int THREADS = LIMITS.descriptors() + 64;

    /**
     * What the host may spend on a component in a JVM beside its dataspaces, in MiB, where it counts that: the heap, 64 for classes, 24 for compiled code, and the
     * rest for the compilers, the C library, stacks, the JVM's own files, and the host's tables.
     */
    static final int HOST_MIB = 256;

    /** Largest heap of a component, in MiB. */
    static final int HEAP_MIB = 64;

    /** The least that a JVM in a sandbox can be given, in MiB: what it does before a component begins takes up to four. */
    static final int LEAST_HEAP_MIB = 8;

    /** The JVM rounds the size of its heap up to a multiple of so many MiB. */
    static final int HEAP_STEP_MIB = 2;

    /**
     * What every JVM in a sandbox is started with. An AOT cache is of use only where these are what it was made with. It is mapped where it
     * was made for, and not moved to a place by chance: moving it writes to some six megabytes that all JVMs share else, and hides from a component
     * where its own classes are.
     */
    static final List<String> OPTIONS = List.of(
            "-Xmx" + HEAP_MIB + "m",
            "-Xms4m",
            "-Xss512k",
            "-XX:+UseSerialGC",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:ArchiveRelocationMode=0",
            "-XX:ReservedCodeCacheSize=24m",
            "-XX:CompressedClassSpaceSize=32m",
            "-XX:MaxMetaspaceSize=64m",
            "-XX:-UsePerfData",
            "-XX:+DisableAttachMechanism",
            "-XX:-CreateCoredumpOnCrash",
            "--enable-native-access=ALL-UNNAMED");

    /**
     * How the C library keeps memory for the JVM: in one place for all threads, and nothing of what a compiler has freed, which is some five
     * megabytes of a JVM that waits.
     */
    private static final Map<String, String> ALLOCATOR = Map.of(
            "MALLOC_ARENA_MAX", "1",
            "MALLOC_MMAP_THRESHOLD_", "30000",
            "MALLOC_TRIM_THRESHOLD_", "65536",
            "MALLOC_TOP_PAD_", "32768");

    private static final String ARCHIVE = "/lib/espalier.jar";
    private static final String CACHE = "/lib/espalier.aot";
    private static final String LIBRARIES = "/lib/host/";
    private static final String LOADER = "/lib64/ld-linux-x86-64.so.2";

    private JvmSandbox() {}

    /**
     * Describes it.
     *
     * @param heap largest heap of the component, in MiB, {@link #LEAST_HEAP_MIB} to {@link #HEAP_MIB}
     * @throws HostException if the host refuses memory
     */
    static Confinement.Content describe(int heap) throws HostException {
        Path home = Path.of(System.getProperty("java.home")).toAbsolutePath();
        List<String> arguments = new ArrayList<>(List.of("--setenv", "LD_LIBRARY_PATH"));
        arguments.add("/jre/lib:/jre/lib/server:" + LIBRARIES);
        ALLOCATOR.forEach((name, value) -> arguments.addAll(List.of("--setenv", name, value)));
        arguments.addAll(List.of("--ro-bind", home.toString(), "/jre"));
        libraries(home).forEach((name, path) -> {
            boolean loader = name.startsWith("ld-linux");
            arguments.addAll(List.of("--ro-bind", path, loader ? LOADER : LIBRARIES + name));
        });
        Optional<RuntimeImage> image = RuntimeImage.find();
        List<String> command = new ArrayList<>(List.of("/jre/bin/java"));
        command.addAll(OPTIONS);
        if (heap < HEAP_MIB) {
            // Of two such options the later counts, and the cache serves heaps of any size.
            command.add("-Xmx" + heap + "m");
        }
        image.ifPresent(found -> {
            arguments.addAll(List.of("--ro-bind", found.archive().toString(), ARCHIVE));
            arguments.addAll(List.of("--ro-bind", found.cache().toString(), CACHE));
            command.addAll(List.of("-XX:AOTCache=" + CACHE, "-XX:AOTMode=auto"));
        });
        command.addAll(List.of("-cp", ARCHIVE, ProcessMain.class.getName()));
        // Without an image the archive is copied into each sandbox; with one there is nothing to copy.
        return new Confinement.Content(
                arguments,
                MemoryFile.holding("espalier.jar", image.isPresent() ? new byte[0] : RuntimeArchive.make()),
                image.isPresent() ? "/lib/nothing" : ARCHIVE,
                command,
                Filters.startingJvm(),
                Filters.jvm());
    }

    /** The shared libraries that this JVM has of the host, by file name: a JVM in a sandbox needs the same. */
    private static Map<String, String> libraries(Path home) {
        Map<String, String> libraries = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
                int at = line.indexOf('/');
                String path = at < 0 ? "" : line.substring(at);
                String name = path.substring(path.lastIndexOf('/') + 1);
                if (name.contains(".so") && !Path.of(path).startsWith(home) && Files.isReadable(Path.of(path))) {
                    libraries.put(name, path);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return libraries;
    }
}
