package org.espalier.bench;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.bench.rpc.Driver;
import org.espalier.bench.rpc.DriverRpc;
import org.espalier.bench.rpc.RunnerRpc;
import org.espalier.core.EspalierSystem;
import org.espalier.core.LogSink;

/** A system with a client and its server, both children of init. The client does what the program tells it to. */
final class TwoComponents implements AutoCloseable {
    private static final String HEAD = """
            <config>
              <parent-provides>
                <service name="ROM"/> <service name="LOG"/> <service name="PD"/> <service name="CPU"/>
                <service name="Driver"/>
              </parent-provides>
              <default-route> <any-service> <parent/> <any-child/> </any-service> </default-route>
              <default caps="100" ram="2M"/>
              <start name="server">
                <binary name="bench_rpc"/> <provides> <service name="Echo"/> </provides> <config role="server"/>
              </start>
              <start name="client"> <binary name="bench_rpc"/> <config role="client"/> </start>
            """;
    private static final String TAIL = "</config>\n";

    private final EspalierSystem system;
    private final Driver.Runner runner;
    private final Semaphore finished = new Semaphore(0);

    /** Starts the system and waits for its client. */
    TwoComponents(boolean virtualThreads) throws Exception {
        this(virtualThreads, line -> System.err.println(line));
    }

    TwoComponents(boolean virtualThreads, LogSink log) throws Exception {
        this("hw", virtualThreads, log);
    }

    /** The same on a kernel that has threads of one kind. */
    TwoComponents(String kernel, LogSink log) throws Exception {
        this(kernel, false, log);
    }

    private TwoComponents(String kernel, boolean virtualThreads, LogSink log) throws Exception {
        CompletableFuture<Driver.Runner> ready = new CompletableFuture<>();
        Driver driver = new Driver() {
            @Override
            public Result<Done> ready(Capability<Runner> capability) {
                ready.complete(RunnerRpc.TYPE.stub(capability));
                return Result.done();
            }

            @Override
            public Result<Done> finished() {
                finished.release();
                return Result.done();
            }
        };
        system = EspalierSystem.builder()
                .kernel(kernel)
                .config("bench", HEAD + TAIL)
                .roms(Components.roms())
                .log(log)
                .virtualThreads(virtualThreads)
                .service(DriverRpc.TYPE, request -> new Root.Creation.Created<>(driver))
                .start()
                .orThrow();
        runner = ready.get(20, TimeUnit.SECONDS);
    }

    /** Has these children beside the two, and no others. */
    void beside(String children) {
        system.reconfigure("bench", HEAD + children + TAIL).ifPresent(mistake -> {
            throw new IllegalStateException(mistake);
        });
    }

    long arrays(int count) {
        return system.inside(() -> checked(runner.arrays(count)));
    }

    long blocks(int count) {
        return system.inside(() -> checked(runner.blocks(count)));
    }

    long questions(int count) {
        return system.inside(() -> checked(runner.questions(count)));
    }

    long objects(int count) {
        return system.inside(() -> checked(runner.objects(count)));
    }

    long attachments(int count) {
        return system.inside(() -> checked(runner.attachments(count)));
    }

    void sessions(int count) {
        system.inside(() -> checked(runner.sessions(count)));
    }

    void signals(int count) {
        system.inside(() -> runner.signals(count).orThrow("Beginning the round trips"));
        finished.acquireUninterruptibly();
    }

    /** Has so many packets of 1500 bytes go from the client to the server, and waits until all were taken. */
    void packets(int count) {
        system.inside(() -> runner.packets(count).orThrow("Beginning the packets"));
        finished.acquireUninterruptibly();
    }

    private static long checked(Result<Long> result) {
        long value = result.orElse(0L);
        if (value == 0) {
            throw new IllegalStateException("A step of the benchmark failed: " + result);
        }
        return value;
    }

    @Override
    public void close() {
        system.close();
    }
}
