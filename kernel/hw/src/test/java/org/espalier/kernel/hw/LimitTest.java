package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.espalier.base.Failure;
import org.espalier.base.Limits;
import org.espalier.fixture.Looper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who takes more than its limits is stopped, and nobody else. */
final class LimitTest {
    private static final long NONE = Limits.UNLIMITED;

    private static Parentage.Child start(Parentage parentage, String act, Limits limits) {
        return parentage.start(Jars.of(Looper.class, Map.of("act.txt", act.getBytes(StandardCharsets.UTF_8))), limits);
    }

    @ParameterizedTest
    @CsvSource({
        "endless, 40, 9223372036854775807, 9223372036854775807, more than 40 % of a processor within a second",
        "array copy, 9223372036854775807, 1048576, 9223372036854775807, more than 1048576 bytes of heap within a second",
        "array copy, 9223372036854775807, 9223372036854775807, 16777216, more than 16777216 bytes of heap in all"
    })
    void aComponentThatTakesMoreFaultsAndNoneOfItsCodeRunsOn(
            String act, long cpu, long heapRate, long heapTotal, String what) {
        try (Machine machine = new Machine()) {
            Parentage parentage = new Parentage(machine);
            Parentage.Child other = start(parentage, "endless", Limits.NONE);
            Parentage.Child child = start(parentage, act, new Limits(cpu, heapRate, heapTotal, NONE));

            assertThat(child.awaitFault()).isEqualTo("limit: the component took " + what);

            Machine.await("one thread is left, that of the other", () -> machine.kernel.threads() == 1);
            assertThat(other.fault()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"endless", "recursion", "lambda in a stream"})
    void aThrottledComponentIsHeldUpWhereverItLoopsAndNotStopped(String act) {
        try (Machine machine = new Machine()) {
            Parentage parentage = new Parentage(machine);
            long begin = System.nanoTime();
            Parentage.Child child = start(parentage, act, new Limits(20, NONE, NONE, NONE, true));

            Machine.await(
                    "a second of processor time is taken",
                    () -> machine.kernel.activity(child.number()).cpuNanos() >= 1_000_000_000);

            // 200 ms are its credit at the beginning and as many what looks may miss; the rest comes at 200 ms in a
            // second.
            assertThat(System.nanoTime() - begin).isGreaterThan(1_500_000_000);
            assertThat(child.fault()).isEmpty();
            machine.kernel.destroyDomain(child.number());
            Machine.await("its thread has left", () -> machine.kernel.threads() == 0);
        }
    }

    @Test
    void aComponentThatStaysBelowItsLimitsGoesOn() {
        try (Machine machine = new Machine()) {
            Parentage parentage = new Parentage(machine);
            Limits limits = new Limits(50, 32 << 20, 64 << 20, NONE);
            Parentage.Child modest = start(parentage, "wait again", limits);
            modest.lines(1);

            // Both are looked at in the same rounds, so by then the modest one has been looked at for half a second.
            start(parentage, "endless", limits).awaitFault();

            assertThat(modest.fault()).isEmpty();
            Machine.await("its thread alone is left", () -> machine.kernel.threads() == 1);
        }
    }

    @Test
    void aLimitOfTheHeapOfOneMomentIsNotHeldAndNoneOfTheOthersBesideIt() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            assertThat(machine.kernel.limit(domain.number, new Limits(NONE, NONE, NONE, 0, false, 32 << 20)))
                    .contains(
                            "One heap serves all components of this kernel, and nobody can tell what each has of it, so"
                                    + " limit ‘heap’ cannot be held.");
            assertThat(machine.kernel.createThread(domain.number, "thread")).isPositive();
        }
    }

    @Test
    void aThreadTooManyIsRefusedUntilOneHasGone() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            assertThat(machine.kernel.limit(domain.number, new Limits(NONE, NONE, NONE, 2)))
                    .isEmpty();
            int first = machine.kernel.createThread(domain.number, "first");
            assertThat(first).isPositive();
            assertThat(machine.kernel.createThread(domain.number, "second")).isPositive();
            long free = domain.ram.available();

            assertThat(machine.kernel.createThread(domain.number, "third")).isEqualTo(-Failure.DENIED.status());
            assertThat(domain.ram.available()).isEqualTo(free);

            assertThat(machine.kernel.destroyThread(first)).isZero();
            assertThat(machine.kernel.createThread(domain.number, "third")).isPositive();
        }
    }
}
