package org.espalier.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.espalier.kernel.sel4.Abi;
import org.espalier.kernel.sel4.BootFailure;
import org.espalier.kernel.sel4.Configuration;
import org.espalier.kernel.sel4.Console;
import org.espalier.kernel.sel4.RootTaskMachine;
import org.espalier.machine.Engine;
import org.espalier.machine.Engines;
import org.espalier.machine.HostFailure;
import org.espalier.machine.PhysicalMemory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code sel4 boot}: boots a root task, and shows what it prints. */
@Command(
        name = "boot",
        mixinStandardHelpOptions = true,
        description =
                "Boots an unmodified root task for seL4 (classic configuration, x86-64, debug build) and shows what it"
                        + " prints, until no thread can run any more. docs/sel4.md describes what is there and what is not.")
final class Sel4BootCommand implements Callable<Integer> {
    private static final String NOTHING_PRINTED = ". Nothing was printed: a root task that was built for another"
            + " configuration (MCS, several nodes, no printing) or architecture stops like that. --trace shows what it did";

    @Mixin
    private Output output = new Output();

    @Parameters(paramLabel = "ROOTSERVER.elf", description = "The root task, a static ELF file.")
    private Path file = Path.of("");

    @Option(
            names = "--engine",
            paramLabel = "E",
            defaultValue = Engines.BEST,
            description = "What runs ring 3: ptrace, kvm, or best, the faster one here (default: best).")
    private String engine = Engines.BEST;

    @Option(
            names = "--ram",
            paramLabel = "SIZE",
            defaultValue = "3G",
            converter = RamConverter.class,
            description = "RAM of the machine, of which the host gives what is written (default: 3G).")
    private long ram = 3L << 30;

    @Option(
            names = "--domains",
            paramLabel = "N",
            defaultValue = "1",
            description = "Scheduling domains, 1 to 16, as the root task was built for (default: 1).")
    private int domains = 1;

    @Option(
            names = "--abi",
            paramLabel = "RELEASE",
            converter = AbiConverter.class,
            description =
                    "The release of seL4 that the root task was built for: 13, 14, 15 or 16. Found out where it is not told.")
    private @Nullable Abi abi;

    @Option(names = "--trace", description = "Shows each system call, with what it says and what comes of it.")
    private boolean trace;

    @Option(names = "--check", description = "Checks the invariants of the kernel after each system call; slow.")
    private boolean check;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = RunCommand.DurationConverter.class,
            description = "Ends the machine after this time: 500ms, 10s, 2m.")
    private @Nullable Duration limit;

    /** For picocli. */
    Sel4BootCommand() {}

    @Override
    public Integer call() {
        byte[] program = read();
        Configuration configuration = configuration();
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        try (PhysicalMemory memory = PhysicalMemory.allocate(RootTaskMachine.memoryBytes(configuration));
                Engine opened = open(memory)) {
            ConsoleText text = new ConsoleText(out);
            Optional<Consumer<String>> lines = trace ? Optional.of(text::line) : Optional.empty();
            RootTaskMachine machine = RootTaskMachine.boot(
                    opened, memory, configuration, program, text, line -> text.line("[kernel] " + line), lines);
            return finish(machine, opened.name(), text).code();
        } catch (BootFailure e) {
            throw new Refusal(ExitCode.INPUT, file + ": " + e.getMessage());
        } catch (HostFailure e) {
            throw new Refusal(ExitCode.REFUSED, String.valueOf(e.getMessage()));
        }
    }

    private byte[] read() {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new Refusal(ExitCode.INPUT, file + " cannot be read: there is no such file.");
        } catch (IOException | OutOfMemoryError e) {
            throw new Refusal(ExitCode.INPUT, file + " cannot be read: " + e.getMessage());
        }
    }

    private Configuration configuration() {
        try {
            return new Configuration(ram, domains, Optional.ofNullable(abi), check);
        } catch (IllegalArgumentException e) {
            throw new Refusal(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private Engine open(PhysicalMemory memory) {
        return switch (Engines.open(engine, memory)) {
            case Engines.Opening.Opened(Engine opened) -> opened;
            case Engines.Opening.Missing(String name, String reason) ->
                throw new Refusal(ExitCode.REFUSED, "engine " + name + " cannot be had here: " + reason);
            case Engines.Opening.Unknown unknown ->
                throw new Refusal(
                        ExitCode.USAGE,
                        "there is no engine ‘" + unknown.name() + "’; there are " + String.join(", ", unknown.names())
                                + ".");
        };
    }

    private ExitCode finish(RootTaskMachine machine, String name, ConsoleText text) {
        CountDownLatch over = new CountDownLatch(1);
        Thread interrupt = new Thread(
                () -> {
                    machine.stop();
                    awaitOr(over, Duration.ofSeconds(5));
                },
                "espalier-interrupt");
        Runtime.getRuntime().addShutdownHook(interrupt);
        if (limit != null) {
            Duration time = limit;
            Thread.ofPlatform().daemon().name("sel4-limit").start(() -> {
                if (!awaitOr(over, time)) {
                    machine.stop();
                }
            });
        }
        try {
            RootTaskMachine.End end = machine.run();
            text.flush();
            output.say(
                    switch (end) {
                        case IDLE ->
                            "the machine is idle for good: no thread can run any more (engine " + name + ")"
                                    + (text.isEmpty() ? NOTHING_PRINTED : "");
                        case HALTED -> "a program has halted the machine";
                        case STOPPED -> "the machine was stopped";
                    });
            return ExitCode.OK;
        } finally {
            over.countDown();
        }
    }

    private static boolean awaitOr(CountDownLatch over, Duration time) {
        try {
            return over.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** What programs print, character by character, with whole lines of others in between; flushed at the end of each line. */
    private static final class ConsoleText implements Console {
        private final OutputStream out;
        private boolean atLineStart = true;
        private boolean empty = true;

        ConsoleText(OutputStream out) {
            this.out = out;
        }

        @Override
        public void put(byte character) {
            write(new byte[] {character});
            empty = false;
            atLineStart = character == '\n';
            if (atLineStart) {
                flush();
            }
        }

        /** Whether no program has printed anything. */
        boolean isEmpty() {
            return empty;
        }

        void line(String text) {
            write(((atLineStart ? "" : "\n") + text + "\n").getBytes(StandardCharsets.UTF_8));
            atLineStart = true;
            flush();
        }

        private void write(byte[] bytes) {
            try {
                out.write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void flush() {
            try {
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Reads {@code 512M} and {@code 3G}. */
    static final class RamConverter implements ITypeConverter<Long> {
        private static final Pattern SIZE = Pattern.compile("([0-9]{1,6})([MG])");

        /** For picocli. */
        RamConverter() {}

        @Override
        public Long convert(String value) {
            Matcher size = SIZE.matcher(value);
            if (!size.matches()) {
                throw new TypeConversionException("expected a size such as 512M or 3G, found ‘" + value + "’");
            }
            return Long.parseLong(size.group(1)) << (size.group(2).equals("G") ? 30 : 20);
        }
    }

    /** Reads the number of a release. */
    static final class AbiConverter implements ITypeConverter<Abi> {
        /** For picocli. */
        AbiConverter() {}

        @Override
        public Abi convert(String value) {
            return switch (value.toLowerCase(Locale.ROOT)) {
                case "13" -> Abi.V13;
                case "14" -> Abi.V14;
                case "15", "16" -> Abi.V16;
                default -> throw new TypeConversionException("expected a release, 13 to 16, found ‘" + value + "’");
            };
        }
    }
}
