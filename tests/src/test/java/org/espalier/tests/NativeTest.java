package org.espalier.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.espalier.check.Manifest;
import org.espalier.cli.Scenario;
import org.espalier.cli.ScenarioRun;
import org.espalier.core.Kernels;
import org.espalier.core.RomSource;
import org.espalier.kernel.spi.Kernel;
import org.espalier.machine.ElfImage;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Native components: the same files on every kernel that carries them, in any company. */
final class NativeTest {
    /** Where components may be: docs/native.md. */
    private static final long LOWEST = 0x10000;

    private static final long HIGHEST = 0x60000000;

    /** Processes start beside other tests. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static List<Path> programs() throws IOException {
        assumeThat(Files.isExecutable(Path.of("/usr/bin/gcc")))
                .as("a compiler for C")
                .isTrue();
        try (Stream<Path> files = Files.list(Place.DIST.resolve("components"))) {
            return files.filter(file -> file.toString().endsWith(".elf"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void programsAreAsTheInterfaceSays() throws IOException {
        assertThat(programs()).hasSize(5);
        for (Path program : programs()) {
            assertThat(ElfImage.read(Place.read(program)))
                    .as("%s", program)
                    .isInstanceOfSatisfying(
                            ElfImage.Verdict.Good.class,
                            good -> assertThat(good.image().segments()).allSatisfy(segment -> {
                                assertThat(segment.address()).isBetween(LOWEST, HIGHEST);
                                assertThat(segment.address() + segment.memorySize())
                                        .isBetween(LOWEST, HIGHEST);
                            }));
        }
    }

    /** Whoever enters a kernel by itself names it. */
    @Test
    void noProgramHasAnInstructionThatEntersAKernel() throws Exception {
        for (Path program : programs()) {
            Process objdump = new ProcessBuilder("objdump", "--disassemble", "--no-show-raw-insn", program.toString())
                    .redirectErrorStream(true)
                    .start();
            String text = new String(objdump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(objdump.waitFor()).isZero();
            assertThat(text)
                    .as("%s", program)
                    .contains("<_start>:")
                    .doesNotContainPattern("\\b(syscall|sysenter|int +\\$)");
        }
    }

    @Test
    void aProgramSaysOfItselfWhatItsTwinInJavaSays() throws IOException {
        for (Path program : programs()) {
            Path twin = Path.of(program.toString().replace(".elf", ".jar"));
            try (ZipFile jar = new ZipFile(twin.toFile())) {
                byte[] manifest =
                        jar.getInputStream(jar.getEntry(Manifest.ENTRY)).readAllBytes();
                String text = new String(Place.read(program), StandardCharsets.ISO_8859_1);
                assertThat(text.contains(new String(manifest, StandardCharsets.ISO_8859_1)))
                        .as("%s", program)
                        .isTrue();
            }
        }
    }

    /** Client and server of a scenario, each as JAR and as ELF program. */
    @TestFactory
    Stream<DynamicTest> jarsAndElfProgramsCanBeMixedAtWill() {
        return Kernels.all().stream().map(Kernel::name).flatMap(NativeTest::mixes);
    }

    private static Stream<DynamicTest> mixes(String kernel) {
        List<DynamicTest> tests = new ArrayList<>();
        for (String client : List.of("weather_client", "weather_client.elf")) {
            for (String server : List.of("weather_server", "weather_server.elf")) {
                tests.add(mixed(kernel, "client_server", client, server));
            }
        }
        for (String source : List.of("packet_source", "packet_source.elf")) {
            for (String sink : List.of("packet_sink", "packet_sink.elf")) {
                tests.add(mixed(kernel, "packet_stream", source, sink));
            }
        }
        tests.add(mixed(kernel, "hello", "hello.elf"));
        tests.add(mixed(kernel, "native"));
        return tests.stream();
    }

    /** A scenario in which programs stand for their twins. */
    private static DynamicTest mixed(String kernel, String scenario, String... programs) {
        RomSource chosen = name -> Place.COMPONENTS.module(Stream.of(programs)
                .filter(program -> program.replace(".elf", "").equals(name))
                .findFirst()
                .orElse(name));
        return DynamicTest.dynamicTest(kernel + ": " + scenario + " with " + String.join(", ", programs), () -> {
            assumeThat(programs()).isNotEmpty();
            Kernel carrying = Kernels.named(kernel).orElseThrow();
            assumeThat(carrying.obstacle().orElse("")).isEmpty();
            assumeThat(carrying.enforcement().stream()
                            .filter(row -> row.subject().equals("ELF components"))
                            .filter(row -> !row.enforced())
                            .map(Kernel.Enforcement::mechanism))
                    .isEmpty();
            Scenario read = Scenario.read(Place.ROOT.resolve("scenarios/" + scenario));
            List<String> log = new CopyOnWriteArrayList<>();
            ScenarioRun run = new ScenarioRun(
                    read, kernel, read.roms().or(chosen), line -> log.add(line.toString()), true, false);
            assertThat(run.run(read.settings().requires(), PATIENCE))
                    .as("the log:%n%s", String.join("\n", log))
                    .isInstanceOf(ScenarioRun.Outcome.Met.class);
        });
    }
}
