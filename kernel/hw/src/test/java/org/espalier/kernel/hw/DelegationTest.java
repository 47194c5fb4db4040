package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.espalier.base.Capability;
import org.espalier.base.Failure;
import org.espalier.base.Message;
import org.junit.jupiter.api.Test;

/** Capabilities in messages: who gets what, and who pays. */
final class DelegationTest {
    private static void put(TestDomain domain, Message message, int... indices) {
        for (int index : indices) {
            message.putCapability(Capability.at(domain.kernel, index));
        }
    }

    /** A server that keeps the indices that requests bring. */
    private static int collecting(TestDomain server, List<Integer> received) {
        return server.object(message -> {
            int count = message.capCount();
            for (int i = 0; i < count; i++) {
                received.add(message.getCapability().index());
            }
            message.begin(0);
        });
    }

    @Test
    void theReceiverPaysForWhatARequestBrings() {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            TestDomain client = machine.domain("client");
            List<Integer> received = new ArrayList<>();
            int capability = server.give(collecting(server, received), client);
            int mine = client.object(message -> message.begin(5));
            long clientBefore = client.caps.used();
            long serverBefore = server.caps.used();

            assertThat(client.call(capability, message -> put(client, message, mine, mine, mine), 0)
                            .status())
                    .isZero();

            assertThat(received).hasSize(3).doesNotHaveDuplicates();
            assertThat(server.caps.used()).isEqualTo(serverBefore + 3);
            assertThat(client.caps.used()).isEqualTo(clientBefore);
            assertThat(server.call(received.get(1))).isEqualTo(5);
        }
    }

    @Test
    void anOwnObjectComesBackUnderItsOwnIndexForNothing() {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            TestDomain client = machine.domain("client");
            List<Integer> received = new ArrayList<>();
            int object = collecting(server, received);
            int capability = server.give(object, client);
            long before = server.caps.used();

            client.call(capability, message -> put(client, message, capability), 0);

            assertThat(received).containsExactly(object);
            assertThat(server.caps.used()).isEqualTo(before);
            server.run(() -> server.kernel.release(object));
            assertThat(server.caps.used())
                    .as("releasing an own object does nothing")
                    .isEqualTo(before);
            assertThat(client.call(capability)).isZero();
        }
    }

    @Test
    void anOwnObjectThatIsDissolvedComesBackAsNothingAndNeverAsWhatHasItsSlotNow() {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            TestDomain client = machine.domain("client");
            List<Integer> received = new ArrayList<>();
            int capability = server.give(collecting(server, received), client);
            int ended = server.object(message -> message.begin(0));
            int held = server.give(ended, client);
            server.run(() -> server.kernel.dissolve(ended));
            int next = server.in(() -> server.kernel.createObject(1, 7));
            assertThat(next).isEqualTo(ended);

            assertThat(client.call(capability, message -> put(client, message, held), 0)
                            .status())
                    .isZero();

            assertThat(received).containsExactly(0);
        }
    }

    @Test
    void memoryThatIsFreedIsNotTakenForWhatHasItsSlotNow() {
        try (Machine machine = new Machine()) {
            TestDomain client = machine.domain("client");
            List<Integer> received = new ArrayList<>();
            int capability = machine.core.give(collecting(machine.core, received), client);
            int freed = machine.kernel.createMemory(client.number, 4096);
            int held = machine.core.give(freed, client);
            machine.kernel.destroyMemory(freed);
            assertThat(machine.kernel.createMemory(client.number, 4096)).isEqualTo(freed);

            client.call(capability, message -> put(client, message, held), 0);

            assertThat(received).containsExactly(0);
        }
    }

    @Test
    void aServerThatCannotPayReceivesNothing() {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server", 8192, 4);
            TestDomain client = machine.domain("client");
            AtomicInteger served = new AtomicInteger();
            int object = server.object(message -> served.incrementAndGet());
            int capability = server.give(object, client);
            int mine = client.object(message -> message.begin(0));
            long clientBefore = client.caps.used();
            assertThat(server.caps.available()).isEqualTo(2);

            TestDomain.Reply reply = client.call(capability, message -> put(client, message, mine, mine, mine), 3);

            assertThat(reply.status()).isEqualTo(Failure.SERVER_OUT_OF_CAPS.status());
            assertThat(reply.received()).isEmpty();
            assertThat(served).hasValue(0);
            assertThat(server.caps.available()).isEqualTo(2);
            assertThat(client.caps.used()).isEqualTo(clientBefore);
        }
    }

    @Test
    void aRequestWithOneInvalidIndexDeliversNone() {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            TestDomain client = machine.domain("client");
            AtomicInteger served = new AtomicInteger();
            int capability = server.give(server.object(message -> served.incrementAndGet()), client);
            int mine = client.object(message -> message.begin(0));
            long before = server.caps.used();

            TestDomain.Reply reply = client.call(capability, message -> put(client, message, mine, 999, mine), 0);

            assertThat(reply.status()).isEqualTo(Failure.INVALID_CAPABILITY.status());
            assertThat(served).hasValue(0);
            assertThat(server.caps.used()).isEqualTo(before);
        }
    }

    @Test
    void aCallerThatCannotPayForTheReplyDoesNotCall() {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            TestDomain client = machine.domain("client", 4096, 3);
            AtomicInteger served = new AtomicInteger();
            int capability = server.give(server.object(message -> served.incrementAndGet()), client);
            assertThat(client.caps.available()).isEqualTo(2);

            assertThat(client.call(capability, message -> {}, 3).status()).isEqualTo(Failure.OUT_OF_CAPS.status());

            assertThat(served).hasValue(0);
            assertThat(client.caps.available()).isEqualTo(2);
        }
    }

    @Test
    void theCallerPaysForWhatTheReplyBringsAndNoMore() {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            TestDomain client = machine.domain("client");
            List<Integer> own = new ArrayList<>();
            int object = server.object(message -> {
                message.begin(0);
                put(server, message, own.getFirst(), own.getLast());
            });
            int capability = server.give(object, client);
            int mine = client.object(message -> message.begin(0));
            own.add(object);
            own.add(client.give(mine, server));
            long before = client.caps.used();
            long serverBefore = server.caps.used();

            TestDomain.Reply reply = client.call(capability, message -> {}, 3);

            assertThat(reply.received()).hasSize(2);
            assertThat(reply.received().get(1)).as("the client's own object").isEqualTo(mine);
            assertThat(client.caps.used()).isEqualTo(before + 1);
            assertThat(server.caps.used()).isEqualTo(serverBefore);
        }
    }

    @Test
    void aReplyWithMoreThanWasAcceptedIsMalformedAndBringsNothing() {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            TestDomain client = machine.domain("client");
            List<Integer> own = new ArrayList<>();
            own.add(server.object(message -> {
                message.begin(0);
                put(server, message, own.getFirst(), own.getFirst());
            }));
            int capability = server.give(own.getFirst(), client);
            long before = client.caps.used();

            TestDomain.Reply reply = client.call(capability, message -> {}, 1);

            assertThat(reply.status()).isEqualTo(Failure.MALFORMED.status());
            assertThat(reply.received()).isEmpty();
            assertThat(client.caps.used()).isEqualTo(before);
        }
    }

    @Test
    void aCapabilityOfADeadObjectArrivesDead() {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            TestDomain client = machine.domain("client");
            TestDomain dead = machine.domain("dead");
            List<Integer> received = new ArrayList<>();
            int capability = server.give(collecting(server, received), client);
            int void0 = dead.give(dead.object(message -> message.begin(0)), client);
            dead.kill();

            assertThat(client.call(capability, message -> put(client, message, void0), 0)
                            .status())
                    .isZero();

            assertThat(server.call(received.getFirst())).isEqualTo(Failure.GONE.status());
        }
    }

    @Test
    void aSlotIsFreedOnceHoweverOftenItIsReleased() throws Throwable {
        try (Machine machine = new Machine()) {
            TestDomain owner = machine.domain("owner");
            TestDomain holder = machine.domain("holder");
            int object = owner.object(message -> message.begin(0));
            for (int round = 0; round < 200; round++) {
                long before = holder.caps.used();
                int capability = owner.give(object, holder);
                CompletableFuture<Integer> other = holder.async(() -> {
                    holder.kernel.release(capability);
                    return 0;
                });
                holder.run(() -> holder.kernel.release(capability));
                Machine.get(other);
                holder.run(() -> holder.kernel.release(capability));

                assertThat(holder.caps.used()).isEqualTo(before);
            }
            assertThat(owner.call(object)).isZero();
        }
    }

    @Test
    void anEntrypointIsRefundedOnceHoweverOftenItIsDestroyed() throws Throwable {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            for (int round = 0; round < 300; round++) {
                long ram = domain.ram.used();
                long caps = domain.caps.used();
                int entrypoint = domain.entrypoint("ep", message -> {});
                AtomicBoolean go = new AtomicBoolean();
                List<CompletableFuture<Integer>> ends = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    ends.add(domain.async(() -> {
                        while (!go.get()) {
                            Thread.onSpinWait();
                        }
                        domain.kernel.destroyEntrypoint(entrypoint);
                        return 0;
                    }));
                }
                go.set(true);
                for (CompletableFuture<Integer> end : ends) {
                    Machine.get(end);
                }
                assertThat(List.of(domain.ram.used(), domain.caps.used())).isEqualTo(List.of(ram, caps));
            }
        }
    }

    /**
     * A server that keeps its message and writes indices into it from another thread while requests arrive must not be given
     * what the client never sent.
     */
    @Test
    void aServerThatWritesIntoItsMessageIsGivenNothingThatWasNotSent() throws Throwable {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            TestDomain client = machine.domain("client");
            TestDomain third = machine.domain("third");
            int secret = third.give(third.object(message -> message.begin(666)), client);
            int harmless = third.give(third.object(message -> message.begin(1)), client);
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger stolen = new AtomicInteger();
            int entrypoint = server.entrypoint("ep", message -> {
                int[] received = new int[message.capCount()];
                for (int i = 0; i < received.length; i++) {
                    received[i] = message.cap(i);
                }
                for (int index :
                        Arrays.stream(received).filter(i -> i != secret).toArray()) {
                    if (server.kernel.call(server.kernel.message(), index, 0) == 666) {
                        stolen.incrementAndGet();
                    }
                    server.kernel.release(index);
                }
                server.kernel.message().begin(0);
            });
            int capability = server.give(server.in(() -> server.kernel.createObject(entrypoint, 1)), client);
            Message hostile = server.entry(entrypoint).message;
            int[] exchanged = {secret};
            CompletableFuture<Integer> writer = Machine.async(() -> {
                while (!over.get()) {
                    hostile.setCaps(exchanged, 1);
                }
                return 0;
            });

            client.run(() -> {
                for (int i = 0; i < 20_000; i++) {
                    put(client, client.kernel.message().begin(0), harmless);
                    client.kernel.call(client.kernel.message(), capability, 0);
                }
            });
            over.set(true);
            Machine.get(writer);

            assertThat(stolen).hasValue(0);
        }
    }
}
