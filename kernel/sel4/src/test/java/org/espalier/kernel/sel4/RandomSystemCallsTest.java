package org.espalier.kernel.sel4;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever system calls threads make, and wherever they are pre-empted, the invariants hold after each. The number of system calls is
 * the property {@code espalier.operations}; {@code espalier.seed} repeats a run.
 */
final class RandomSystemCallsTest {
    private static final long OPERATIONS = Long.getLong("espalier.operations", 10_000);

    /** A machine is given up after so many, as threads have deleted by then what makes others run. */
    private static final long A_MACHINE = 2_000;

    @Test
    void invariantsHoldAfterEachSystemCall() {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        long done = 0;
        for (long at = seed; done < OPERATIONS; at++) {
            done += run(at, Math.min(A_MACHINE, OPERATIONS - done));
        }
        assertThat(done).isGreaterThanOrEqualTo(OPERATIONS);
    }

    private static long run(long seed, long operations) {
        Random random = new Random(seed);
        RandomProgram[] program = new RandomProgram[1];
        try (ScriptedMachine machine = new ScriptedMachine(random, 1 + random.nextInt(3), it -> {
            program[0] = new RandomProgram(it, random, operations);
            return program[0];
        })) {
            try {
                machine.kernel().checkBy(machine.invariants()::check);
                machine.kernel().run();
            } catch (RuntimeException e) {
                throw new AssertionError(
                        "After operation %s, %s: -Despalier.seed=%s"
                                .formatted(program[0].done(), program[0].last(), seed),
                        e);
            }
            return Math.max(1, program[0].done());
        }
    }
}
