package org.espalier.kernel.ring3;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.espalier.machine.CpuContext;
import org.espalier.machine.Engine;
import org.espalier.machine.Engines;
import org.espalier.machine.HostFailure;
import org.espalier.machine.PhysicalMemory;
import org.espalier.machine.Register;
import org.espalier.machine.Trap;
import org.jspecify.annotations.Nullable;

/**
 * One engine that the threads of all native components of a kernel share. A thread of its own has the engine and runs one component's
 * thread at a time, in the order in which they came; one that has had a turn of {@link #TURN} goes behind those that wait, and nobody is
 * interrupted while nobody waits. What has to be done on the engine's thread, such as a change of page tables, goes before all of them.
 *
 * <p>The engine's thread never waits for anybody: whoever runs a thread of a component waits for its outcome and answers that, while others
 * have their turns. So threads of the kernel may wait for an errand here whatever they hold, unless an errand takes it.
 *
 * <p>Thread-safe, for platform threads and virtual ones. Whoever opens it closes it, and then the memory.
 */
public final class Ring3 implements AutoCloseable {
    /** How long a thread runs while others wait. A pre-emption costs some 40 µs, and 1 ms at worst. */
    public static final Duration TURN = Duration.ofMillis(2);

    private static final long TURN_NANOS = TURN.toNanos();
    private static final Outcome ENDED = new Outcome.Ended();

    private final PhysicalMemory memory;
    private final Thread thread;
    private final CompletableFuture<Opening> opening = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();

    /** Signalled when there is something to do. */
    private final Condition work = lock.newCondition();

    private final ArrayDeque<Errand<?>> errands = new ArrayDeque<>();
    private final ArrayDeque<NativeThread> waiting = new ArrayDeque<>();
    private @Nullable Engine engine;
    private @Nullable NativeThread running;
    private long runningSince;
    private boolean closing;

    private Ring3(PhysicalMemory memory, String engineName) {
        this.memory = memory;
        this.thread = Thread.ofPlatform().daemon().name("espalier-ring3").unstarted(() -> live(engineName));
    }

    /** Something to do on the engine's thread, and what comes of it. */
    private record Errand<T>(Function<Engine, T> action, CompletableFuture<T> result) {
        void run(Engine with) {
            try {
                result.complete(action.apply(with));
            } catch (RuntimeException | Error e) {
                // Told to whoever waits. Where nobody does, what it was to give back stays lost, which is better than
                // used twice.
                result.completeExceptionally(e);
            }
        }
    }

    /** Whether there is an engine. */
    public sealed interface Opening {
        /** It is the caller's, who closes it. */
        record Opened(Ring3 ring3) implements Opening {}

        /** There is none, for a reason in a full sentence. */
        record Missing(String reason) implements Opening {}
    }

    /**
     * Opens an engine of that name on a thread of its own; takes some milliseconds.
     *
     * @param engineName as {@link Engines#open} takes it
     */
    public static Opening open(PhysicalMemory memory, String engineName) {
        Ring3 ring3 = new Ring3(memory, engineName);
        ring3.thread.start();
        return ring3.opening.join();
    }

    // ---- for threads of the kernel

    /** A thread of a component that begins as {@code context} says, when it is run. */
    public NativeThread thread(ComponentSpace space, CpuContext context) {
        return new NativeThread(space, context, lock.newCondition());
    }

    /** Runs a thread for the first time, until it needs the kernel. Waits as {@link #resume} does. */
    public Outcome begin(NativeThread beginner) {
        return run(beginner, 0, false);
    }

    /**
     * Has a thread that asked go on with {@code answer}, until it needs the kernel again. Not interrupted by anything but {@link #end}:
     * an interrupt of the calling thread is dropped.
     */
    public Outcome resume(NativeThread asker, long answer) {
        return run(asker, answer, true);
    }

    private Outcome run(NativeThread runner, long answer, boolean answered) {
        lock.lock();
        try {
            if (runner.ended || closing) {
                return ENDED;
            }
            runner.outcome = null;
            runner.answer = answer;
            runner.answered = answered;
            runner.usedOfTurn = 0;
            enqueue(runner);
            work.signal();
            while (true) {
                Outcome outcome = runner.outcome;
                if (outcome != null) {
                    return outcome;
                }
                try {
                    if (!runner.queued) {
                        runner.changed.await();
                    } else if (runner.changed.awaitNanos(TURN_NANOS) <= 0) {
                        preemptWhoseTurnIsOver();
                    }
                } catch (InterruptedException e) {
                    // Whoever ends the thread's domain ends the thread as well, and that is looked at next.
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void preemptWhoseTurnIsOver() {
        if (running != null && running.usedOfTurn + System.nanoTime() - runningSince >= TURN_NANOS) {
            preempt();
        }
    }

    private void enqueue(NativeThread runner) {
        runner.queued = true;
        waiting.add(runner);
    }

    private void preempt() {
        if (engine != null) {
            engine.preempt();
        }
    }

    /** Ends a thread for good: whoever runs it is told at once, and it runs no more once an errand was done that was asked for afterwards. */
    public void end(NativeThread ending) {
        lock.lock();
        try {
            ending.ended = true;
            if (ending.queued) {
                waiting.remove(ending);
                ending.queued = false;
            }
            if (running == ending) {
                preempt();
            }
            ending.outcome = ENDED;
            ending.changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nanoseconds that a thread has run, by the clock of the wall. */
    public long spent(NativeThread runner) {
        lock.lock();
        try {
            return runner.spent + (running == runner ? System.nanoTime() - runningSince : 0);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Does something on the engine's thread, before any thread of a component goes on, and returns what comes of it. What it throws is
     * thrown here.
     *
     * @throws IllegalStateException if this is closed
     */
    public <T> T perform(Function<Engine, T> errand) {
        CompletableFuture<T> result = new CompletableFuture<>();
        add(new Errand<>(errand, result));
        try {
            return result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof HostFailure failure) {
                throw failure;
            }
            throw e;
        }
    }

    /**
     * Does something on the engine's thread soon, before any thread of a component goes on, and does not wait for it.
     *
     * @throws IllegalStateException if this is closed
     */
    public void later(Consumer<Engine> errand) {
        add(new Errand<>(
                with -> {
                    errand.accept(with);
                    return true;
                },
                new CompletableFuture<>()));
    }

    private void add(Errand<?> errand) {
        lock.lock();
        try {
            if (closing) {
                throw new IllegalStateException("The engine is closed.");
            }
            errands.add(errand);
            work.signal();
            if (running != null) {
                preempt();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends all threads, does the errands that were asked for, and closes the engine. */
    @Override
    public void close() {
        lock.lock();
        try {
            endAll();
            work.signal();
        } finally {
            lock.unlock();
        }
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

    /** Lets nobody begin any more and ends all threads. The lock is held. */
    private void endAll() {
        closing = true;
        while (!waiting.isEmpty()) {
            end(waiting.element());
        }
        if (running != null) {
            end(running);
        }
    }

    // ---- the engine's thread

    private void live(String engineName) {
        Engine opened;
        try {
            switch (Engines.open(engineName, memory)) {
                case Engines.Opening.Opened(Engine found) -> opened = found;
                case Engines.Opening.Missing(String name, String reason) -> {
                    opening.complete(new Opening.Missing("Engine " + name + " cannot be had here: " + reason));
                    return;
                }
                case Engines.Opening.Unknown unknown -> {
                    opening.complete(new Opening.Missing("There is no engine " + unknown.name() + ", but "
                            + String.join(", ", unknown.names()) + "."));
                    return;
                }
            }
        } catch (RuntimeException | Error e) {
            opening.completeExceptionally(e);
            throw e;
        }
        try (opened) {
            lock.lock();
            try {
                engine = opened;
            } finally {
                lock.unlock();
            }
            opening.complete(new Opening.Opened(this));
            while (doNext(opened)) {
                // Until this is closed and nothing is left to do.
            }
        } finally {
            lock.lock();
            try {
                engine = null;
                // Nobody is left where this was closed; nobody may wait for good where the thread has ended by a
                // mistake of ours.
                endAll();
                errands.forEach(
                        left -> left.result().completeExceptionally(new IllegalStateException("The engine is gone.")));
                errands.clear();
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean doNext(Engine with) {
        Errand<?> errand;
        NativeThread next = null;
        lock.lock();
        try {
            while (errands.isEmpty() && waiting.isEmpty() && !closing) {
                work.awaitUninterruptibly();
            }
            errand = errands.poll();
            if (errand == null) {
                next = waiting.poll();
                if (next == null) {
                    return false;
                }
                next.queued = false;
                running = next;
                runningSince = System.nanoTime();
                // Waits for its outcome from now on, and not for its turn.
                next.changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
        if (errand != null) {
            errand.run(with);
        } else if (next != null) {
            run(with, next);
        }
        return true;
    }

    private void run(Engine with, NativeThread next) {
        if (next.answered) {
            next.context.set(Register.RAX, next.answer);
            next.answered = false;
        }
        Outcome outcome;
        try {
            Trap trap = with.run(next.space.space(), next.context);
            outcome = Traps.outcome(trap, next.context);
        } catch (HostFailure e) {
            outcome = new Outcome.Faulted("the host failed it: " + e.getMessage());
        }
        lock.lock();
        try {
            long took = System.nanoTime() - runningSince;
            running = null;
            next.spent += took;
            next.usedOfTurn += took;
            if (next.ended) {
                return;
            }
            next.outcome = outcome;
            if (outcome == null) {
                requeue(next);
            }
            next.changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** One that was held up by an errand goes on with its turn; one whose turn is over goes behind the others. */
    private void requeue(NativeThread next) {
        next.queued = true;
        if (next.usedOfTurn < TURN_NANOS) {
            waiting.addFirst(next);
        } else {
            next.usedOfTurn = 0;
            waiting.add(next);
        }
    }
}
