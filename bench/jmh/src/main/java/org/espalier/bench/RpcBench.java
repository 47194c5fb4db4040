package org.espalier.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** A generated stub between two components in one JVM, and in turn a migrating call written by hand. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
public class RpcBench {
    private static final long WARM_UP_NANOS = 4_000_000_000L;
    private static final int CALLS = 20_000;
    private static final int ROUNDS = 1_000;

    /** What is carried: a byte array of 64 bytes in and a long out, or a record of 64 bytes in and out. */
    @Param({"array", "record"})
    public String argument = "";

    /** Measures. */
    @Benchmark
    public void run(Paired figures, Blackhole results) throws Exception {
        HandWrittenCall floor = new HandWrittenCall();
        try (TwoComponents components = new TwoComponents(false)) {
            figures.take(Rounds.of(
                    Thread.ofPlatform().factory(),
                    WARM_UP_NANOS,
                    ROUNDS,
                    CALLS,
                    count -> results.consume(calls(floor, count)),
                    argument.equals("array") ? components::arrays : components::blocks));
        }
    }

    private static long calls(HandWrittenCall floor, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += floor.call(i);
        }
        return sum;
    }
}
