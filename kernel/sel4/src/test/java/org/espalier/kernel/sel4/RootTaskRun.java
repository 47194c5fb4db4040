package org.espalier.kernel.sel4;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.espalier.machine.Engine;
import org.espalier.machine.Engines;
import org.espalier.machine.PhysicalMemory;
import org.opentest4j.TestAbortedException;

/**
 * Runs root tasks of {@code native/sel4/tasks} on a machine of their own. A task prints what it has found and "end"; the lines that
 * seL4 has for it are in the file of the same name among the test's resources.
 */
final class RootTaskRun {
    private static final long RAM = 64L << 20;

    /** What a task has printed, what the kernel had to say meanwhile, and how it ended. */
    record Result(List<String> lines, List<String> log, RootTaskMachine.End end) {}

    private final String engine;
    private final int domains;
    private final Optional<Abi> abi;
    private final boolean checked;

    private RootTaskRun(String engine, int domains, Optional<Abi> abi, boolean checked) {
        this.engine = engine;
        this.domains = domains;
        this.abi = abi;
        this.checked = checked;
    }

    /**
     * On an engine by its name, with the numbers of the newest release, and with the invariants checked after each entry; the test is left out, with the reason, where the host does
     * not have it.
     */
    static RootTaskRun on(String engine) {
        return new RootTaskRun(engine, 1, Optional.of(Abi.V16), true);
    }

    RootTaskRun domains(int number) {
        return new RootTaskRun(engine, number, abi, checked);
    }

    /** With the numbers of a release, or those that the kernel finds out. */
    RootTaskRun abi(Optional<Abi> release) {
        return new RootTaskRun(engine, domains, release, checked);
    }

    /** Without checks, which take time in proportion to all objects: for tasks that make very many, or that look at the clock. */
    RootTaskRun unchecked() {
        return new RootTaskRun(engine, domains, abi, false);
    }

    /** Runs a task to its end. */
    Result run(String task) {
        return run(task, _ -> {});
    }

    /** The same; {@code watcher} gets each line as soon as it is whole, on the kernel's thread, which is the caller's. */
    Result run(String task, Consumer<String> watcher) {
        return runWithMachine(task, _ -> watcher);
    }

    /** The same; {@code watcher} makes one for the machine that is about to run. */
    Result runWithMachine(String task, Function<RootTaskMachine, Consumer<String>> watcher) {
        byte[] file = file(task + ".elf");
        Configuration configuration = new Configuration(RAM, domains, abi, checked);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        List<String> log = new ArrayList<>();
        try (PhysicalMemory memory = PhysicalMemory.allocate(RootTaskMachine.memoryBytes(configuration))) {
            return switch (Engines.open(engine, memory)) {
                case Engines.Opening.Opened opened -> {
                    try (Engine open = opened.engine()) {
                        Lines lines = new Lines(text);
                        RootTaskMachine machine = RootTaskMachine.boot(
                                open, memory, configuration, file, lines::put, log::add, Optional.empty());
                        lines.watcher = watcher.apply(machine);
                        RootTaskMachine.End end = machine.run();
                        yield new Result(
                                text.toString(StandardCharsets.US_ASCII).lines().toList(), log, end);
                    }
                }
                case Engines.Opening.Missing missing ->
                    throw new TestAbortedException("n/a: engine " + engine + ": " + missing.reason());
                case Engines.Opening.Unknown unknown -> throw new AssertionError(unknown);
            };
        } catch (BootFailure e) {
            throw new AssertionError(e);
        }
    }

    /** Runs a task, which has to print exactly the lines that are expected of {@code lines}, and to end by itself. */
    void expect(String task, String lines) {
        hold(run(task), lines);
    }

    /** Holds what a task has printed against the lines that are expected of {@code lines}; it has to have ended by itself. */
    static void hold(Result result, String lines) {
        assertThat(result.lines()).containsExactlyElementsOf(expected(lines));
        assertThat(result.end()).isEqualTo(RootTaskMachine.End.IDLE);
    }

    /** Cuts what is printed into lines. */
    private static final class Lines {
        private final ByteArrayOutputStream all;
        private Consumer<String> watcher = _ -> {};
        private final StringBuilder line = new StringBuilder();

        Lines(ByteArrayOutputStream all) {
            this.all = all;
        }

        void put(byte character) {
            all.write(character);
            if (character == '\n') {
                watcher.accept(line.toString());
                line.setLength(0);
            } else {
                line.append((char) (character & 0x7f));
            }
        }
    }

    private static List<String> expected(String name) {
        return new String(file(name + ".lines"), StandardCharsets.US_ASCII)
                .lines()
                .toList();
    }

    private static byte[] file(String name) {
        try (InputStream in = RootTaskRun.class.getResourceAsStream(name)) {
            if (in == null && name.endsWith(".elf")) {
                throw new TestAbortedException(
                        "n/a: root tasks in C are built where /usr/bin/gcc is, on Linux on x86-64");
            }
            if (in == null) {
                throw new AssertionError("There is no file " + name + " among the test's resources.");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
