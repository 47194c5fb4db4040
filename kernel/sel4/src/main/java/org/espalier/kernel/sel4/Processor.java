package org.espalier.kernel.sel4;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.espalier.machine.AddressSpace;
import org.espalier.machine.CpuContext;
import org.espalier.machine.Engine;
import org.espalier.machine.Engines;
import org.espalier.machine.HostFailure;
import org.espalier.machine.PhysicalMemory;
import org.espalier.machine.Trap;
import org.jspecify.annotations.Nullable;

/**
 * The processor of a machine that threads of the host enter as well: a thread with an engine, which runs in ring 3 whom the scheduler has
 * chosen.
 *
 * <p>While a program runs the kernel is not locked: threads of the host may exchange messages and signals meanwhile, which changes nothing
 * about the thread that runs. Whoever makes invocations, which may end threads and take pages away, has the program {@linkplain #halt stand
 * still} first. What a program has trapped for is carried out before anybody who waits for that goes on.
 */
final class Processor {
    private final Kernel kernel;
    private final Object lock;
    private final LateEngine engine;
    private final PhysicalMemory memory;
    private final Thread thread;

    /** Empty, or why there is no engine. */
    private final CompletableFuture<Optional<String>> opening = new CompletableFuture<>();

    // Guarded by the kernel's lock.

    private boolean running;

    /** How many want the program to stand still. */
    private int wanted;

    private boolean closing;

    /** Whether there may be somebody to run who was not there when the engine's thread looked. */
    private boolean changed;

    private int current;
    private long runningSince;
    private @Nullable AddressSpace space;
    private @Nullable CpuContext context;

    Processor(Kernel kernel, LateEngine engine, PhysicalMemory memory, String engineName) {
        this.kernel = kernel;
        this.lock = kernel.lock();
        this.engine = engine;
        this.memory = memory;
        this.thread = Thread.ofPlatform().daemon().name("espalier-sel4").unstarted(() -> live(engineName));
    }

    /** Opens the engine, which takes some milliseconds; the reason, in a full sentence, if it cannot be had. */
    Optional<String> open() {
        thread.start();
        return opening.join();
    }

    // ---- for threads of the host, which hold the kernel's lock

    /** Whether a program runs at this moment. */
    boolean isRunning() {
        return running;
    }

    /** Looks at who is to run. */
    void attend() {
        if (running) {
            engine.preempt();
        } else {
            changed = true;
            lock.notifyAll();
        }
    }

    /** Has nobody run until the lock is given up. The lock may be given up once before this returns. */
    void halt() {
        if (running) {
            hold();
            release();
        }
    }

    /** Has nobody run until {@link #release}, which is to come soon, whoever holds the lock meanwhile. */
    void hold() {
        wanted++;
        if (!running) {
            return;
        }
        engine.preempt();
        boolean interrupted = false;
        while (running) {
            try {
                lock.wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends a {@link #hold}. */
    void release() {
        wanted--;
        if (wanted == 0) {
            changed = true;
            lock.notifyAll();
        }
    }

    /** Nanoseconds that a thread has run since it was made. */
    long ran(int tcb) {
        long before = kernel.threads().get(tcb, TcbLayout.NANOS);
        return running && current == tcb ? before + System.nanoTime() - runningSince : before;
    }

    /** Ends it, with its engine. Without the lock. */
    void close() {
        synchronized (lock) {
            closing = true;
            attend();
        }
        // Its thread never waits for anybody but within the lock.
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- the engine's thread

    private void live(String engineName) {
        Engine opened;
        try {
            switch (Engines.open(engineName, memory)) {
                case Engines.Opening.Opened(Engine found) -> opened = found;
                case Engines.Opening.Missing(String name, String reason) -> {
                    opening.complete(Optional.of("Engine " + name + " cannot be had here: " + reason));
                    return;
                }
                case Engines.Opening.Unknown unknown -> {
                    opening.complete(Optional.of("There is no engine " + unknown.name() + ", but "
                            + String.join(", ", unknown.names()) + "."));
                    return;
                }
            }
        } catch (RuntimeException | Error e) {
            opening.completeExceptionally(e);
            throw e;
        }
        try (opened) {
            engine.set(opened);
            kernel.clock().start();
            opening.complete(Optional.empty());
            while (awaitTurn()) {
                run();
            }
        } finally {
            kernel.clock().stop();
            engine.set(null);
            synchronized (lock) {
                running = false;
                lock.notifyAll();
            }
        }
    }

    /** Waits until somebody is to run, who is {@link #current} then; false when this is closed. */
    private boolean awaitTurn() {
        synchronized (lock) {
            while (!closing) {
                changed = false;
                if (wanted == 0) {
                    tidy();
                    current = kernel.chosen();
                    if (current != Threads.NONE && prepare()) {
                        return true;
                    }
                }
                if (wanted > 0 || current == Threads.NONE) {
                    kernel.clock().needed(false);
                    awaitChange();
                }
            }
            return false;
        }
    }

    private void tidy() {
        try {
            kernel.spaces().tidy();
        } catch (HostFailure e) {
            // What the host could not end goes with the engine, and nobody runs there.
        }
    }

    private void awaitChange() {
        while (!changed && !closing) {
            try {
                lock.wait();
            } catch (InterruptedException e) {
                // Nobody means anything by it.
            }
        }
    }

    private boolean prepare() {
        try {
            context = kernel.begin(current);
            space = kernel.space(current);
            running = true;
            runningSince = System.nanoTime();
            return true;
        } catch (HostFailure e) {
            kernel.failed(current);
            return false;
        }
    }

    private void run() {
        AddressSpace itsSpace = space;
        CpuContext itsContext = context;
        if (itsSpace == null || itsContext == null) {
            throw new IllegalStateException("Nobody is to run.");
        }
        Trap trap = null;
        try {
            trap = engine.run(itsSpace, itsContext);
        } catch (HostFailure e) {
            // Told below to whoever handles the thread's faults.
        }
        synchronized (lock) {
            running = false;
            long took = System.nanoTime() - runningSince;
            kernel.threads().set(current, TcbLayout.NANOS, kernel.threads().get(current, TcbLayout.NANOS) + took);
            if (trap == null) {
                kernel.failed(current);
            } else {
                kernel.end(current, itsContext, trap);
            }
            if (wanted > 0) {
                lock.notifyAll();
            }
        }
    }
}
