package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.espalier.base.Failure;
import org.espalier.fixture.Worker;
import org.junit.jupiter.api.Test;

/**
 * A calls B, which calls C, on several threads of A without end, and one of the three is killed at a random moment. Its threads go, the
 * others live on, and what a survivor had begun it has finished.
 */
final class ChainEndTest {
    private static final int ROUNDS = Integer.getInteger("espalier.rounds", 60);
    private static final int THREADS = 3;

    /** A domain whose code works as a component's would: it runs with polls, and catches all it can. */
    private static final class Party {
        final TestDomain domain;
        final Consumer<Runnable> work;
        final Supplier<Long> unfinished;

        @SuppressWarnings("unchecked")
        Party(Machine machine, String name) {
            domain = machine.domain(name);
            Object worker = Loading.withPolls(Worker.class, domain);
            work = (Consumer<Runnable>) worker;
            unfinished = (Supplier<Long>) worker;
        }

        /** An object that works, and calls {@code next} of its own capability space meanwhile. */
        int object(int next) {
            return domain.object(message -> {
                work.accept(() -> {
                    if (next != 0) {
                        domain.kernel.call(domain.kernel.message().begin(0), next, 0);
                    }
                });
                domain.kernel.message().begin(0);
            });
        }

        int giveTo(Party other, int index) {
            return domain.give(index, other.domain);
        }

        /** A thread of the kernel's that calls {@code capability} until it is told to end; counts the replies by their status. */
        void call(int capability, AtomicBoolean end, AtomicLong ok, AtomicLong gone) {
            int thread = domain.machine.core.give(domain.machine.kernel.createThread(domain.number, "caller"), domain);
            domain.run(() -> domain.kernel.startThread(thread, () -> {
                while (!end.get()) {
                    work.accept(() -> {
                        int status = domain.kernel.call(domain.kernel.message().begin(0), capability, 0);
                        (status == 0 ? ok : gone).incrementAndGet();
                        assertThat(status).isIn(0, Failure.GONE.status());
                    });
                }
            }));
        }
    }

    @Test
    void whoeverOfAChainIsKilledTheOthersLiveOnAndFinishWhatTheyBegan() {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        Random random = new Random(seed);
        double worst = 0;
        for (int round = 0; round < ROUNDS; round++) {
            try {
                worst = Math.max(worst, round(random));
            } catch (Throwable t) {
                throw new AssertionError("Round " + round + " of seed " + seed + ": -Despalier.seed=" + seed, t);
            }
        }
        System.out.printf("seed %d: the last thread had left after %.2f ms at most%n", seed, worst);
    }

    /** How long it took in ms until all threads of the victim had left. */
    private static double round(Random random) {
        AtomicBoolean end = new AtomicBoolean();
        AtomicLong ok = new AtomicLong();
        AtomicLong gone = new AtomicLong();
        AtomicLong others = new AtomicLong();
        try (Machine machine = new Machine()) {
            Party a = new Party(machine, "a");
            Party b = new Party(machine, "b");
            Party c = new Party(machine, "c");
            Party sibling = new Party(machine, "sibling");
            int atC = c.object(0);
            int atB = b.object(c.giveTo(b, atC));
            for (int i = 0; i < THREADS; i++) {
                a.call(b.giveTo(a, atB), end, ok, gone);
            }
            int ownServer = sibling.object(0);
            Party client = new Party(machine, "client");
            client.call(sibling.giveTo(client, ownServer), end, others, gone);
            Machine.await("the chain works", () -> ok.get() >= 3 && others.get() >= 1);
            LockSupport.parkNanos(random.nextInt(3_000_000));
            assertThat(gone).hasValue(0);

            Party victim = List.of(a, b, c).get(random.nextInt(3));
            long begin = System.nanoTime();
            victim.domain.kill();
            Machine.await(
                    "the quarantine is empty", () -> machine.kernel.quarantine().isEmpty());
            double millis = (System.nanoTime() - begin) / 1e6;

            long before = others.get();
            Machine.await("the siblings go on", () -> others.get() > before + 2);
            if (victim == b) {
                Machine.await("A is told", () -> gone.get() >= THREADS);
            } else if (victim == c) {
                long served = ok.get();
                Machine.await("B goes on without C", () -> ok.get() > served + 2);
                assertThat(gone).hasValue(0);
            }
            end.set(true);
            Machine.await("no thread is left", () -> machine.kernel.threads() == 0);
            for (Party survivor : List.of(a, b, c, sibling, client)) {
                if (survivor != victim) {
                    assertThat(machine.kernel.fault(survivor.domain.number))
                            .as("fault of " + survivor.domain.domain)
                            .isEmpty();
                    assertThat(survivor.unfinished.get())
                            .as("unfinished work of " + survivor.domain.domain)
                            .isZero();
                }
            }
            for (Party server : List.of(b, c)) {
                if (server != victim) {
                    assertThat(client.domain.call(server.giveTo(client, server == b ? atB : atC)))
                            .as("a later call of " + server.domain.domain)
                            .isZero();
                }
            }
            return millis;
        }
    }
}
