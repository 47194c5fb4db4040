package org.espalier.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** What the host tells of processes. */
final class Processes {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Processes() {}

    static int of(AddressSpace space) {
        return ((PtraceSpace) space).stub().process().id();
    }

    /** Whether it exists and is more than an entry that its parent has not looked at. */
    static boolean isAlive(long process) {
        try {
            String status = Files.readString(Path.of("/proc/" + process + "/stat"));
            return status.charAt(status.lastIndexOf(')') + 2) != 'Z';
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            // It ended while it was looked at.
            return false;
        }
    }

    static List<String> mappings(long process) {
        try {
            return Files.readAllLines(Path.of("/proc/" + process + "/maps"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int count(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return (int) all.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Threads of this process whose names begin so. */
    static long threads(String name) {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/task"))) {
            return all.filter(thread -> nameOf(thread).startsWith(name)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String nameOf(Path thread) {
        try {
            return Files.readString(thread.resolve("comm"));
        } catch (IOException e) {
            // It ended while it was looked at.
            return "";
        }
    }

    /** Stubs that are no children of a JVM. */
    static List<Long> orphans() {
        return ProcessHandle.allProcesses()
                .filter(process -> program(process.pid()).contains("espalier-stub"))
                .filter(process -> process.parent()
                        .map(parent -> !program(parent.pid()).endsWith("/java"))
                        .orElse(true))
                .map(ProcessHandle::pid)
                .filter(Processes::isAlive)
                .toList();
    }

    private static String program(long process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + process + "/exe")).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** Waits until something is so, for a while. */
    static boolean eventually(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            Thread.sleep(5);
        }
        return true;
    }

    /** Starts a program of the tests in a JVM of its own; what it prints comes by its input stream. */
    static Process java(Class<?> program, String... arguments) throws IOException {
        String base = System.getProperty("basedir", ".");
        List<String> command = Stream.concat(
                        Stream.of(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-Xshare:auto",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                base + "/target/classes:" + base + "/target/test-classes",
                                program.getName()),
                        Stream.of(arguments))
                .toList();
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
