package org.espalier.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * {@code ./espalier bench NAME...}: runs benchmarks and prints each figure beside its floor in the same run. Each benchmark has a
 * JVM of its own. Exit code 1 when a figure is above its limit.
 */
public final class Main {
    private static final List<String> NAMES = List.of(
            "rpc",
            "session",
            "signal",
            "start",
            "memory",
            "init",
            "guard",
            "verify",
            "bystander",
            "ring3",
            "linux",
            "life",
            "kmem");
    private static final double RPC_LIMIT = 3.0;
    private static final double SESSION_MICROS_VIRTUAL = 20;
    private static final double SESSION_MICROS_PLATFORM = 60;
    private static final double SIGNAL_LIMIT = 3.0;
    private static final double START_LIMIT = 4.0;
    private static final int INSTANCES = 10_000;
    private static final double MEMORY_MEGABYTES = 400;
    private static final double GUARD_LIMIT = 1.03;
    private static final int PAIRED_JVMS = 3;
    private static final double VERIFY_MILLIS = 1;
    private static final int SMALL_TREE = 100;
    private static final int LARGE_TREE = 10_000;
    private static final int SMALL_TREES = 30;
    private static final double CHECK_SECONDS = 2;
    private static final double TREE_START_SECONDS = 15;
    private static final double GROWTH_LIMIT = 2;

    private Main() {}

    /** Runs the benchmarks that are named, or all. */
    public static void main(String[] args) throws Exception {
        List<String> names = args.length == 0 ? NAMES : List.of(args);
        for (String name : names) {
            if (!NAMES.contains(name)) {
                System.err.println(
                        "espalier: there is no benchmark ‘" + name + "’; there is " + String.join(", ", NAMES) + ".");
                System.exit(2);
            }
        }
        boolean good = true;
        for (String name : names) {
            good &= switch (name) {
                case "rpc" -> rpc();
                case "guard" -> guard();
                default -> fork(name);
            };
        }
        System.exit(good ? 0 : 1);
    }

    /** Runs one benchmark in a JVM of its own: what another has left in heap, or taught the compiler, must not matter. */
    private static boolean fork(String name) throws RunnerException {
        return new Runner(inOwnJvms(OwnJvm.class, 1).param("name", name).build())
                .run().stream().allMatch(Main::isWithin);
    }

    private static boolean isWithin(RunResult result) {
        Result<?> above = result.getSecondaryResults().get("above");
        return above != null && above.getScore() == 0;
    }

    /** Runs the benchmark, prints its figures, and says whether all are within their limits. */
    static boolean run(String name) throws Exception {
        return switch (name) {
            case "session" -> onBothKinds(Main::session);
            case "signal" -> onBothKinds(Main::signal);
            case "start" -> onBothKinds(Main::start);
            case "memory" -> memory();
            case "verify" -> verify();
            case "init" -> init();
            case "bystander" -> Bystander.measure();
            case "ring3" -> Ring3.measure();
            case "linux" -> LinuxFigures.measure();
            case "life" -> SessionLife.measure();
            case "kmem" -> KmemLatency.measure();
            default -> throw new IllegalArgumentException("There is no benchmark ‘" + name + "’.");
        };
    }

    /** A benchmark whose entrypoints run on threads of one kind; true when its figure is within the limit. */
    private interface OnThreads {
        boolean run(boolean virtual) throws Exception;
    }

    private static boolean onBothKinds(OnThreads benchmark) throws Exception {
        boolean platform = benchmark.run(false);
        boolean virtual = benchmark.run(true);
        return platform && virtual;
    }

    private static ThreadFactory threads(boolean virtual) {
        return virtual
                ? Thread.ofVirtual().factory()
                : Thread.ofPlatform().daemon().factory();
    }

    private static String kind(boolean virtual) {
        return virtual ? "virtual threads" : "platform threads";
    }

    private static boolean session(boolean virtual) throws Exception {
        ThreadFactory threads = threads(virtual);
        try (HandWrittenSession floor = new HandWrittenSession(threads);
                TwoComponents components = new TwoComponents(virtual)) {
            Rounds rounds = Rounds.of(threads, 2000, 25, floor::openAndClose, components::sessions);
            double limit = virtual ? SESSION_MICROS_VIRTUAL : SESSION_MICROS_PLATFORM;
            return inMicros("session open and close, " + kind(virtual), rounds, rounds.figure() / 1e3, limit, "µs");
        }
    }

    private static boolean signal(boolean virtual) throws Exception {
        ThreadFactory threads = threads(virtual);
        try (HandOff floor = new HandOff(threads, () -> {});
                TwoComponents components = new TwoComponents(virtual)) {
            Rounds rounds = Rounds.of(threads, 2000, 100, floor::roundTrips, components::signals);
            return inMicros("signal there and back, " + kind(virtual), rounds, rounds.ratio(), SIGNAL_LIMIT, "×");
        }
    }

    private static boolean start(boolean virtual) throws Exception {
        BareStart floor = new BareStart("hello");
        try (StartingHost host = new StartingHost(virtual, line -> {})) {
            Rounds rounds = Rounds.of(threads(virtual), 600, 10, floor::start, host::startAndEnd);
            return inMicros("create, log, destroy, " + kind(virtual), rounds, rounds.ratio(), START_LIMIT, "×");
        }
    }

    private static boolean memory() throws Exception {
        double floor = Memory.floor(INSTANCES);
        double figure = Memory.system(INSTANCES);
        boolean within = figure <= MEMORY_MEGABYTES;
        System.out.printf(
                "%-42s %8.1f MB  floor %8.1f MB  ratio %5.2f  %s %.0f MB%n",
                INSTANCES + " idle instances", figure, floor, figure / floor, verdict(within), MEMORY_MEGABYTES);
        return within;
    }

    private static boolean verify() throws Exception {
        Verification took = Verification.measure();
        boolean within = took.cold() <= VERIFY_MILLIS;
        System.out.printf(
                "%-42s %8.3f ms  again %8.3f ms  %s %.0f ms%n",
                "verification, for each KB", took.cold(), took.warm(), verdict(within), VERIFY_MILLIS);
        return within;
    }

    /** A large tree of components beside small ones: what one more component costs must not depend on the others. */
    private static boolean init() throws Exception {
        Grove small = Grove.of(SMALL_TREE);
        Grove large = Grove.of(LARGE_TREE);
        // First and once, as whoever types the command has it.
        boolean checked = tree("check, cold", large, large.check(), CHECK_SECONDS);
        List<Double> smallChecks = new ArrayList<>();
        List<Double> largeChecks = new ArrayList<>();
        for (int i = 0; i < SMALL_TREES; i++) {
            smallChecks.add(small.check());
            largeChecks.add(large.check());
        }
        boolean checksGrow = growth("check", small, Rounds.median(smallChecks), large, Rounds.median(largeChecks));
        boolean started = true;
        boolean startsGrow = true;
        for (boolean virtual : new boolean[] {false, true}) {
            List<Double> smallStarts = new ArrayList<>();
            for (int i = 0; i < SMALL_TREES; i++) {
                smallStarts.add(small.start(virtual));
            }
            double seconds = large.start(virtual);
            String name = "start, " + kind(virtual);
            started &= tree(name, large, seconds, TREE_START_SECONDS);
            startsGrow &= growth(name, small, Rounds.median(smallStarts), large, seconds);
        }
        return checked && checksGrow && started && startsGrow;
    }

    private static boolean tree(String name, Grove grove, double seconds, double limit) {
        boolean within = seconds <= limit;
        System.out.printf(
                "%-42s %8.2f s   %s %.0f s%n",
                grove.components() + " components: " + name, seconds, verdict(within), limit);
        return within;
    }

    private static boolean growth(String name, Grove small, double smallSeconds, Grove large, double largeSeconds) {
        double one = smallSeconds / small.components() * 1e6;
        double oneOfMany = largeSeconds / large.components() * 1e6;
        boolean within = oneOfMany <= GROWTH_LIMIT * one;
        System.out.printf(
                "%-42s %8.1f µs  of %d %8.1f µs  ratio %5.2f  %s %.0f ×%n",
                "a component of " + large.components() + ": " + name,
                oneOfMany,
                small.components(),
                one,
                oneOfMany / one,
                verdict(within),
                GROWTH_LIMIT);
        return within;
    }

    private static boolean inMicros(String name, Rounds rounds, double judged, double limit, String unit) {
        boolean within = judged <= limit;
        System.out.printf(
                "%-42s %8.2f µs  floor %8.2f µs  ratio %5.2f  %s %.0f %s%n",
                name, rounds.figure() / 1e3, rounds.floor() / 1e3, rounds.ratio(), verdict(within), limit, unit);
        return within;
    }

    private static String verdict(boolean within) {
        return within ? "within" : "ABOVE";
    }

    private static boolean rpc() throws RunnerException {
        Collection<RunResult> results = inPairs(RpcBench.class);
        System.out.printf("%nrpc: round trip with 64 bytes in one JVM, and a call written by hand, in turn%n");
        boolean good = true;
        for (RunResult result : results) {
            double ratio = median(result, "ratio");
            boolean within = ratio <= RPC_LIMIT;
            good &= within;
            System.out.printf(
                    "  %-12s %7.1f ns  floor %7.1f ns  ratio %5.2f  %s %.1f%n",
                    result.getParams().getParam("argument"),
                    median(result, "figure"),
                    median(result, "floor"),
                    ratio,
                    verdict(within),
                    RPC_LIMIT);
        }
        return good;
    }

    private static boolean guard() throws RunnerException {
        Collection<RunResult> results = inPairs(GuardBench.class);
        System.out.printf("%nguard: time with polls, and its ratio to the same code without, in turn%n");
        double logarithms = 0;
        for (RunResult result : results) {
            double ratio = median(result, "ratio");
            logarithms += Math.log(ratio);
            System.out.printf(
                    "  %-12s %9.2f µs  %6.3f%n",
                    result.getParams().getParam("kernel"), median(result, "figure") / 1e3, ratio);
        }
        double mean = Math.exp(logarithms / results.size());
        boolean within = mean <= GUARD_LIMIT;
        System.out.printf("  %-12s %12s  %6.3f  %s %.2f%n", "geometric mean", "", mean, verdict(within), GUARD_LIMIT);
        return within;
    }

    /** Runs it in several JVMs, for the compiler does not decide the same in each; what they say in the middle counts. */
    private static Collection<RunResult> inPairs(Class<?> benchmark) throws RunnerException {
        return new Runner(inOwnJvms(benchmark, PAIRED_JVMS).build()).run();
    }

    /** For a benchmark that warms up and repeats by itself, and is to do so in {@code jvms} JVMs, one after the other. */
    private static ChainedOptionsBuilder inOwnJvms(Class<?> benchmark, int jvms) {
        return new OptionsBuilder()
                .include(benchmark.getName())
                .forks(jvms)
                .warmupIterations(0)
                .measurementIterations(1)
                .shouldFailOnError(true)
                .jvmArgsAppend("-Despalier.home=" + System.getProperty("espalier.home", "."));
    }

    private static double median(RunResult result, String figure) {
        return Rounds.median(result.getBenchmarkResults().stream()
                .map(jvm -> Objects.requireNonNull(jvm.getSecondaryResults().get(figure))
                        .getScore())
                .toList());
    }
}
