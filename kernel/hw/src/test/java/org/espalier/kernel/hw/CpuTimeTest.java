package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.espalier.base.Message;
import org.espalier.base.spi.Upcalls;
import org.espalier.kernel.spi.Kernel;
import org.espalier.kernel.spi.Ledger;
import org.espalier.kernel.spi.RunningKernel;
import org.espalier.kernel.spi.RunningKernel.Activity;
import org.junit.jupiter.api.Test;

/** Whose processor time is whose. */
final class CpuTimeTest {
    private static final long SOME = TimeUnit.MILLISECONDS.toNanos(30);

    /** Computes until the thread has taken some time; returns all that it has taken. */
    private static long compute() {
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long now = start;
        while (now - start < SOME) {
            now = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        }
        return now;
    }

    private static int thread(Machine machine, TestDomain domain) {
        return machine.core.give(machine.kernel.createThread(domain.number, "worker"), domain);
    }

    @Test
    void theTimeOfAThreadIsItsDomainsWhileItRunsAndAfterwards() throws Throwable {
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            int thread = thread(machine, domain);
            CompletableFuture<Long> taken = new CompletableFuture<>();
            CountDownLatch go = new CountDownLatch(1);
            assertThat(machine.kernel.activity(domain.number)).isEqualTo(new Activity(0, 0));
            domain.run(() -> domain.kernel.startThread(thread, () -> {
                taken.complete(compute());
                await(go);
            }));

            long computed = Machine.get(taken);
            Activity running = machine.kernel.activity(domain.number);
            assertThat(running.threads()).isEqualTo(1);
            assertThat(running.cpuNanos()).isGreaterThanOrEqualTo(computed);
            go.countDown();
            Machine.await(
                    "the end of the thread",
                    () -> machine.kernel.activity(domain.number).threads() == 0);

            assertThat(machine.kernel.activity(domain.number).cpuNanos()).isGreaterThanOrEqualTo(running.cpuNanos());
        }
    }

    @Test
    void aCallIsOnItsCallersAccount() throws Throwable {
        try (Machine machine = new Machine()) {
            TestDomain client = machine.domain("client");
            TestDomain server = machine.domain("server");
            int object = server.give(server.object(message -> compute()), client);
            int thread = thread(machine, client);
            CompletableFuture<Integer> done = new CompletableFuture<>();
            client.run(() -> client.kernel.startThread(
                    thread, () -> done.complete(client.kernel.call(client.kernel.message(), object, 0))));

            Machine.get(done);
            assertThat(machine.kernel.activity(server.number)).isEqualTo(new Activity(0, 0));
            assertThat(machine.kernel.activity(client.number).cpuNanos()).isGreaterThanOrEqualTo(SOME);
        }
    }

    @Test
    void theThreadBorrowedForASignalIsItsReceiversAsLongAsItIsThere() throws Throwable {
        try (Machine machine = new Machine()) {
            TestDomain first = machine.domain("first");
            TestDomain second = machine.domain("second");
            CountDownLatch go = new CountDownLatch(1);
            handle(first, go);
            assertThat(machine.kernel.activity(first.number).threads()).isEqualTo(1);
            assertThat(machine.kernel.activity(first.number).cpuNanos()).isGreaterThanOrEqualTo(SOME);
            go.countDown();
            Machine.await(
                    "the end of the upcall",
                    () -> machine.kernel.activity(first.number).threads() == 0);
            long taken = machine.kernel.activity(first.number).cpuNanos();
            assertThat(taken).isGreaterThanOrEqualTo(SOME);

            // Perhaps on the same thread.
            handle(second, go);
            Machine.await(
                    "the end of the upcall",
                    () -> machine.kernel.activity(second.number).threads() == 0);
            assertThat(machine.kernel.activity(second.number).cpuNanos()).isGreaterThanOrEqualTo(SOME);
            assertThat(machine.kernel.activity(first.number).cpuNanos()).isEqualTo(taken);
        }
    }

    /** Returns when the upcall has computed; it waits for {@code go} then. */
    private static void handle(TestDomain domain, CountDownLatch go) throws Throwable {
        CompletableFuture<Long> computed = new CompletableFuture<>();
        int entrypoint = domain.entrypoint("ep", new Upcalls() {
            @Override
            public void request(long objectId, Message message) {}

            @Override
            public void signal(long contextId, int count) {
                computed.complete(compute());
                await(go);
            }
        });
        domain.run(() -> {
            int context = domain.kernel.createSignalContext(entrypoint, 1);
            domain.kernel.submit(context, 1);
        });
        Machine.get(computed);
    }

    @Test
    void nobodyTellsTheTimeOfVirtualThreads() {
        Ledger ram = new Ledger("bytes of RAM", 1 << 20, true);
        Ledger caps = new Ledger("capabilities", 100, true);
        try (RunningKernel kernel = new HwKernel().boot(ram.root(), caps.root(), new Kernel.Options(true, () -> {}))) {
            assertThat(kernel.activity(1)).isEqualTo(new Activity(0, Activity.UNKNOWN));
            assertThat(kernel.activity(7)).isEqualTo(Activity.NONE);
        }
    }

    private static void await(CountDownLatch latch) {
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
