package org.espalier.kernel.sel4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.Set;
import org.espalier.kernel.sel4.ReferenceModel.Mistake;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever system calls threads make, the kernel does what the reference model says: the same answers, capabilities, derivations,
 * states of threads and messages, after each. The number of system calls is the property {@code espalier.operations};
 * {@code espalier.seed} repeats a run.
 */
final class ReferenceModelTest {
    private static final long OPERATIONS = Long.getLong("espalier.operations", 3_000);

    /** A machine is given up after so many, as threads have deleted by then most of what they had. */
    private static final long A_MACHINE = 500;

    @Test
    void kernelDoesWhatTheModelSays() {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        long done = 0;
        long byOthers = 0;
        for (long at = seed; done < OPERATIONS; at++) {
            RandomModelProgram program = run(at, Math.min(A_MACHINE, OPERATIONS - done), Set.of());
            done += program.done();
            byOthers += program.byOthers();
        }
        assertThat(done).isEqualTo(OPERATIONS);
        assertThat(byOthers).as("system calls of others than the first thread").isPositive();
    }

    /** The comparison sees what it is there for. */
    @ParameterizedTest
    @EnumSource
    void aModelThatIsWrongIsFoundOut(Mistake mistake) {
        assertThatThrownBy(() -> {
                    for (long seed = 1; seed <= 100; seed++) {
                        run(seed, A_MACHINE, Set.of(mistake));
                    }
                })
                .hasRootCauseInstanceOf(ModelComparison.Difference.class);
    }

    private static RandomModelProgram run(long seed, long operations, Set<Mistake> mistakes) {
        Random random = new Random(seed);
        RandomModelProgram[] program = new RandomModelProgram[1];
        // Nothing is pre-empted within the kernel: the model knows no operation that is half done.
        ScriptedClock clock = new ScriptedClock(random, Integer.MAX_VALUE);
        try (ScriptedMachine machine = new ScriptedMachine(clock, 1, it -> {
            program[0] = new RandomModelProgram(it, random, operations, mistakes);
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
            return program[0];
        }
    }
}
