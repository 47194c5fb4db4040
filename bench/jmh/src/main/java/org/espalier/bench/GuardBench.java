package org.espalier.bench;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.espalier.kernel.hw.KernelLoader;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One of the {@link GuardKernels}, with polls and without. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls the setup first.
public class GuardBench {
    /** Which of the programs. */
    @Param({"Sum", "Sieve", "Fib", "Matrix", "Mandelbrot", "Tree", "Maps", "Crc", "Streams", "Handlers", "Monitors"})
    public String kernel;

    /** Whether it has polls. */
    @Param({"false", "true"})
    public boolean guarded;

    private LongSupplier program;

    /** Loads the program. */
    @Setup
    public void load() throws Exception {
        String name = GuardKernels.class.getName() + "$" + kernel;
        program = guarded ? KernelLoader.guarded(name) : KernelLoader.unguarded(name);
    }

    /** All of the program. */
    @Benchmark
    public long run() {
        return program.getAsLong();
    }
}
