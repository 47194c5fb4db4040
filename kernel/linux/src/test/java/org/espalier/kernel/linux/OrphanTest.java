package org.espalier.kernel.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
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

    /** A process that starts others, none of which returns, until it is killed. */
    static final class Owner {
        private Owner() {}

        /** Prints a line after each start. */
        public static void main(String[] arguments) throws IOException {
            Confinement confinement = new Confinement();
            MemoryFile program = MemoryFile.holding("attempts", Hosts.attempts());
            List<ConfinedProcess> started = new ArrayList<>();
            while (true) {
                ConfinedProcess process =
                        ((Start.Started) confinement.start(program, new Confinement.Limits(16, 1L << 30))).process();
                // So that it does not leave by itself when its channel is closed.
                process.channel().send("never return".getBytes(StandardCharsets.UTF_8));
                started.add(process);
                System.out.println("started");
                if (started.size() == PROCESSES) {
                    started.removeFirst().close();
                }
            }
        }
    }

    @Test
    void nothingOutlivesWhoStartedIt() throws IOException {
        List<Path> before = Hosts.components();
        ForAll.forAll((Choices choices) -> choices.below(30_000), 10, micros -> {
            Process owner = owner();
            try (BufferedReader lines = owner.inputReader()) {
                for (int i = 0; i < PROCESSES; i++) {
                    assertThat(lines.readLine()).isEqualTo("started");
                }
                LockSupport.parkNanos(1000L * micros);
                owner.destroyForcibly();
                owner.waitFor();
            }
            List<Path> left = List.of();
            for (int i = 0; i < 1000; i++) {
                left = new ArrayList<>(Hosts.components());
                left.removeAll(before);
                if (left.isEmpty()) {
                    break;
                }
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(left).isEmpty();
            Hosts.endHalfMade();
        });
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
