package org.espalier.bench;

import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.espalier.kernel.sel4.BootFailure;
import org.espalier.kernel.sel4.Configuration;
import org.espalier.kernel.sel4.InterruptPin;
import org.espalier.kernel.sel4.RootTaskMachine;
import org.espalier.machine.Engine;
import org.espalier.machine.PhysicalMemory;
import org.jspecify.annotations.Nullable;

/**
 * What a victim sees of an attacker that exhausts memory on the raw kernel (scenario KMEM-1): the time from an interrupt to the end of a
 * call that the victim makes to a server then, beside that of the same when nobody attacks. The attacker's priority is lower, so
 * it can be in the victim's way only by what the kernel does for it without looking for interrupts.
 */
final class Sel4Victim {
    private static final String TASK = "victim.elf";
    private static final long RAM_BYTES = 32L << 20;
    private static final int VICTIM_PIN = 2;
    private static final int PHASE_PIN = 3;
    private static final double LIMIT = 2;
    private static final int SAMPLES = 1000;
    private static final int WARM_UP = 1500;
    private static final long PAUSE_NANOS = 1_000_000;
    private static final long LONGEST_NANOS = 10_000_000_000L;
    private static final String[] ATTACKS = {
        "an attacker that computes", "a flood of objects", "a flood of page tables", "a flood of capabilities"
    };

    private final RootTaskMachine machine;
    private final InterruptPin victim;
    private final InterruptPin phase;
    private volatile long answered;
    private volatile @Nullable Thread watcher;
    private final Queue<String> mistakes = new ConcurrentLinkedQueue<>();

    private Sel4Victim(Engine engine, PhysicalMemory memory) throws BootFailure {
        Configuration configuration = new Configuration(RAM_BYTES, 1, Optional.empty(), false);
        machine = RootTaskMachine.boot(
                engine, memory, configuration, Sel4Task.read(TASK), this::put, System.err::println, Optional.empty());
        victim = machine.connect(VICTIM_PIN);
        phase = machine.connect(PHASE_PIN);
    }

    private void put(byte character) {
        if (character == '.' || character == 'r') {
            answered = System.nanoTime();
            LockSupport.unpark(watcher);
        } else {
            mistakes.add(String.valueOf((char) character));
        }
    }

    /** Measures on the calling thread, which the engine belongs to; prints, and says whether all is within the limit. */
    static boolean measure(Engine engine, PhysicalMemory memory) {
        Optional<String> obstacle = Sel4Task.obstacle(TASK);
        if (obstacle.isPresent()) {
            System.out.printf("n/a: %s: victim of exhaustion, sel4: %s%n", engine.name(), obstacle.get());
            return true;
        }
        try {
            return new Sel4Victim(engine, memory).measure(engine.name());
        } catch (BootFailure e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean measure(String engine) {
        double[] percentiles = new double[ATTACKS.length + 1];
        watcher = Thread.ofPlatform().start(() -> {
            try {
                await(System.nanoTime());
                sample(WARM_UP);
                percentiles[0] = sample(SAMPLES);
                for (int i = 0; i < ATTACKS.length; i++) {
                    phase.raise();
                    sample(SAMPLES / 2);
                    percentiles[i + 1] = sample(SAMPLES);
                }
            } catch (IllegalStateException e) {
                mistakes.add(String.valueOf(e.getMessage()));
            } finally {
                machine.stop();
            }
        });
        if (machine.run() != RootTaskMachine.End.STOPPED) {
            mistakes.add("The machine came to its end.");
        }
        if (!mistakes.isEmpty()) {
            throw new IllegalStateException(
                    "The victim got something else than its answers: " + String.join("", mistakes));
        }
        boolean good = true;
        for (int i = 0; i < ATTACKS.length; i++) {
            double ratio = percentiles[i + 1] / percentiles[0];
            boolean within = ratio <= LIMIT;
            good &= within;
            System.out.printf(
                    "%-42s %8.2f µs  quiet %8.2f µs  ratio %5.2f  %s %.0f%n",
                    engine + ", sel4: p99 beside " + ATTACKS[i],
                    percentiles[i + 1] / 1e3,
                    percentiles[0] / 1e3,
                    ratio,
                    within ? "within" : "ABOVE",
                    LIMIT);
        }
        return good;
    }

    /** The 99th percentile in nanoseconds. */
    private double sample(int count) {
        double[] nanos = new double[count];
        for (int i = 0; i < count; i++) {
            LockSupport.parkNanos(PAUSE_NANOS);
            answered = 0;
            long begin = System.nanoTime();
            victim.raise();
            await(begin);
            nanos[i] = answered - begin;
        }
        Arrays.sort(nanos);
        return nanos[count * 99 / 100];
    }

    private void await(long begin) {
        while (answered == 0) {
            long left = LONGEST_NANOS - (System.nanoTime() - begin);
            if (left < 0 || !mistakes.isEmpty()) {
                throw new IllegalStateException("There was no answer.");
            }
            LockSupport.parkNanos(left);
        }
    }
}
