package org.espalier.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.espalier.machine.Engine;
import org.espalier.machine.Engines;
import org.espalier.machine.HostCode;
import org.espalier.machine.PhysicalMemory;

/**
 * Native code in ring 3, on each engine that there is here: what it computes beside the same bytes in the host's own process, and what a
 * trap costs where no kernel does anything about it. Both sides of a ratio run in turn. Then what a kernel adds, and what a victim of
 * exhaustion sees under it.
 */
final class Ring3 {
    private static final double SPEED_LIMIT = 0.98;
    private static final int COMPUTE_ROUNDS = 600;

    /** A few milliseconds: a hundred times a trap, and short enough to go by without another process taking the processor. */
    private static final long COUNT = 2_000_000;

    private static final int BUFFER_BYTES = 4096;

    private static final int TRAP_BATCHES = 60;
    private static final int TRAPS = 500;

    /** A kernel is more code than a loop, and takes longer until all of it is compiled. */
    private static final int KERNEL_BATCHES = 240;

    private static final double ROUND_TRIP_LIMIT = 1.3;
    private static final double KERNEL_NANOS = 1500;
    private static final long KERNEL_MEMORY_BYTES = 64L << 20;

    /** Kernels whose round trips are measured. */
    private static final List<KernelRoundTrip> KERNELS = List.of(new Sel4RoundTrip());

    /**
     * A function of a count (RDI) and a buffer (RSI): for each count, a step of a linear congruence, whose upper bits say which word of
     * the buffer it is added to.
     */
    private static final byte[] FUNCTION = bytes(
            0xb8, 1, 0, 0, 0, // mov eax, 1
            0x48, 0x69, 0xc0, 0xfd, 0x43, 0x03, 0x00, // imul rax, rax, 0x343fd
            0x48, 0x05, 0xc3, 0x9e, 0x26, 0x00, // add rax, 0x269ec3
            0x48, 0x89, 0xc2, // mov rdx, rax
            0x48, 0xc1, 0xea, 0x14, // shr rdx, 20
            0x81, 0xe2, 0xf8, 0x0f, 0x00, 0x00, // and edx, 0xff8
            0x48, 0x01, 0x04, 0x16, // add [rsi + rdx], rax
            0x48, 0xff, 0xcf, // dec rdi
            0x75, -35, // jnz, to the multiplication
            0xc3); // ret

    private Ring3() {}

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** Measures all, prints it, and says whether it is within its limits. */
    static boolean measure() {
        boolean good = true;
        for (Engines.Probe probe : Engines.probe()) {
            switch (probe) {
                case Engines.Probe.Works works -> good &= measure(works.engine());
                case Engines.Probe.Missing missing ->
                    System.out.printf("n/a: engine %s: %s%n", missing.engine(), missing.reason());
            }
        }
        return good;
    }

    private static Engine open(String name, PhysicalMemory memory) {
        return switch (Engines.open(name, memory)) {
            case Engines.Opening.Opened opened -> opened.engine();
            case Engines.Opening.Missing missing -> throw new IllegalStateException(missing.reason());
            case Engines.Opening.Unknown unknown -> throw new IllegalStateException("No engine " + unknown.name());
        };
    }

    private static boolean measure(String engine) {
        boolean good = compute(engine);
        Bare bare = bare(engine);
        System.out.printf("%-42s %8.2f µs%n", engine + ": system call and back", bare.trap / 1e3);
        System.out.printf("%-42s %8.2f µs%n", engine + ": call and reply, bare", bare.roundTrip / 1e3);
        for (KernelRoundTrip kernel : KERNELS) {
            Optional<String> obstacle = kernel.obstacle();
            if (obstacle.isPresent()) {
                System.out.printf("n/a: %s: call and reply, %s: %s%n", engine, kernel.name(), obstacle.get());
            } else {
                good &= kernel(engine, kernel);
            }
        }
        try (PhysicalMemory memory = PhysicalMemory.allocate(KERNEL_MEMORY_BYTES);
                Engine opened = open(engine, memory)) {
            good &= Sel4Victim.measure(opened, memory);
        }
        return good;
    }

    /** Times of the function with a large and a small count; their difference has neither the call nor the trap in it. */
    private static final class Times {
        private final List<Double> large = new ArrayList<>();
        private final List<Double> small = new ArrayList<>();

        void add(long begin, long middle, long end) {
            large.add((double) (middle - begin));
            small.add((double) (end - middle));
        }

        /** Whatever else the machine does makes it slower, and nothing makes it faster. */
        double least() {
            return (Collections.min(large) - Collections.min(small)) / 1e6;
        }

        double median() {
            return (Rounds.median(large) - Rounds.median(small)) / 1e6;
        }
    }

    private static void compute(HostCode code, Programs.Program program, Times host, Times guest) {
        for (int round = 0; round < COMPUTE_ROUNDS; round++) {
            long begin = System.nanoTime();
            long expected = code.run(COUNT);
            long middle = System.nanoTime();
            code.run(1);
            host.add(begin, middle, System.nanoTime());
            program.restart(COUNT);
            begin = System.nanoTime();
            program.run();
            middle = System.nanoTime();
            long result = program.result();
            program.restart(1);
            program.run();
            guest.add(begin, middle, System.nanoTime());
            if (result != expected) {
                throw new IllegalStateException("The same code has two results.");
            }
        }
    }

    private static boolean compute(String engine) {
        Times host = new Times();
        Times guest = new Times();
        try (HostCode code = new HostCode(FUNCTION, BUFFER_BYTES);
                Programs programs = new Programs(memory -> open(engine, memory))) {
            Programs.Program program = programs.new Program(FUNCTION, 1, BUFFER_BYTES);
            // Both on the same processor: what two of them can do differs with what else the host has there.
            programs.batch(() -> compute(code, program, host, guest));
        }
        double speed = host.least() / guest.least();
        boolean within = speed >= SPEED_LIMIT;
        System.out.printf(
                "%-42s %8.3f ms (median %.3f)  host %8.3f ms (median %.3f)  speed %5.3f  %s %.2f%n",
                engine + ": native code, least time",
                guest.least(),
                guest.median(),
                host.least(),
                host.median(),
                speed,
                within ? "within" : "BELOW",
                SPEED_LIMIT);
        return within;
    }

    /** Nanoseconds. */
    private record Bare(double trap, double roundTrip) {}

    private static Bare bare(String engine) {
        List<Double> traps = new ArrayList<>();
        List<Double> roundTrips = new ArrayList<>();
        try (Programs programs = new Programs(memory -> open(engine, memory))) {
            Programs.Program client = programs.new Program();
            Programs.Program server = programs.new Program();
            for (int batch = 0; batch < TRAP_BATCHES; batch++) {
                long begin = System.nanoTime();
                programs.batch(() -> {
                    for (int i = 0; i < TRAPS; i++) {
                        client.run();
                    }
                });
                long middle = System.nanoTime();
                programs.batch(() -> roundTrips(client, server, TRAPS));
                long end = System.nanoTime();
                if (batch >= TRAP_BATCHES / 2) {
                    traps.add((double) (middle - begin) / TRAPS);
                    roundTrips.add((double) (end - middle) / TRAPS);
                }
            }
        }
        return new Bare(Rounds.median(traps), Rounds.median(roundTrips));
    }

    private static void roundTrips(Programs.Program client, Programs.Program server, int count) {
        for (int i = 0; i < count; i++) {
            client.run();
            client.send(server);
            server.run();
            server.send(client);
        }
    }

    private static boolean kernel(String name, KernelRoundTrip kernel) {
        List<Double> figures = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        double kernelNanos;
        try (PhysicalMemory memory = PhysicalMemory.allocate(KERNEL_MEMORY_BYTES);
                Engine engine = open(name, memory);
                KernelRoundTrip.Pair pair = kernel.start(engine, memory);
                Programs programs = new Programs(bareMemory -> open(name, bareMemory))) {
            Programs.Program client = programs.new Program();
            Programs.Program server = programs.new Program();
            for (int batch = 0; batch < KERNEL_BATCHES; batch++) {
                long begin = System.nanoTime();
                programs.batch(() -> roundTrips(client, server, TRAPS));
                long middle = System.nanoTime();
                pair.roundTrips(TRAPS);
                long end = System.nanoTime();
                if (batch >= KERNEL_BATCHES / 2) {
                    figures.add((double) (end - middle) / TRAPS);
                    ratios.add((double) (end - middle) / (middle - begin));
                }
            }
            kernelNanos = pair.kernelNanos();
        }
        double ratio = Rounds.median(ratios);
        boolean within = ratio <= ROUND_TRIP_LIMIT && kernelNanos <= KERNEL_NANOS;
        System.out.printf(
                "%-42s %8.2f µs  ratio %5.2f (limit %.1f)  kernel %6.2f µs (limit %.1f)  %s%n",
                name + ": call and reply, " + kernel.name(),
                Rounds.median(figures) / 1e3,
                ratio,
                ROUND_TRIP_LIMIT,
                kernelNanos / 1e3,
                KERNEL_NANOS / 1e3,
                within ? "within" : "ABOVE");
        return within;
    }
}
