package org.espalier.bench;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.bench.start.DriverRpc;
import org.espalier.bench.start.Host;
import org.espalier.bench.start.HostRpc;
import org.espalier.core.EspalierSystem;
import org.espalier.core.RomSource;

/** A system with the benchmark's own host in the place of init, which starts and ends children when the program says so. */
final class StartingHost implements AutoCloseable {
    private final EspalierSystem system;
    private final Host host;
    private final Semaphore finished = new Semaphore(0);

    /**
     * Starts the system and waits for its host.
     *
     * @param line called with every line of the log
     */
    StartingHost(boolean virtualThreads, Consumer<String> line) throws Exception {
        this("hw", virtualThreads, line);
    }

    /** The same on a kernel that has threads of one kind. */
    StartingHost(String kernel, Consumer<String> line) throws Exception {
        this(kernel, false, line);
    }

    private StartingHost(String kernel, boolean virtualThreads, Consumer<String> line) throws Exception {
        CompletableFuture<Host> ready = new CompletableFuture<>();
        Host.Driver driver = new Host.Driver() {
            @Override
            public Result<Done> ready(Capability<Host> capability) {
                ready.complete(HostRpc.TYPE.stub(capability));
                return Result.done();
            }

            @Override
            public Result<Done> finished() {
                finished.release();
                return Result.done();
            }
        };
        RomSource hostAsInit = name -> name.equals("init") ? Components.roms().module("bench_start") : Optional.empty();
        system = EspalierSystem.builder()
                .kernel(kernel)
                .config("bench", "<config/>")
                .ram(new RamQuota(1L << 30))
                .caps(new CapQuota(1_000_000))
                .roms(hostAsInit)
                .roms(Components.roms())
                .log(logged -> line.accept(logged.text()))
                .virtualThreads(virtualThreads)
                .service(DriverRpc.TYPE, request -> new Root.Creation.Created<>(driver))
                .start()
                .orThrow();
        host = ready.get(20, TimeUnit.SECONDS);
    }

    void startAndEnd(int count) {
        system.inside(() -> host.startAndEnd(count).orThrow("Beginning to start children"));
        finished.acquireUninterruptibly();
    }

    /** Starts one child that writes a line; does not wait for that. */
    void start(boolean isNative) {
        system.inside(() -> host.start(isNative).orThrow("Starting a child"));
    }

    /** Ends all children. */
    void end() {
        system.inside(() -> host.end().orThrow("Ending the children"));
    }

    void keep(int count) {
        system.inside(() -> host.keep(count).orThrow("Starting the children"));
    }

    @Override
    public void close() {
        system.close();
    }
}
