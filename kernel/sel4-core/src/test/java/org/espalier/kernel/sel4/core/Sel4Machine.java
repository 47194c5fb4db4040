package org.espalier.kernel.sel4.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Message;
import org.espalier.base.RegionMap;
import org.espalier.base.View;
import org.espalier.base.spi.Upcalls;
import org.espalier.kernel.hw.HwKernel;
import org.espalier.kernel.sel4.BootFailure;
import org.espalier.kernel.spi.Account;
import org.espalier.kernel.spi.HeldCapability;
import org.espalier.kernel.spi.Kernel;
import org.espalier.kernel.spi.Ledger;
import org.espalier.kernel.spi.RunningKernel;
import org.espalier.machine.Engines;

/** A system of kernel sel4 for one test, whose core is the test's. Its end checks that every object has become untyped memory again. */
final class Sel4Machine implements AutoCloseable {
    static final Kernel.Costs COSTS = new Sel4Kernel().costs();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final Ledger ram = new Ledger("bytes of RAM", 128 << 20, true);
    final Ledger caps = new Ledger("capabilities", 100_000, true);
    final Sel4Fabric fabric;
    final RunningKernel kernel;

    Sel4Machine() {
        try {
            fabric = Sel4Fabric.boot(ram.total(), Engines.BEST, line -> {
                throw new AssertionError("The kernel had something to say: " + line);
            });
        } catch (BootFailure e) {
            throw new AssertionError(e);
        }
        kernel = HwKernel.boot(ram.root(), caps.root(), COSTS, new Kernel.Options(false, () -> {}), fabric);
    }

    /** A domain of the machine, and its accounts. */
    record Domain(Sel4Machine machine, int number, Account ram, Account caps) {
        /** Ends the domain and its accounts, as core does. */
        void kill() {
            machine.kernel.destroyDomain(number);
            ram.close(machine.ram.root());
            caps.close(machine.caps.root());
        }
    }

    /** A domain that owns what it costs and these amounts on top. */
    Domain domain(String name, long freeRam, long freeCaps) {
        Account ramAccount = ram.open(name);
        Account capAccount = caps.open(name);
        assertThat(ram.root().transfer(ramAccount, COSTS.domainRam() + freeRam)).isTrue();
        assertThat(caps.root().transfer(capAccount, COSTS.domainCaps() + freeCaps))
                .isTrue();
        int number = kernel.createDomain(name, ramAccount, capAccount);
        assertThat(number).isPositive();
        return new Domain(this, number, ramAccount, capAccount);
    }

    /** Runs something as core, on the calling thread. */
    <T> T in(Supplier<T> body) {
        AtomicReference<T> result = new AtomicReference<>();
        kernel.enterCore(() -> result.set(body.get()));
        return result.get();
    }

    /** An object of core's at an entrypoint of its own. */
    int object(Consumer<Message> server) {
        return in(() -> {
            int entrypoint = kernel.core().createEntrypoint("ep", new Upcalls() {
                @Override
                public void request(long objectId, Message message) {
                    server.accept(message);
                }

                @Override
                public void signal(long contextId, int count) {}
            });
            return kernel.core().createObject(entrypoint, 1);
        });
    }

    View view(int dataspace) {
        return in(() -> new RegionMap(kernel.core())
                .attach(Capability.<Dataspace>at(kernel.core(), dataspace), 0, 0, true)
                .orThrow("Attaching"));
    }

    /** Makes a call as core; its status. */
    int call(int capability, Consumer<Message> request, Consumer<Message> reply) {
        return in(() -> {
            Message message = kernel.core().message();
            request.accept(message.begin(0));
            int status = kernel.core().call(message, capability, 0);
            if (status == 0) {
                reply.accept(message);
            }
            return status;
        });
    }

    /** Kinds of objects, and how many capabilities there are; CNodes for core's own capabilities are never given back. */
    Map<String, Integer> objects() {
        return fabric.capabilities().stream()
                .filter(one -> !one.type().equals("Untyped") && one.bytes() != 256 << 10)
                .collect(Collectors.toMap(HeldCapability::type, HeldCapability::count, Integer::sum, TreeMap::new));
    }

    /** Address spaces of components; that of the first thread is empty. */
    int spaces() {
        return (int) fabric.capabilities().stream()
                        .filter(one -> one.type().equals("PML4"))
                        .map(HeldCapability::object)
                        .distinct()
                        .count()
                - 1;
    }

    static <T> CompletableFuture<T> async(Supplier<T> body) {
        return CompletableFuture.supplyAsync(
                body, task -> Thread.ofPlatform().daemon().start(task));
    }

    /** Waits until something has happened. */
    static void await(String what, BooleanSupplier happened) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Within " + PATIENCE + " this did not happen: " + what);
            }
            LockSupport.parkNanos(200_000);
        }
    }

    @Override
    public void close() {
        assertThat(Thread.interrupted()).as("an interrupt that was left behind").isFalse();
        kernel.close();
        assertThat(ram.sum()).isEqualTo(ram.total());
        assertThat(caps.sum()).isEqualTo(caps.total());
        assertThat(ram.root().used()).as("RAM that core uses after the end").isZero();
        assertThat(caps.root().used())
                .as("capabilities that core uses after the end")
                .isZero();
    }
}
