package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.espalier.base.Failure;
import org.espalier.kernel.spi.RunningKernel.Quarantined;
import org.junit.jupiter.api.Test;

/** Threads that core makes and components start. */
final class ThreadTest {
    @Test
    void aThreadRunsOnceAndItsCostReturnsWhenItEnds() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            long ram = domain.ram.used();
            long caps = domain.caps.used();
            int own = machine.kernel.createThread(domain.number, "worker");
            assertThat(domain.ram.used()).isEqualTo(ram + Machine.COSTS.threadRam());
            int thread = machine.core.give(own, domain);
            CountDownLatch go = new CountDownLatch(1);
            AtomicBoolean seen = new AtomicBoolean();

            domain.run(() -> {
                assertThat(domain.kernel.startThread(thread, () -> {
                            seen.set(machine.kernel.execution().domain() == domain.domain);
                            uninterruptibly(go);
                        }))
                        .isZero();
                assertThat(domain.kernel.startThread(thread, () -> {})).isEqualTo(-Failure.DENIED.status());
            });
            assertThat(machine.kernel.destroyThread(own)).isEqualTo(-Failure.DENIED.status());
            assertThat(machine.kernel.threads()).isEqualTo(1);
            go.countDown();

            Machine.await("the thread's cost returns", () -> domain.ram.used() == ram);
            assertThat(domain.caps.used())
                    .as("all but the slot of its capability")
                    .isEqualTo(caps + 1);
            assertThat(seen).isTrue();
            assertThat(machine.kernel.threads()).isZero();
            assertThat(machine.kernel.destroyThread(own)).isEqualTo(-Failure.INVALID_CAPABILITY.status());
        }
    }

    @Test
    void aThreadThatWasNotStartedCanBeGivenUp() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            long ram = domain.ram.used();
            int own = machine.kernel.createThread(domain.number, "worker");
            int thread = machine.core.give(own, domain);

            assertThat(machine.kernel.destroyThread(own)).isZero();

            assertThat(domain.ram.used()).isEqualTo(ram);
            assertThat(domain.<Integer>in(() -> domain.kernel.startThread(thread, () -> {})))
                    .isEqualTo(-Failure.INVALID_CAPABILITY.status());
        }
    }

    @Test
    void aThreadBelongsToItsDomainAlone() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            TestDomain other = machine.domain("other");
            int own = machine.kernel.createThread(domain.number, "worker");
            int atOther = machine.core.give(own, other);

            assertThat(other.<Integer>in(() -> other.kernel.startThread(atOther, () -> {})))
                    .isEqualTo(-Failure.INVALID_CAPABILITY.status());
        }
    }

    @Test
    void threadsAreLimitedByTheQuotaOfTheirDomain() {
        try (Machine machine = new Machine()) {
            TestDomain poorInRam = machine.domain("poor in RAM", Machine.COSTS.threadRam(), 10);
            TestDomain poorInCaps = machine.domain("poor in caps", 1 << 20, 1);
            assertThat(machine.kernel.createThread(poorInRam.number, "t")).isPositive();
            assertThat(machine.kernel.createThread(poorInRam.number, "t")).isEqualTo(-Failure.OUT_OF_RAM.status());
            assertThat(machine.kernel.createThread(poorInCaps.number, "t")).isPositive();
            assertThat(machine.kernel.createThread(poorInCaps.number, "t")).isEqualTo(-Failure.OUT_OF_CAPS.status());
        }
    }

    @Test
    void anExceptionThatLeavesAThreadIsAFaultAndTheFirstOneIsKept() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            int watch = machine.core.in(() -> machine.core.kernel.createSignalContext(0, 1));
            domain.domain.watchFaults((KernelObject.Context) machine.core.domain.lookup(watch));
            for (String name : new String[] {"first", "second"}) {
                int thread = machine.core.give(machine.kernel.createThread(domain.number, name), domain);
                domain.run(() -> domain.kernel.startThread(thread, () -> {
                    throw new UnsupportedOperationException(name + "\n[core] forged");
                }));
                assertThat(machine.core.<Integer>in(() -> machine.core.kernel.awaitSignal(watch)))
                        .isEqualTo(1);
            }

            assertThat(machine.kernel.fault(domain.number))
                    .startsWith("thread ‘first’: java.lang.UnsupportedOperationException: first [core] forged at ")
                    .doesNotContain("\n");
        }
    }

    @Test
    void aThrowableThatFightsItsDescriptionIsDescribedByItsClass() {
        final class Hostile extends RuntimeException {
            private static final long serialVersionUID = 1;

            @Override
            public String getMessage() {
                throw new IllegalStateException("no message for you");
            }
        }
        assertThat(Faults.describe("t", new Hostile())).isEqualTo("thread ‘t’: " + Hostile.class.getName());
        assertThat(Faults.describe("t", new RuntimeException("x".repeat(100_000))))
                .hasSizeLessThan(600);
    }

    @Test
    void aLoopingThreadOfAnEndedDomainIsQuarantinedUntilItLeaves() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            AtomicBoolean go = new AtomicBoolean();
            CountDownLatch running = new CountDownLatch(1);
            int thread = machine.core.give(machine.kernel.createThread(domain.number, "loop"), domain);
            domain.run(() -> domain.kernel.startThread(thread, () -> {
                running.countDown();
                while (!go.get()) {
                    Thread.onSpinWait();
                }
            }));
            uninterruptibly(running);

            domain.kill();

            assertThat(machine.kernel.quarantine())
                    .extracting(Quarantined::domain, Quarantined::thread)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple("domain", "loop"));
            go.set(true);
            Machine.await(
                    "the quarantine is empty", () -> machine.kernel.quarantine().isEmpty());
            Machine.await("no thread is left", () -> machine.kernel.threads() == 0);
        }
    }

    @Test
    void theNextCallOfAThreadWhoseDomainEndedEndsIt() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            CountDownLatch running = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            AtomicBoolean went = new AtomicBoolean();
            int thread = machine.core.give(machine.kernel.createThread(domain.number, "t"), domain);
            domain.run(() -> domain.kernel.startThread(thread, () -> {
                running.countDown();
                uninterruptibly(go);
                domain.kernel.createSignalContext(0, 1);
                went.set(true);
            }));
            uninterruptibly(running);
            domain.kill();
            go.countDown();

            Machine.await("no thread is left", () -> machine.kernel.threads() == 0);
            assertThat(went).isFalse();
        }
    }

    private static void uninterruptibly(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                // Kernels interrupt threads of domains that end.
            }
        }
    }
}
