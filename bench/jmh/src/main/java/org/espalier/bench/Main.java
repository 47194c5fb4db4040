package org.espalier.bench;

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

    private static boolean rpc() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(RpcBench.class.getName())
                        .forks(2)
                        .warmupIterations(5)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(5)
                        .measurementTime(TimeValue.seconds(1))
                        .jvmArgsAppend("-Despalier.home=" + System.getProperty("espalier.home", "."))
                        .build())
                .run();
        Map<String, Double> scores = new TreeMap<>();
        for (RunResult result : results) {
            String benchmark = result.getParams().getBenchmark();
            scores.put(
                    benchmark.substring(benchmark.lastIndexOf('.') + 1),
                    result.getAggregatedResult()
                            .getPrimaryResult()
                            .getStatistics()
                            .getPercentile(50));
        }
        double floor = scores.getOrDefault("handWritten", Double.NaN);
        boolean good = true;
        System.out.printf(
                "%nrpc: round trip with 64 bytes in one JVM, median, and its ratio to the hand-written call%n");
        for (Map.Entry<String, Double> score : scores.entrySet()) {
            double ratio = score.getValue() / floor;
            boolean within = ratio <= RPC_LIMIT;
            good &= within;
            System.out.printf(
                    "  %-12s %7.1f ns  %5.2f  %s%n",
                    score.getKey(), score.getValue(), ratio, within ? "within " + RPC_LIMIT : "ABOVE " + RPC_LIMIT);
        }
        return good;
    }
}
