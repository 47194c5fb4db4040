package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.espalier.kernel.spi.Account;
import org.espalier.kernel.spi.Kernel;
import org.espalier.kernel.spi.Ledger;

/** A kernel for one test, with accounts that check the law of conservation at every step. */
final class Machine implements AutoCloseable {
    static final Kernel.Costs COSTS = new HwKernel().costs();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final Ledger ram = new Ledger("bytes of RAM", 256 << 20, true);
    final Ledger caps = new Ledger("capabilities", 100_000, true);
    final HwCarrier carrier = HwCarrier.forQuota(ram.total(), Kernel.BEST_ENGINE);
    final HwRunningKernel kernel = new HwRunningKernel(
            ram.root(), caps.root(), COSTS, new Kernel.Options(false, () -> {}), carrier, carrier::close);
    final TestDomain core = new TestDomain(this, 1, ram.root(), caps.root());

    /** A domain that owns what it costs and these amounts on top. */
    TestDomain domain(String name, long freeRam, long freeCaps) {
        Account ramAccount = ram.open(name);
        Account capAccount = caps.open(name);
        assertThat(ram.root().transfer(ramAccount, COSTS.domainRam() + freeRam)).isTrue();
        assertThat(caps.root().transfer(capAccount, COSTS.domainCaps() + freeCaps))
                .isTrue();
        int number = kernel.createDomain(name, ramAccount, capAccount);
        assertThat(number).isPositive();
        return new TestDomain(this, number, ramAccount, capAccount);
    }

    TestDomain domain(String name) {
        return domain(name, 1 << 20, 1000);
    }

    /** Frames of the machine's memory that somebody has. */
    long framesInUse() {
        MachineMemory memory = Objects.requireNonNull(carrier.memory());
        return memory.all() - memory.left();
    }

    /** Runs something on a thread of its own. */
    static <T> CompletableFuture<T> async(Callable<T> body) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                result.complete(body.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /** What a thread yields; its failure is thrown as it is. */
    static <T> T get(CompletableFuture<T> future) throws Throwable {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() == null ? e : e.getCause();
        } catch (TimeoutException e) {
            throw new AssertionError("A thread that had to end within " + PATIENCE + " did not.", e);
        }
    }

    /** Waits until something has happened. */
    static void await(String what, BooleanSupplier happened) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Within " + PATIENCE + " this did not happen: " + what);
            }
            LockSupport.parkNanos(100_000);
        }
    }

    @Override
    public void close() {
        assertThat(Thread.interrupted()).as("an interrupt that was left behind").isFalse();
        kernel.close();
        assertThat(Thread.interrupted())
                .as("an interrupt that was left behind by the end")
                .isFalse();
        assertThat(ram.sum()).isEqualTo(ram.total());
        assertThat(caps.sum()).isEqualTo(caps.total());
        assertThat(ram.root().used()).as("RAM that core uses after the end").isZero();
        assertThat(caps.root().used())
                .as("capabilities that core uses after the end")
                .isZero();
    }
}
