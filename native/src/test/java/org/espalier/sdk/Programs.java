package org.espalier.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Compiles components as programs of the host, with the compiler's checks for addresses and undefined behaviour. */
final class Programs {
    private static final Path GCC = Path.of("/usr/bin/gcc");
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path NATIVE = ROOT.resolve("native");
    private static final Path CLIMATE =
            ROOT.resolve("app/weather_server/src/main/resources/org/espalier/app/weather/server");

    private static final List<String> OPTIONS = List.of(
            "-std=gnu11",
            "-O1",
            "-g",
            "-Wall",
            "-Wextra",
            "-Wpedantic",
            "-Wconversion",
            "-Werror",
            "-fno-math-errno",
            "-fsanitize=address,undefined",
            "-fno-sanitize-recover=all",
            "-Wa,-I," + CLIMATE,
            // All of one name, and that of a client has what all of them look for.
            "-Wa,-I," + ROOT.resolve("app/packet_source/src/main/resources/META-INF/espalier"));

    private static final List<String> LIBRARY = List.of(
            "src/test/c/harness.c",
            "linux/image.c",
            "linux/slot_client.c",
            "linux/slot_server.c",
            "sdk/component.c",
            "sdk/config.c",
            "sdk/dataspace.c",
            "sdk/entrypoint.c",
            "sdk/log.c",
            "sdk/packet.c",
            "sdk/report.c",
            "sdk/resources.c",
            "sdk/rom.c",
            "sdk/rpc.c",
            "sdk/services.c",
            "sdk/sessions.c",
            "sdk/text.c",
            "sdk/thread.c");

    private static List<Path> objects = List.of();

    private Programs() {}

    /** Leaves the tests out where there is no compiler. */
    static void assumeCompiler() {
        assumeThat(Files.isExecutable(GCC)).as("a compiler for C").isTrue();
    }

    /** Compiles sources, which are below the folder of what is native, to a program. */
    static Path compile(Path folder, String name, String... sources) {
        return link(folder.resolve(name), List.of(), List.of(sources));
    }

    /** Compiles a component with the kernel's image over standard input and output. */
    static Path component(Path folder, String name, String... sources) {
        return link(folder.resolve(name), library(), List.of(sources));
    }

    private static Path link(Path program, List<Path> objects, List<String> sources) {
        List<String> command = command(sources);
        objects.forEach(object -> command.add(object.toString()));
        command.addAll(List.of("-o", program.toString()));
        run(command, ROOT);
        return program;
    }

    /** The library, the image and what stands for the host, compiled once for all tests of this JVM. */
    private static synchronized List<Path> library() {
        if (objects.isEmpty()) {
            try {
                Path folder = Files.createDirectories(NATIVE.resolve("target/checked"));
                List<String> command = command(LIBRARY);
                command.add("-c");
                run(command, folder);
                try (Stream<Path> all = Files.list(folder)) {
                    objects = all.filter(file -> file.toString().endsWith(".o")).toList();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return objects;
    }

    private static List<String> command(List<String> sources) {
        List<String> command = new ArrayList<>(List.of(GCC.toString()));
        command.addAll(OPTIONS);
        command.addAll(includes());
        sources.stream().map(NATIVE::resolve).map(Path::toString).forEach(command::add);
        return command;
    }

    private static void run(List<String> command, Path folder) {
        try {
            Process gcc = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            assertThat(new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEmpty();
            assertThat(gcc.waitFor()).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts a test.", e);
        }
    }

    private static List<String> includes() {
        return Stream.of(
                        NATIVE.resolve("include"),
                        generated("base/api"),
                        generated("base/packet"),
                        generated("app/weather"),
                        generated("app/packet_source"))
                .map(path -> "-I" + path)
                .toList();
    }

    private static Path generated(String module) {
        return ROOT.resolve(module).resolve("target/classes/META-INF/espalier/c");
    }
}
