package org.espalier.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A generated stub between two components in one JVM, beside a migrating call written by hand. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the setup first.
public class RpcBench {
    private static final int CALLS = 10_000;
    private final HandWrittenCall handWritten = new HandWrittenCall();
    private TwoComponents components;

    /** Starts the system. */
    @Setup
    public void start() throws Exception {
        components = new TwoComponents(false);
    }

    /** Ends the system. */
    @TearDown
    public void close() {
        components.close();
    }

    /** The floor. */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long handWritten() {
        long sum = 0;
        for (int i = 0; i < CALLS; i++) {
            sum += handWritten.call(i);
        }
        return sum;
    }

    /** A byte array of 64 bytes in, a long out. */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long stubArray() {
        return components.arrays(CALLS);
    }

    /** A record of 64 bytes in and out. */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long stubRecord() {
        return components.blocks(CALLS);
    }
}
