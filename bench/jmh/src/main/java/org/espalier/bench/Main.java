package org.espalier.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * {@code ./espalier bench NAME...}: runs benchmarks and prints each figure as a ratio to its floor in the same run. Exit code 1
 * when a ratio is above its limit.
 */
public final class Main {
    private static final List<String> NAMES = List.of("rpc");
    private static final double RPC_LIMIT = 3.0;
    private static final int RPC_ROUNDS = 7;

    private Main() {}

    /** Runs the benchmarks that are named, or all. */
    public static void main(String[] args) throws RunnerException {
        List<String> names = args.length == 0 ? NAMES : List.of(args);
        for (String name : names) {
            if (!NAMES.contains(name)) {
                System.err.println(
                        "espalier: there is no benchmark ‘" + name + "’; there is " + String.join(", ", NAMES) + ".");
                System.exit(2);
            }
        }
        System.exit(rpc() ? 0 : 1);
    }

    /** Runs all variants in turn, several times over: what else the machine does changes from minute to minute, and meets all of a round. */
    private static boolean rpc() throws RunnerException {
        Map<String, List<Double>> rounds = new TreeMap<>();
        for (int round = 0; round < RPC_ROUNDS; round++) {
            Collection<RunResult> results = new Runner(new OptionsBuilder()
                            .include(RpcBench.class.getName())
                            .forks(1)
                            .warmupIterations(6)
                            .warmupTime(TimeValue.milliseconds(400))
                            .measurementIterations(8)
                            .measurementTime(TimeValue.milliseconds(200))
                            .jvmArgsAppend("-Despalier.home=" + System.getProperty("espalier.home", "."))
                            .build())
                    .run();
            for (RunResult result : results) {
                String benchmark = result.getParams().getBenchmark();
                rounds.computeIfAbsent(benchmark.substring(benchmark.lastIndexOf('.') + 1), name -> new ArrayList<>())
                        .add(result.getAggregatedResult()
                                .getPrimaryResult()
                                .getStatistics()
                                .getPercentile(50));
            }
        }
        List<Double> floor = rounds.getOrDefault("handWritten", List.of());
        boolean good = true;
        System.out.printf(
                "%nrpc: round trip with 64 bytes in one JVM, and its ratio to the hand-written call in the same round,"
                        + " each the median of %d rounds%n",
                RPC_ROUNDS);
        for (Map.Entry<String, List<Double>> entry : rounds.entrySet()) {
            List<Double> scores = entry.getValue();
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < floor.size(); round++) {
                ratios.add(scores.get(round) / floor.get(round));
            }
            double ratio = median(ratios);
            boolean within = ratio <= RPC_LIMIT;
            good &= within;
            System.out.printf(
                    "  %-12s %7.1f ns  %5.2f  %s%n",
                    entry.getKey(), median(scores), ratio, within ? "within " + RPC_LIMIT : "ABOVE " + RPC_LIMIT);
        }
        return good;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
