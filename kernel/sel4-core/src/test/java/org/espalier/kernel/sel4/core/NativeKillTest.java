package org.espalier.kernel.sel4.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.espalier.base.Limits;
import org.espalier.kernel.spi.RunningKernel.Launch;
import org.junit.jupiter.api.Test;

/** Native components end in whatever state they are, and nothing of them is left: no frame, no quota, no thread. */
final class NativeKillTest {
    private static final long PAGE = 4096;

    private static void awaitNothing(Sel4Machine machine) {
        Sel4Machine.await("no thread is left", () -> machine.kernel.threads() == 0);
        Sel4Machine.await("no address space is left", () -> machine.spaces() == 0);
        Sel4Machine.await("all have left", () -> machine.kernel.quarantine().isEmpty());
    }

    @Test
    void killedWhileItIsBuilt() {
        byte[] program = Puppet.program();
        try (Sel4Machine machine = new Sel4Machine()) {
            for (int i = 0; i < 20; i++) {
                Sel4Machine.Domain domain = machine.domain("short-lived", 1 << 20, 100);
                int parent = machine.object(message -> message.begin(1));
                assertThat(Puppet.launch(machine, domain, program, parent)).isInstanceOf(Launch.Launched.class);
                if (i % 2 == 1) {
                    Sel4Machine.await("something is built", () -> machine.spaces() > 0);
                }
                domain.kill();
            }
            awaitNothing(machine);
        }
    }

    @Test
    void killedWhileItSpinsAwaitsOrServesAndWithThreads() {
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet spinning = new Puppet(machine, "spinning");
            spinning.tell(Puppet.SPIN);
            Puppet awaiting = new Puppet(machine, "awaiting");
            awaiting.tell(Puppet.SYSTEM_CALL, Puppet.AWAIT, awaiting.trap(Puppet.CREATE_CONTEXT, 0, 0));
            Puppet serving = new Puppet(machine, "serving");
            serving.tell(Puppet.SERVE);
            Puppet threaded = new Puppet(machine, "threaded");
            int thread = threaded.give(machine.kernel.createThread(threaded.domain.number(), "thread"));
            long body = threaded.address(Puppet.THREAD);
            long stack = threaded.address(Puppet.THREAD_STACK);
            assertThat(threaded.trap(Puppet.START_THREAD, thread, body, 1, stack))
                    .isZero();
            Sel4Machine.await(
                    "it runs",
                    () -> machine.kernel.activity(spinning.domain.number()).cpuNanos() > 5_000_000);
            for (Puppet each : List.of(threaded, serving, awaiting, spinning)) {
                each.kill();
            }
            awaitNothing(machine);
        }
    }

    @Test
    void aHaltedOneLeavesWithItsDomain() {
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            puppet.tell(Puppet.SYSTEM_CALL, Puppet.HALT);
            Sel4Machine.await("it has stopped", () -> machine.kernel.threads() == 0);
            puppet.domain.kill();
            awaitNothing(machine);
        }
    }

    /** The end of the machine fails when any object is left. */
    @Test
    void theEndOfTheSystemEndsAllOfThemInWhateverState() {
        try (Sel4Machine machine = new Sel4Machine()) {
            Puppet waiting = new Puppet(machine, "waiting");
            waiting.address(Puppet.BUFFER);
            Puppet spinning = new Puppet(machine, "spinning");
            spinning.tell(Puppet.SPIN);
            Puppet attached = new Puppet(machine, "attached");
            int dataspace = attached.give(machine.kernel.createMemory(1, 300 * PAGE));
            assertThat(attached.trap(Puppet.ATTACH, dataspace, 0, 0, 1, attached.address(Puppet.BUFFER)))
                    .isZero();
            waiting.release();
            attached.release();
        }
    }

    /** Many at once, in a state that chance chooses, sharing memory that may be freed beside it. */
    @Test
    void killedAtAnyMoment() {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        Random random = new Random(seed);
        try (Sel4Machine machine = new Sel4Machine()) {
            int rounds = Integer.getInteger("espalier.operations", 40);
            List<Puppet> alive = new ArrayList<>();
            List<CompletableFuture<Integer>> calls = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                // Some pages more than it takes, for the thread that it may have and what it attaches.
                Puppet puppet = new Puppet(
                        machine, "puppet " + round, Puppet.ownRam() + (4 + random.nextInt(12)) * PAGE, Limits.NONE);
                alive.add(puppet);
                actAtRandom(machine, puppet, random, calls);
                while (alive.size() > random.nextInt(6)) {
                    alive.remove(random.nextInt(alive.size())).kill();
                }
            }
            alive.forEach(Puppet::kill);
            for (CompletableFuture<Integer> call : calls) {
                call.join();
            }
            awaitNothing(machine);
        } catch (Throwable e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static void actAtRandom(
            Sel4Machine machine, Puppet puppet, Random random, List<CompletableFuture<Integer>> calls) {
        switch (random.nextInt(7)) {
            case 0 -> {}
            case 1 -> puppet.tell(Puppet.SPIN);
            case 2 -> puppet.tell(Puppet.FAIL, Puppet.UNDEFINED);
            case 3 -> puppet.tell(Puppet.SYSTEM_CALL, Puppet.AWAIT, puppet.trap(Puppet.CREATE_CONTEXT, 0, 0));
            case 4 -> {
                int capability = puppet.take(puppet.trap(Puppet.CREATE_OBJECT, 1));
                puppet.tell(Puppet.SERVE);
                long what = random.nextBoolean() ? Puppet.SPIN : Puppet.ADDRESS;
                calls.add(Sel4Machine.async(() -> {
                    Puppet.request(machine, capability, what);
                    return 0;
                }));
            }
            case 5 -> {
                int thread = puppet.give(machine.kernel.createThread(puppet.domain.number(), "thread"));
                puppet.trap(
                        Puppet.START_THREAD,
                        thread,
                        puppet.address(Puppet.THREAD),
                        1,
                        puppet.address(Puppet.THREAD_STACK));
            }
            default -> {
                int memory = machine.kernel.createMemory(1, (1 + random.nextInt(2000)) * PAGE);
                int dataspace = puppet.give(memory);
                long region = puppet.address(Puppet.BUFFER);
                if (puppet.trap(Puppet.ATTACH, dataspace, 0, 0, 1, region) == 0) {
                    puppet.ask(Puppet.STORE, puppet.ask(Puppet.LOAD, region), 1);
                }
                if (random.nextBoolean()) {
                    puppet.tell(Puppet.SPIN);
                }
                machine.kernel.destroyMemory(memory);
            }
        }
    }
}
