package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.espalier.base.Failure;
import org.espalier.base.Message;
import org.espalier.base.spi.Upcalls;
import org.junit.jupiter.api.Test;

/** Signals are counted, never block, and stop with their context. */
final class SignalTest {
    /** Keeps what arrives; requests wait for {@link #go}. */
    private static final class Receiver implements Upcalls {
        final Queue<Integer> counts = new ConcurrentLinkedQueue<>();
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);

        @Override
        public void request(long objectId, Message message) {
            entered.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            message.begin(0);
        }

        @Override
        public void signal(long contextId, int count) {
            counts.add(count);
        }

        int sum() {
            return counts.stream().mapToInt(Integer::intValue).sum();
        }
    }

    @Test
    void submissionsAreCountedUntilSomebodyLooks() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            domain.run(() -> {
                int context = domain.kernel.createSignalContext(0, 1);
                for (int i = 0; i < 5; i++) {
                    assertThat(domain.kernel.submit(context, 2)).isZero();
                }
                assertThat(domain.kernel.awaitSignal(context)).isEqualTo(10);
            });
        }
    }

    @Test
    void aCounterThatIsFullStaysFull() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            domain.run(() -> {
                int context = domain.kernel.createSignalContext(0, 1);
                domain.kernel.submit(context, Integer.MAX_VALUE);
                domain.kernel.submit(context, Integer.MAX_VALUE);
                assertThat(domain.kernel.awaitSignal(context)).isEqualTo(Integer.MAX_VALUE);
            });
        }
    }

    @Test
    void aCountBelowOneIsInvalid() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            domain.run(() -> {
                int context = domain.kernel.createSignalContext(0, 1);
                assertThat(domain.kernel.submit(context, 0)).isEqualTo(-Failure.INVALID_ARGUMENT.status());
                assertThat(domain.kernel.submit(context, -5)).isEqualTo(-Failure.INVALID_ARGUMENT.status());
            });
        }
    }

    @Test
    void onlyTheOwnerWaitsAtItsContextAndOnlyAtOneWithoutEntrypoint() {
        try (Machine machine = new Machine()) {
            TestDomain owner = machine.domain("owner");
            TestDomain other = machine.domain("other");
            int invalid = -Failure.INVALID_CAPABILITY.status();
            int context = owner.in(() -> owner.kernel.createSignalContext(0, 1));
            int atOther = owner.give(context, other);
            int entrypoint = owner.entrypoint("ep", message -> {});
            int delivered = owner.in(() -> owner.kernel.createSignalContext(entrypoint, 2));

            assertThat(other.<Integer>in(() -> other.kernel.submit(atOther, 1))).isZero();
            assertThat(other.<Integer>in(() -> other.kernel.awaitSignal(atOther)))
                    .isEqualTo(invalid);
            assertThat(owner.<Integer>in(() -> owner.kernel.awaitSignal(delivered)))
                    .isEqualTo(invalid);
            assertThat(owner.<Integer>in(() -> owner.kernel.awaitSignal(context)))
                    .isEqualTo(1);
        }
    }

    @Test
    void whatIsSubmittedWhileTheEntrypointIsBusyArrivesAsOneDelivery() throws Throwable {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            Receiver receiver = new Receiver();
            int entrypoint = server.entrypoint("ep", receiver);
            int object = server.in(() -> server.kernel.createObject(entrypoint, 1));
            int context = server.in(() -> server.kernel.createSignalContext(entrypoint, 2));
            TestDomain client = machine.domain("client");
            int capability = server.give(object, client);
            int signal = server.give(context, client);
            CompletableFuture<Integer> call = client.async(() -> client.call(capability));
            receiver.entered.await();

            client.run(() -> {
                for (int i = 0; i < 1000; i++) {
                    assertThat(client.kernel.submit(signal, 1)).isZero();
                }
            });
            assertThat(receiver.counts).isEmpty();
            receiver.go.countDown();

            assertThat(Machine.get(call)).isZero();
            Machine.await("the signals arrive", () -> receiver.sum() == 1000);
            assertThat(receiver.counts).containsExactly(1000);
        }
    }

    @Test
    void aFloodFromManyThreadsLosesNothing() throws Throwable {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            Receiver receiver = new Receiver();
            int entrypoint = server.entrypoint("ep", receiver);
            int context = server.in(() -> server.kernel.createSignalContext(entrypoint, 2));
            List<CompletableFuture<Integer>> senders = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                TestDomain client = machine.domain("client " + i);
                int signal = server.give(context, client);
                senders.add(client.async(() -> {
                    for (int n = 0; n < 50_000; n++) {
                        client.kernel.submit(signal, 1);
                    }
                    return 0;
                }));
            }
            for (CompletableFuture<Integer> sender : senders) {
                Machine.get(sender);
            }
            Machine.await("all signals arrive", () -> receiver.sum() == 200_000);
        }
    }

    @Test
    void whatIsSubmittedOnLeaveArrivesWhenTheEntrypointIsLeftAndNotBefore() {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            int context = server.in(() -> server.kernel.createSignalContext(0, 1));
            List<Integer> inside = new ArrayList<>();
            int entrypoint = server.entrypoint("ep", message -> {
                inside.add(server.kernel.submitOnLeave(context));
                inside.add(pending(server, context));
                message.begin(0);
            });
            int object = server.in(() -> server.kernel.createObject(entrypoint, 2));
            TestDomain client = machine.domain("client");
            int capability = server.give(object, client);

            assertThat(client.<Integer>in(() -> client.call(capability))).isZero();

            assertThat(inside).containsExactly(0, 0);
            assertThat(pending(server, context)).isEqualTo(1);
        }
    }

    @Test
    void whatAServerSubmitsOnLeaveDoesNotWaitForTheEntrypointOfItsCaller() {
        try (Machine machine = new Machine()) {
            TestDomain inner = machine.domain("inner");
            int context = inner.in(() -> inner.kernel.createSignalContext(0, 1));
            int innerEntrypoint = inner.entrypoint("inner", message -> {
                inner.kernel.submitOnLeave(context);
                message.begin(0);
            });
            int innerObject = inner.in(() -> inner.kernel.createObject(innerEntrypoint, 2));
            TestDomain outer = machine.domain("outer");
            int toInner = inner.give(innerObject, outer);
            List<Integer> seen = new ArrayList<>();
            int outerEntrypoint = outer.entrypoint("outer", message -> {
                outer.call(toInner);
                seen.add(pending(inner, context));
                message.begin(0);
            });
            int outerObject = outer.in(() -> outer.kernel.createObject(outerEntrypoint, 1));
            TestDomain client = machine.domain("client");
            int capability = outer.give(outerObject, client);

            assertThat(client.<Integer>in(() -> client.call(capability))).isZero();

            assertThat(seen).containsExactly(1);
        }
    }

    @Test
    void whatAPlainThreadSubmitsOnLeaveArrivesAtOnce() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            domain.run(() -> {
                int context = domain.kernel.createSignalContext(0, 1);
                assertThat(domain.kernel.submitOnLeave(context)).isZero();
                assertThat(domain.kernel.awaitSignal(context)).isEqualTo(1);
            });
        }
    }

    @Test
    void noneOfManySubmittedOnLeaveIsLost() {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            int context = server.in(() -> server.kernel.createSignalContext(0, 1));
            int entrypoint = server.entrypoint("ep", message -> {
                for (int i = 0; i < 1000; i++) {
                    server.kernel.submitOnLeave(context);
                }
                message.begin(0);
            });
            int object = server.in(() -> server.kernel.createObject(entrypoint, 2));
            TestDomain client = machine.domain("client");
            int capability = server.give(object, client);

            assertThat(client.<Integer>in(() -> client.call(capability))).isZero();

            assertThat(pending(server, context)).isEqualTo(1000);
        }
    }

    @Test
    void aContextThatIsDissolvedBeforeTheEntrypointIsLeftGetsNothing() {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            Receiver receiver = new Receiver();
            receiver.go.countDown();
            int signalled = server.entrypoint("signalled", receiver);
            int context = server.in(() -> server.kernel.createSignalContext(signalled, 1));
            int marker = server.in(() -> server.kernel.createSignalContext(signalled, 2));
            List<Integer> inside = new ArrayList<>();
            int entrypoint = server.entrypoint("ep", message -> {
                inside.add(server.kernel.submitOnLeave(context));
                server.kernel.dissolve(context);
                inside.add(server.kernel.submitOnLeave(context));
                message.begin(0);
            });
            int object = server.in(() -> server.kernel.createObject(entrypoint, 3));
            TestDomain client = machine.domain("client");
            int capability = server.give(object, client);

            assertThat(client.<Integer>in(() -> client.call(capability))).isZero();
            server.run(() -> server.kernel.submit(marker, 77));

            assertThat(inside).containsExactly(0, -Failure.INVALID_CAPABILITY.status());
            Machine.await("the marker arrives", () -> receiver.sum() >= 77);
            assertThat(receiver.counts).containsExactly(77);
        }
    }

    private static int pending(TestDomain owner, int context) {
        return owner.domain.lookup(context) instanceof KernelObject.Context known ? known.pending : -1;
    }

    @Test
    void nothingArrivesAfterTheContextWasDissolved() throws Throwable {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            Receiver receiver = new Receiver();
            int entrypoint = server.entrypoint("ep", receiver);
            int object = server.in(() -> server.kernel.createObject(entrypoint, 1));
            int context = server.in(() -> server.kernel.createSignalContext(entrypoint, 2));
            int marker = server.in(() -> server.kernel.createSignalContext(entrypoint, 3));
            TestDomain client = machine.domain("client");
            int capability = server.give(object, client);
            int signal = server.give(context, client);
            CompletableFuture<Integer> call = client.async(() -> client.call(capability));
            receiver.entered.await();
            client.run(() -> client.kernel.submit(signal, 1));

            server.run(() -> {
                server.kernel.dissolve(context);
                server.kernel.submit(marker, 77);
            });

            assertThat(client.<Integer>in(() -> client.kernel.submit(signal, 1)))
                    .isEqualTo(-Failure.GONE.status());
            receiver.go.countDown();
            Machine.get(call);
            Machine.await("the marker arrives", () -> receiver.sum() >= 77);
            assertThat(receiver.counts).containsExactly(77);
        }
    }

    @Test
    void whoWaitsIsWokenByASubmission() throws Throwable {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            int context = domain.in(() -> domain.kernel.createSignalContext(0, 1));
            AtomicReference<Thread> thread = new AtomicReference<>();
            CompletableFuture<Integer> waiter = domain.async(() -> domain.kernel.awaitSignal(context), thread);
            Machine.await("it waits", () -> isWaiting(thread));

            domain.run(() -> domain.kernel.submit(context, 3));

            assertThat(Machine.get(waiter)).isEqualTo(3);
        }
    }

    @Test
    void whoWaitsAtAContextThatIsDissolvedGetsGone() throws Throwable {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            int context = domain.in(() -> domain.kernel.createSignalContext(0, 1));
            AtomicReference<Thread> thread = new AtomicReference<>();
            CompletableFuture<Integer> waiter = domain.async(() -> domain.kernel.awaitSignal(context), thread);
            Machine.await("it waits", () -> isWaiting(thread));

            domain.run(() -> domain.kernel.dissolve(context));

            assertThat(Machine.get(waiter)).isEqualTo(-Failure.GONE.status());
        }
    }

    @Test
    void whoWaitsInADomainThatEndsLeaves() throws Throwable {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            int context = domain.in(() -> domain.kernel.createSignalContext(0, 1));
            AtomicReference<Thread> thread = new AtomicReference<>();
            CompletableFuture<Integer> waiter = domain.async(() -> domain.kernel.awaitSignal(context), thread);
            Machine.await("it waits", () -> isWaiting(thread));

            domain.kill();

            assertThatThrownBy(() -> Machine.get(waiter)).isInstanceOf(DomainEnded.class);
        }
    }

    @Test
    void aHandlerThatThrowsFaultsItsComponent() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            int entrypoint = domain.entrypoint("ep", new Upcalls() {
                @Override
                public void request(long objectId, Message message) {}

                @Override
                public void signal(long contextId, int count) {
                    throw new ArithmeticException("no");
                }
            });
            int context = domain.in(() -> domain.kernel.createSignalContext(entrypoint, 1));

            domain.run(() -> domain.kernel.submit(context, 1));

            Machine.await(
                    "the fault is noted",
                    () -> !machine.kernel.fault(domain.number).isEmpty());
            assertThat(machine.kernel.fault(domain.number))
                    .startsWith("thread ‘ep’: java.lang.ArithmeticException: no at ");
        }
    }

    @Test
    void theAlarmIsSubmittedAtItsTimeAndReplacesTheFormer() {
        try (Machine machine = new Machine()) {
            machine.core.run(() -> {
                int never = machine.core.kernel.createSignalContext(0, 1);
                int soon = machine.core.kernel.createSignalContext(0, 2);
                machine.kernel.setAlarm(Long.MAX_VALUE / 2, never);
                long deadline = machine.kernel.clock() + 1_000_000;
                machine.kernel.setAlarm(deadline, soon);

                assertThat(machine.core.kernel.awaitSignal(soon)).isEqualTo(1);
                assertThat(machine.kernel.clock()).isGreaterThanOrEqualTo(deadline);
            });
        }
    }

    private static boolean isWaiting(AtomicReference<Thread> thread) {
        return thread.get() != null && thread.get().getState() == Thread.State.WAITING;
    }
}
