package org.espalier.kernel.hw;

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

    /** The frames of the library image stay the kernel's. */
    private static final long IMAGE_FRAMES = 3;

    private static void awaitNothing(Machine machine) {
        Machine.await("no thread is left", () -> machine.kernel.threads() == 0);
        Machine.await("no frame is left", () -> machine.framesInUse() <= IMAGE_FRAMES);
        Machine.await("all have left", () -> machine.kernel.quarantine().isEmpty());
    }

    @Test
    void killedWhileItIsBuilt() {
        byte[] program = Puppet.program();
        try (Machine machine = new Machine()) {
            for (int i = 0; i < 20; i++) {
                TestDomain domain = machine.domain("short-lived");
                int parent = machine.core.object(message -> message.begin(1));
                assertThat(Puppet.launch(machine, domain, program, parent)).isInstanceOf(Launch.Launched.class);
                if (i % 2 == 1) {
                    Machine.await("something is built", () -> machine.framesInUse() > IMAGE_FRAMES);
                }
                domain.kill();
            }
            awaitNothing(machine);
        }
    }

    @Test
    void killedWhileItSpinsAwaitsOrServesAndWithThreads() {
        try (Machine machine = new Machine()) {
            Puppet spinning = new Puppet(machine, "spinning");
            spinning.tell(Puppet.SPIN);
            Puppet awaiting = new Puppet(machine, "awaiting");
            awaiting.tell(Puppet.SYSTEM_CALL, Operation.AWAIT, awaiting.trap(Operation.CREATE_CONTEXT, 0, 0));
            Puppet serving = new Puppet(machine, "serving");
            serving.tell(Puppet.SERVE);
            Puppet threaded = new Puppet(machine, "threaded");
            int thread = threaded.give(machine.kernel.createThread(threaded.domain.number, "thread"));
            long body = threaded.address(Puppet.THREAD);
            long stack = threaded.address(Puppet.THREAD_STACK);
            assertThat(threaded.trap(Operation.START_THREAD, thread, body, 1, stack))
                    .isZero();
            Machine.await(
                    "it runs",
                    () -> machine.kernel.activity(spinning.domain.number).cpuNanos() > 5_000_000);
            for (Puppet each : List.of(threaded, serving, awaiting, spinning)) {
                each.kill();
            }
            awaitNothing(machine);
        }
    }

    @Test
    void aHaltedOneLeavesWithItsDomain() {
        try (Machine machine = new Machine()) {
            Puppet puppet = new Puppet(machine, "puppet");
            puppet.tell(Puppet.SYSTEM_CALL, Operation.HALT);
            Machine.await("it has stopped", () -> puppet.domain.domain.stopped);
            puppet.domain.kill();
            awaitNothing(machine);
        }
    }

    @Test
    void theEndOfTheSystemEndsAllOfThemInWhateverState() {
        Puppet waiting;
        MachineMemory memory;
        try (Machine machine = new Machine()) {
            waiting = new Puppet(machine, "waiting");
            waiting.address(Puppet.BUFFER);
            Puppet spinning = new Puppet(machine, "spinning");
            spinning.tell(Puppet.SPIN);
            waiting.release();
            memory = java.util.Objects.requireNonNull(machine.carrier.memory());
        }
        assertThat(memory.left()).isEqualTo(memory.all());
    }

    /** Many at once, in a state that chance chooses, sharing memory that may be freed beside it. */
    @Test
    void killedAtAnyMoment() {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        Random random = new Random(seed);
        try (Machine machine = new Machine()) {
            int rounds = Integer.getInteger("espalier.operations", 40);
            List<Puppet> alive = new ArrayList<>();
            List<CompletableFuture<Integer>> calls = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                // A page more than it takes, for the thread that it may have.
                Puppet puppet = new Puppet(
                        machine, "puppet " + round, Puppet.ownRam() + (1 + random.nextInt(12)) * PAGE, Limits.NONE);
                alive.add(puppet);
                actAtRandom(machine, puppet, random, calls);
                while (alive.size() > random.nextInt(6)) {
                    alive.remove(random.nextInt(alive.size())).kill();
                }
            }
            alive.forEach(Puppet::kill);
            for (CompletableFuture<Integer> call : calls) {
                Machine.get(call);
            }
            awaitNothing(machine);
        } catch (Throwable e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static void actAtRandom(
            Machine machine, Puppet puppet, Random random, List<CompletableFuture<Integer>> calls) {
        switch (random.nextInt(7)) {
            case 0 -> {}
            case 1 -> puppet.tell(Puppet.SPIN);
            case 2 -> puppet.tell(Puppet.FAIL, Puppet.UNDEFINED);
            case 3 -> puppet.tell(Puppet.SYSTEM_CALL, Operation.AWAIT, puppet.trap(Operation.CREATE_CONTEXT, 0, 0));
            case 4 -> {
                int object = (int) puppet.trap(Operation.CREATE_OBJECT, 1);
                puppet.tell(Puppet.SERVE);
                TestDomain client = machine.domain("client");
                int capability = puppet.domain.give(object, client);
                long what = random.nextBoolean() ? Puppet.SPIN : Puppet.ADDRESS;
                calls.add(client.async(() -> {
                    Puppet.request(client, capability, what);
                    return 0;
                }));
            }
            case 5 -> {
                int thread = puppet.give(machine.kernel.createThread(puppet.domain.number, "thread"));
                puppet.trap(
                        Operation.START_THREAD,
                        thread,
                        puppet.address(Puppet.THREAD),
                        1,
                        puppet.address(Puppet.THREAD_STACK));
            }
            default -> {
                int memory = machine.kernel.createMemory(1, (1 + random.nextInt(2000)) * PAGE);
                int dataspace = puppet.give(memory);
                long region = puppet.address(Puppet.BUFFER);
                if (puppet.trap(Operation.ATTACH, dataspace, 0, 0, 1, region) == 0) {
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
