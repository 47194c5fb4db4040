package org.espalier.bench;

import java.util.function.LongSupplier;
import org.espalier.kernel.hw.KernelLoader;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * One of the {@link GuardKernels} with polls, and in turn without, in one JVM: times of one and the same program differ by half from
 * one second to the next on a shared machine, and by a fifth from one JVM to the next. What the JVM's compiler learns of the JDK's
 * own code it learns from both, as it does from the components of a system.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
public class GuardBench {
    private static final long WARM_UP_NANOS = 2_000_000_000L;
    private static final long BATCH_NANOS = 2_000_000;
    private static final int ROUNDS = 300;

    /** Which of the programs. */
    @Param({"Sum", "Sieve", "Fib", "Matrix", "Mandelbrot", "Tree", "Maps", "Crc", "Streams", "Handlers", "Monitors"})
    public String kernel = "";

    /** Measures. */
    @Benchmark
    public void run(Paired figures, Blackhole results) throws Exception {
        String name = GuardKernels.class.getName() + "$" + kernel;
        LongSupplier guarded = KernelLoader.guarded(name);
        LongSupplier unguarded = KernelLoader.unguarded(name);
        figures.take(Rounds.of(
                Thread.ofPlatform().factory(),
                WARM_UP_NANOS,
                ROUNDS,
                batch(guarded, unguarded, results),
                count -> repeat(unguarded, count, results),
                count -> repeat(guarded, count, results)));
    }

    /** How often the program runs in {@link #BATCH_NANOS}, once the compiler has seen both. */
    private static int batch(LongSupplier guarded, LongSupplier unguarded, Blackhole results) {
        long begin = System.nanoTime();
        int both = 0;
        while (System.nanoTime() - begin < WARM_UP_NANOS / 2) {
            repeat(guarded, 1, results);
            repeat(unguarded, 1, results);
            both++;
        }
        return Math.toIntExact(Math.max(1, 2L * both * BATCH_NANOS / (WARM_UP_NANOS / 2)));
    }

    private static void repeat(LongSupplier program, int count, Blackhole results) {
        for (int i = 0; i < count; i++) {
            results.consume(program.getAsLong());
        }
    }
}
