package org.espalier.kernel.sel4;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever system calls threads make, and wherever they are pre-empted, the invariants hold after each. The number of system calls is
 * the property {@code espalier.operations}; {@code espalier.seed} repeats a run. What was reached, and how often, is printed.
 */
@Timeout(1200)
final class RandomSystemCallsTest {
    private static final long OPERATIONS = Long.getLong("espalier.operations", 10_000);

    /** A machine is given up after so many: things that cannot be had twice, such as interrupts, are given away by then. */
    private static final long A_MACHINE = 2_000;

    /** How often each operation has to succeed, and each {@link OperationCounts.Event} to happen. */
    private static final int LEAST = 3;

    /** A run goes on until that is reached, but not for longer than so many times what it was meant to take. */
    private static final int MOST = 8;

    /** Of these there is no success: the first is the legacy controller's, which is not there. */
    private static final Set<Invocation> REFUSED = Set.of(Invocation.IRQ_ISSUE_HANDLER, Invocation.NONE);

    /**
     * So often nobody runs at a look before a machine is given up: who is ready may be in a domain whose turn comes when that of an empty one is over, in
     * 2<sup>56</sup> ticks.
     */
    private static final int LONGEST_IDLE = 100;

    private final OperationCounts counts = new OperationCounts();
    private long done;
    private long byOthers;

    @Test
    void invariantsHoldAfterEachSystemCall() {
        List<Invocation> operations = Arrays.stream(Invocation.values())
                .filter(operation -> !REFUSED.contains(operation))
                .toList();
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        long most = MOST * Math.max(OPERATIONS, A_MACHINE);
        int machines = 0;
        for (long at = seed; done < OPERATIONS || (!isReached(operations) && done < most); at++) {
            run(at, Math.min(A_MACHINE, most - done));
            machines++;
        }
        System.out.printf(
                "seed %s: %s operations on %s machines, %s of them by others than the first thread%n%s%n",
                seed, done, machines, byOthers, counts);
        assertThat(byOthers).isGreaterThan(done / 4);
        assertThat(counts.missing(LEAST, operations)).as("seed %s", seed).isEmpty();
    }

    private boolean isReached(List<Invocation> operations) {
        return counts.missing(LEAST, operations).isEmpty();
    }

    private void run(long seed, long operations) {
        Random random = new Random(seed);
        RandomProgram[] program = new RandomProgram[1];
        try (ScriptedMachine machine = new ScriptedMachine(random, 1 + random.nextInt(3), it -> {
            program[0] = new RandomProgram(it, random, operations, counts);
            return program[0];
        })) {
            try {
                machine.kernel().checkBy(new Looks(machine, program[0]));
                machine.kernel().run();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "After operation %s, %s: -Despalier.seed=%s"
                                .formatted(program[0].done(), program[0].last(), seed),
                        e);
            }
            done += Math.max(1, program[0].done());
            byOthers += program[0].byOthers();
        }
    }

    /** Checks the invariants whenever somebody is about to run, and gives up a machine in which nobody does. */
    private static final class Looks implements Runnable {
        private final ScriptedMachine machine;
        private final RandomProgram program;
        private long doneBefore;
        private int idle;

        Looks(ScriptedMachine machine, RandomProgram program) {
            this.machine = machine;
            this.program = program;
        }

        @Override
        public void run() {
            machine.invariants().check();
            idle = program.done() == doneBefore ? idle + 1 : 0;
            doneBefore = program.done();
            if (idle > LONGEST_IDLE) {
                machine.kernel().stop();
            }
        }
    }
}
