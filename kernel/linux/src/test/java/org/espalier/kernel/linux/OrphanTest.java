package org.espalier.kernel.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.testkit.Choices;
import org.espalier.testkit.ForAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** When the process that holds a confinement is killed, nothing that it started goes on, at whatever moment that is. */
final class OrphanTest {
    private static final int PROCESSES = 5;

    @BeforeAll
    static void onThisHost() {
        Hosts.assumeConfinement();
    }

    /** A process that starts others, some of which never return, until it is killed. */
    static final class Owner {
        private Owner() {}

        /** Prints a line after each start. */
        public static void main(String[] arguments) throws IOException {
            Confinement confinement = new Confinement();
            MemoryFile program = MemoryFile.holding("attempts", Hosts.attempts());
            List<ConfinedProcess> started = new ArrayList<>();
            while (true) {
                started.add(
                        ((Start.Started) confinement.start(program, new Confinement.Limits(16, 1L << 30))).process());
                System.out.println("started");
                if (started.size() == PROCESSES) {
                    started.removeFirst().close();
                }
            }
        }
    }

    @Test
    void nothingOutlivesWhoStartedIt() throws IOException, URISyntaxException {
        ForAll.forAll((Choices choices) -> choices.below(30), 5, delay -> {
            Process owner = owner();
            List<ProcessHandle> all;
            try (BufferedReader lines = owner.inputReader()) {
                for (int i = 0; i < PROCESSES; i++) {
                    assertThat(lines.readLine()).isEqualTo("started");
                }
                Thread.sleep(delay);
                all = owner.descendants().filter(OrphanTest::runs).toList();
                owner.destroyForcibly();
                owner.waitFor();
            }
            assertThat(all).isNotEmpty();
            Instant end = Instant.now().plus(Duration.ofSeconds(10));
            while (all.stream().anyMatch(OrphanTest::runs) && Instant.now().isBefore(end)) {
                Thread.sleep(1);
            }
            assertThat(all).noneMatch(OrphanTest::runs);
        });
    }

    /** Whether it is there and is no zombie, which is its new parent's to remove. */
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    private static Process owner() throws IOException, URISyntaxException {
        String path = String.join(File.pathSeparator, of(Confinement.class), of(Owner.class));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        path,
                        Owner.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** The folder that a class was built into; those of a module's tests are patched into it. */
    private static String of(Class<?> type) throws URISyntaxException {
        String file = type.getName().replace('.', '/') + ".class";
        String place = Optional.ofNullable(type.getClassLoader().getResource(file))
                .orElseThrow()
                .toURI()
                .getPath();
        return place.substring(0, place.length() - file.length());
    }
}
