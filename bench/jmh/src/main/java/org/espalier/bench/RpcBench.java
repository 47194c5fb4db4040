package org.espalier.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.bench.rpc.Driver;
import org.espalier.bench.rpc.DriverRpc;
import org.espalier.bench.rpc.RunnerRpc;
import org.espalier.core.EspalierSystem;
import org.espalier.core.RomSource;
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
    private static final String CONFIG = """
            <config>
              <parent-provides>
                <service name="ROM"/> <service name="LOG"/> <service name="PD"/> <service name="CPU"/>
                <service name="Driver"/>
              </parent-provides>
              <default-route> <any-service> <parent/> <any-child/> </any-service> </default-route>
              <default caps="100" ram="1M"/>
              <start name="server">
                <binary name="bench_rpc"/> <provides> <service name="Echo"/> </provides> <config role="server"/>
              </start>
              <start name="client"> <binary name="bench_rpc"/> <config role="client"/> </start>
            </config>
            """;

    private final HandWrittenCall handWritten = new HandWrittenCall();
    private EspalierSystem system;
    private Driver.Runner runner;

    /** Starts the system and waits for its client. */
    @Setup
    public void start() throws Exception {
        Path components = Path.of(System.getProperty("espalier.home"), "target/dist/components");
        RomSource roms = name -> {
            Path file = components.resolve(name + ".jar");
            try {
                return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        };
        CompletableFuture<Driver.Runner> ready = new CompletableFuture<>();
        Driver driver = capability -> {
            ready.complete(RunnerRpc.TYPE.stub(capability));
            return Result.done();
        };
        system = EspalierSystem.builder()
                .config("bench", CONFIG)
                .roms(roms)
                .log(line -> System.err.println(line))
                .service(DriverRpc.TYPE, request -> new Root.Creation.Created<>(driver))
                .start()
                .orThrow();
        runner = ready.get(20, TimeUnit.SECONDS);
    }

    /** Ends the system. */
    @TearDown
    public void close() {
        system.close();
    }

    private static long checked(Result<Long> result) {
        long value = result.orElse(0L);
        if (value == 0) {
            throw new IllegalStateException("A call of the benchmark failed: " + result);
        }
        return value;
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
        return system.inside(() -> checked(runner.arrays(CALLS)));
    }

    /** A record of 64 bytes in and out. */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long stubRecord() {
        return system.inside(() -> checked(runner.blocks(CALLS)));
    }
}
