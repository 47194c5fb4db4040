package org.espalier.kernel.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What tests ask of the host that they run on. */
final class Hosts {
    private Hosts() {}

    /**
     * Leaves a test out where the host lacks something, and says what and how to mend it. A host on which bubblewrap does its work, and
     * on which no sandbox can be set up nevertheless, is a failure of what is tested.
     */
    static void assumeConfinement() {
        Optional<Preflight.Obstacle> obstacle = Preflight.run();
        if (obstacle.isPresent() && bubblewrapWorks()) {
            assertThat(obstacle.filter(Preflight.Obstacle.Refused.class::isInstance))
                    .isEmpty();
        }
        assumeThat(obstacle.map(Object::toString).orElse("")).isEmpty();
    }

    /** Whether it runs a program in namespaces of its own, for a user who is not root. */
    private static boolean bubblewrapWorks() {
        List<String> command = new ArrayList<>();
        if (Preflight.isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"));
        }
        command.addAll(
                List.of("bwrap", "--unshare-user", "--unshare-pid", "--unshare-net", "--ro-bind", "/", "/", "true"));
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The program that makes attempts; see {@code attempts.c}. */
    static byte[] attempts() throws IOException {
        try (var content = Hosts.class.getResourceAsStream("attempts.elf")) {
            return Objects.requireNonNull(content).readAllBytes();
        }
    }

    /** Descriptors that this process has open. */
    static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    /** Processes that this one has started and not waited for, and what those have started. */
    static long children() {
        return ProcessHandle.current().descendants().count();
    }

    /** The folders in {@code /proc} of all processes of this host that run in a sandbox of ours, whoever their parents are by now. */
    static List<Path> components() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(each -> runs(each, "/start")).toList();
        }
    }

    /** Ends what bubblewrap has left of sandboxes that it did not complete before its parent was killed: see docs/linux.md. */
    static void endHalfMade() {
        ProcessHandle.allProcesses()
                .filter(each -> each.info().command().orElse("").endsWith("/bwrap"))
                .filter(each -> each.info().commandLine().orElse("").contains(" -- /start"))
                .filter(each -> each.parent().map(ProcessHandle::pid).orElse(1L) == 1)
                .forEach(ProcessHandle::destroyForcibly);
    }

    private static boolean runs(Path process, String program) {
        try {
            return Files.readSymbolicLink(process.resolve("exe")).toString().startsWith(program);
        } catch (IOException | UnsupportedOperationException e) {
            // No process, one that has ended meanwhile, or one of the host's own.
            return false;
        }
    }
}
