package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.espalier.base.Failure;
import org.espalier.base.Message;
import org.espalier.kernel.spi.RunningKernel.Quarantined;
import org.junit.jupiter.api.Test;

/** Everything can end at any moment: what the survivors see. */
final class EndTest {
    private static void answer(Message message) {
        message.begin(0);
    }

    private static boolean isWaiting(AtomicReference<Thread> thread) {
        return thread.get() != null && thread.get().getState() == Thread.State.WAITING;
    }

    @Test
    void theCallerOfAServerThatDiesWaitingGetsGone() throws Throwable {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            TestDomain client = machine.domain("client");
            int context = server.in(() -> server.kernel.createSignalContext(0, 1));
            int capability = server.give(server.object(message -> server.kernel.awaitSignal(context)), client);
            AtomicReference<Thread> thread = new AtomicReference<>();
            CompletableFuture<Integer> call = client.async(() -> client.call(capability), thread);
            Machine.await("the server waits", () -> isWaiting(thread));

            server.kill();

            assertThat(Machine.get(call)).isEqualTo(Failure.GONE.status());
            assertThat(machine.kernel.quarantine()).isEmpty();
            assertThat(machine.kernel.fault(client.number)).isEmpty();
        }
    }

    @Test
    void whoWaitsForAServerThatDiesLeavesAtOnceAndTheOneInsideIsQuarantined() throws Throwable {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            AtomicBoolean go = new AtomicBoolean();
            CountDownLatch inside = new CountDownLatch(1);
            int object = server.object(message -> {
                inside.countDown();
                while (!go.get()) {
                    Thread.onSpinWait();
                }
                answer(message);
            });
            TestDomain holder = machine.domain("holder");
            int held = server.give(object, holder);
            CompletableFuture<Integer> first = holder.async(() -> holder.call(held));
            inside.await();
            List<CompletableFuture<Integer>> waiting = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                TestDomain client = machine.domain("client " + i);
                int capability = server.give(object, client);
                AtomicReference<Thread> thread = new AtomicReference<>();
                waiting.add(client.async(() -> client.call(capability), thread));
                Machine.await("client " + i + " waits", () -> isWaiting(thread));
            }

            server.kill();

            for (CompletableFuture<Integer> call : waiting) {
                assertThat(Machine.get(call)).isEqualTo(Failure.GONE.status());
            }
            assertThat(first).isNotDone();
            assertThat(machine.kernel.quarantine())
                    .extracting(Quarantined::domain, Quarantined::thread)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple("server", "ep"));

            go.set(true);
            assertThat(Machine.get(first)).isEqualTo(Failure.GONE.status());
            assertThat(machine.kernel.quarantine()).isEmpty();
        }
    }

    @Test
    void aCallerThatIsKilledWhileItWaitsLeavesAndTheNextIsServed() throws Throwable {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            CountDownLatch go = new CountDownLatch(1);
            AtomicInteger served = new AtomicInteger();
            int object = server.object(message -> {
                served.incrementAndGet();
                awaitQuietly(go);
                answer(message);
            });
            TestDomain holder = machine.domain("holder");
            int held = server.give(object, holder);
            CompletableFuture<Integer> first = holder.async(() -> holder.call(held));
            Machine.await("the first is inside", () -> served.get() == 1);
            TestDomain victim = machine.domain("victim");
            int victims = server.give(object, victim);
            AtomicReference<Thread> thread = new AtomicReference<>();
            CompletableFuture<Integer> second = victim.async(() -> victim.call(victims), thread);
            Machine.await("the victim waits", () -> isWaiting(thread));
            TestDomain next = machine.domain("next");
            int nexts = server.give(object, next);
            AtomicReference<Thread> nextThread = new AtomicReference<>();
            CompletableFuture<Integer> third = next.async(() -> next.call(nexts), nextThread);
            Machine.await("the next waits", () -> isWaiting(nextThread));

            victim.kill();

            assertThatThrownBy(() -> Machine.get(second)).isInstanceOf(DomainEnded.class);
            go.countDown();
            assertThat(Machine.get(first)).isZero();
            assertThat(Machine.get(third)).isZero();
            assertThat(served).hasValue(2);
        }
    }

    @Test
    void aCallThatIsServedIsFinishedAlthoughItsCallerWasKilled() throws Throwable {
        try (Machine machine = new Machine()) {
            TestDomain server = machine.domain("server");
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            AtomicBoolean finished = new AtomicBoolean();
            int object = server.object(message -> {
                inside.countDown();
                awaitQuietly(go);
                // Something that the kernel does for the server, on the thread of a domain that is no more.
                assertThat(server.kernel.createSignalContext(0, 1)).isPositive();
                finished.set(true);
                answer(message);
            });
            TestDomain victim = machine.domain("victim");
            int capability = server.give(object, victim);
            CompletableFuture<Integer> call =
                    victim.async(() -> victim.call(capability, message -> {}, 2).status());
            inside.await();

            victim.kill();
            go.countDown();

            assertThatThrownBy(() -> Machine.get(call)).isInstanceOf(DomainEnded.class);
            assertThat(finished).isTrue();
            assertThat(machine.kernel.fault(server.number)).isEmpty();
            TestDomain client = machine.domain("client");
            assertThat(client.call(server.give(object, client))).isZero();
        }
    }

    @Test
    void aServerInTheMiddleOfAChainThatDiesIsGoneForTheFirstAndHarmlessForTheLast() throws Throwable {
        try (Machine machine = new Machine()) {
            TestDomain last = machine.domain("last");
            TestDomain middle = machine.domain("middle");
            TestDomain first = machine.domain("first");
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            int lastObject = last.object(message -> {
                inside.countDown();
                awaitQuietly(go);
                answer(message);
            });
            int atMiddle = last.give(lastObject, middle);
            AtomicBoolean went = new AtomicBoolean();
            int atFirst = middle.give(
                    middle.object(message -> {
                        middle.kernel.call(middle.kernel.message(), atMiddle, 0);
                        went.set(true);
                    }),
                    first);
            CompletableFuture<Integer> call = first.async(() -> first.call(atFirst));
            inside.await();

            middle.kill();
            go.countDown();

            assertThat(Machine.get(call)).isEqualTo(Failure.GONE.status());
            assertThat(went).as("code of an ended domain ran on").isFalse();
            assertThat(last.call(lastObject)).isZero();
        }
    }

    @Test
    void allThatADomainHeldIsRefundedAtItsEnd() {
        try (Machine machine = new Machine()) {
            long ramBefore = machine.ram.root().quota();
            long capsBefore = machine.caps.root().quota();
            TestDomain server = machine.domain("server");
            TestDomain domain = machine.domain("domain");
            int memory = domain.memory(3 * 4096);
            domain.view(memory, true);
            domain.object(EndTest::answer);
            server.give(server.object(EndTest::answer), domain);
            domain.run(() -> domain.kernel.createSignalContext(0, 1));
            machine.kernel.createThread(domain.number, "never started");

            domain.kill();
            server.kill();

            assertThat(machine.ram.root().quota()).isEqualTo(ramBefore);
            assertThat(machine.caps.root().quota()).isEqualTo(capsBefore);
        }
    }

    @Test
    void threadsThatNeverStartedLeaveNothingInCore() {
        try (Machine machine = new Machine()) {
            TestDomain first = machine.domain("first");
            int before = machine.kernel.createThread(first.number, "t");
            first.kill();
            for (int i = 0; i < 50; i++) {
                TestDomain domain = machine.domain("domain " + i);
                int thread = machine.kernel.createThread(domain.number, "t");
                domain.kill();
                assertThat(thread).as("slot of core's that a thread takes").isEqualTo(before);
            }
        }
    }

    @Test
    void nothingEntersTheSpaceOfADomainThatHasEnded() {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            TestDomain other = machine.domain("other");
            KernelObject object = other.domain.lookup(other.object(EndTest::answer));
            PhysicalMemory memory =
                    (PhysicalMemory) java.util.Objects.requireNonNull(other.domain.lookup(other.memory(4096)));
            domain.kill();

            assertThat(domain.domain.insert(java.util.Objects.requireNonNull(object)))
                    .isZero();
            org.espalier.base.spi.Window window = memory.open(0, 4096, true);
            domain.domain.attach(memory, window);
            assertThat(window.piece().memory().byteSize())
                    .as("what the window shows")
                    .isZero();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError("Nobody interrupts a call that is served.", e);
        }
    }
}
