package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.espalier.base.Capability;
import org.espalier.base.Failure;
import org.espalier.base.Message;
import org.junit.jupiter.api.Test;

/** Calls: what arrives, what returns, and what is refused. */
final class CallTest {
    private static void answer(Message message) {
        message.begin(0);
    }

    @Test
    void aCallCarriesTheRequestThereAndTheReplyBack() {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            TestDomain client = machine.domain("client");
            int object = server.object(message -> {
                long sum = message.getLong() + message.getLong();
                assertThat(message.readCompletely()).isTrue();
                message.begin(0);
                message.putLong(sum);
            });
            int capability = server.give(object, client);

            long sum = client.in(() -> {
                Message message = client.kernel.message().begin(7);
                message.putLong(40);
                message.putLong(2);
                assertThat(client.kernel.call(client.kernel.message(), capability, 0))
                        .isZero();
                return client.kernel.message().getLong();
            });

            assertThat(sum).isEqualTo(42);
        }
    }

    @Test
    void theLargestMessageArrivesWhole() {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            TestDomain client = machine.domain("client");
            int capability = server.give(
                    server.object(message -> {
                        byte[] bytes = message.getBytes();
                        message.begin(0);
                        message.putBytes(bytes);
                    }),
                    client);
            byte[] all = new byte[Message.MAX_BYTES - 4];
            for (int i = 0; i < all.length; i++) {
                all[i] = (byte) (i * 31);
            }

            byte[] echoed = client.in(() -> {
                client.kernel.message().begin(0).putBytes(all);
                assertThat(client.kernel.call(client.kernel.message(), capability, 0))
                        .isZero();
                return client.kernel.message().getBytes();
            });

            assertThat(echoed).isEqualTo(all);
        }
    }

    @Test
    void aGuessedIndexIsInvalid() {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            TestDomain client = machine.domain("client");
            AtomicInteger served = new AtomicInteger();
            int capability = server.give(
                    server.object(message -> {
                        served.incrementAndGet();
                        answer(message);
                    }),
                    client);
            List<Integer> guesses = new ArrayList<>(List.of(Integer.MIN_VALUE, Integer.MAX_VALUE, -1, 0));
            for (int guess = 1; guess < 300; guess++) {
                guesses.add(guess);
            }
            guesses.remove(Integer.valueOf(capability));

            for (int guess : guesses) {
                TestDomain.Reply reply = client.call(guess, message -> message.putInt(1), 0);
                assertThat(reply.status()).as("index %d", guess).isEqualTo(Failure.INVALID_CAPABILITY.status());
                assertThat(reply.word()).isEqualTo(reply.status());
                assertThat(reply.length()).isZero();
            }
            assertThat(served).hasValue(0);
        }
    }

    @Test
    void anIndexOfAnotherKindIsInvalid() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            int context = domain.in(() -> domain.kernel.createSignalContext(0, 1));
            int object = domain.object(CallTest::answer);
            int memory = domain.memory(4096);
            int thread = machine.core.give(machine.kernel.createThread(domain.number, "t"), domain);
            int invalid = Failure.INVALID_CAPABILITY.status();

            domain.run(() -> {
                for (int other : new int[] {context, memory, thread}) {
                    assertThat(domain.kernel.call(domain.kernel.message(), other, 0))
                            .isEqualTo(invalid);
                }
                for (int other : new int[] {object, memory, thread}) {
                    assertThat(domain.kernel.submit(other, 1)).isEqualTo(-invalid);
                    assertThat(domain.kernel.awaitSignal(other)).isEqualTo(-invalid);
                }
                for (int other : new int[] {object, context, memory}) {
                    assertThat(domain.kernel.startThread(other, () -> {})).isEqualTo(-invalid);
                }
                for (int other : new int[] {object, context, thread}) {
                    assertThat(domain.kernel.attach(other, 0, 0, false))
                            .isEqualTo(new org.espalier.base.spi.Attachment.Refused(Failure.INVALID_CAPABILITY));
                }
            });
        }
    }

    @Test
    void aDissolvedObjectIsGoneForItsHoldersAndItsIndexFreeAtItsOwner() {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            TestDomain client = machine.domain("client");
            int object = server.object(CallTest::answer);
            int capability = server.give(object, client);
            assertThat(client.call(capability)).isZero();
            long before = server.caps.used();

            server.run(() -> {
                server.kernel.dissolve(object);
                server.kernel.dissolve(object);
            });

            assertThat(client.call(capability)).isEqualTo(Failure.GONE.status());
            assertThat(server.call(object)).isEqualTo(Failure.INVALID_CAPABILITY.status());
            assertThat(server.caps.used()).isEqualTo(before - 1);
        }
    }

    @Test
    void aCallIntoAnEndedDomainIsGone() {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            TestDomain client = machine.domain("client");
            int capability = server.give(server.object(CallTest::answer), client);

            server.kill();

            assertThat(client.call(capability)).isEqualTo(Failure.GONE.status());
        }
    }

    @Test
    void aCallIntoAHaltedDomainIsGone() {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            TestDomain client = machine.domain("client");
            int capability = server.give(server.object(CallTest::answer), client);
            long before = server.caps.used();

            assertThat(server.async(() -> {
                        server.kernel.halt();
                        return 0;
                    }))
                    .failsWithin(java.time.Duration.ofSeconds(30))
                    .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                    .withCauseInstanceOf(DomainEnded.class);

            assertThat(client.call(capability)).isEqualTo(Failure.GONE.status());
            assertThat(server.caps.used())
                    .as("a halted domain keeps what it owns")
                    .isEqualTo(before);
        }
    }

    @Test
    void aServerThatThrowsFaultsAloneAndItsCallerGetsGone() {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            TestDomain client = machine.domain("client");
            int broken = server.object(message -> {
                throw new IllegalStateException("first\nline");
            });
            int other = server.object(CallTest::answer);
            int capability = server.give(broken, client);
            int healthy = server.give(other, client);
            int watch = machine.core.in(() -> machine.core.kernel.createSignalContext(0, 1));
            server.domain.watchFaults((KernelObject.Context) machine.core.domain.lookup(watch));

            assertThat(client.call(capability)).isEqualTo(Failure.GONE.status());

            assertThat(machine.core.<Integer>in(() -> machine.core.kernel.awaitSignal(watch)))
                    .isEqualTo(1);
            assertThat(machine.kernel.fault(server.number))
                    .startsWith("thread ‘ep’: java.lang.IllegalStateException: first line at ");
            assertThat(client.call(capability))
                    .as("nobody enters what is half done")
                    .isEqualTo(Failure.GONE.status());
            assertThat(client.call(healthy))
                    .as("another entrypoint of the server")
                    .isZero();
            assertThat(machine.kernel.fault(client.number)).isEmpty();
        }
    }

    @Test
    void aCallThatWouldWaitForItselfIsADeadlock() {
        try (Machine machine = new Machine()) {
            TestDomain a = machine.domain("a");
            TestDomain b = machine.domain("b");
            TestDomain client = machine.domain("client");
            List<Integer> capabilities = new ArrayList<>();
            List<Integer> statuses = new ArrayList<>();
            int objectA = a.object(message -> {
                statuses.add(a.kernel.call(a.kernel.message(), capabilities.get(1), 0));
                answer(a.kernel.message());
            });
            int objectB = b.object(message -> {
                statuses.add(b.kernel.call(b.kernel.message(), capabilities.get(0), 0));
                answer(b.kernel.message());
            });
            capabilities.add(a.give(objectA, b));
            capabilities.add(b.give(objectB, a));
            int entry = a.give(objectA, client);

            assertThat(client.call(entry)).isZero();

            assertThat(statuses).containsExactly(Failure.DEADLOCK.status(), 0);
        }
    }

    @Test
    void aChainOfCallsHasALimit() {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            List<Integer> objects = new ArrayList<>();
            AtomicInteger deepest = new AtomicInteger();
            List<Integer> refusals = new ArrayList<>();
            for (int level = 0; level <= Execution.MAX_DEPTH; level++) {
                int next = level + 1;
                objects.add(server.object(message -> {
                    deepest.set(next);
                    int status = server.kernel.call(server.kernel.message(), objects.get(next), 0);
                    if (status != 0) {
                        refusals.add(status);
                    }
                    answer(server.kernel.message());
                }));
            }
            objects.add(0);

            assertThat(server.call(objects.getFirst())).isZero();

            assertThat(deepest).hasValue(Execution.MAX_DEPTH);
            assertThat(refusals).containsExactly(Failure.DEADLOCK.status());
        }
    }

    @Test
    void aThreadOfAnotherDomainIsRefused() {
        try (Machine machine = new Machine()) {
            TestDomain mine = machine.domain("mine");
            TestDomain other = machine.domain("other");

            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> other.run(() -> mine.kernel.createSignalContext(0, 1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("A thread that executes other used the environment of mine.");
        }
    }

    @Test
    void capabilitiesOfAnotherSpaceNameNothingInAMessage() {
        try (Machine machine = new Machine()) {
            TestDomain mine = machine.domain("mine");
            TestDomain other = machine.domain("other");
            int object = other.object(CallTest::answer);

            int count = mine.in(() -> {
                Message message = mine.kernel.message().begin(0);
                message.putCapability(Capability.at(other.kernel, object));
                return message.capCount();
            });

            assertThat(count).isZero();
        }
    }
}
