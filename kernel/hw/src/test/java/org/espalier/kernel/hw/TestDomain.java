package org.espalier.kernel.hw;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Message;
import org.espalier.base.RegionMap;
import org.espalier.base.View;
import org.espalier.base.spi.Upcalls;
import org.espalier.kernel.spi.Account;

/** A domain whose code is the test's. */
final class TestDomain {
    final Machine machine;
    final int number;
    final Account ram;
    final Account caps;
    final Domain domain;
    final HwComponentKernel kernel;

    TestDomain(Machine machine, int number, Account ram, Account caps) {
        this.machine = machine;
        this.number = number;
        this.ram = ram;
        this.caps = caps;
        this.domain = Objects.requireNonNull(machine.kernel.domain(number));
        this.kernel =
                number == 1 ? (HwComponentKernel) machine.kernel.core() : new HwComponentKernel(machine.kernel, domain);
    }

    /** Runs something on the calling thread as a thread of this domain. */
    <T> T in(Supplier<T> body) {
        Execution execution = machine.kernel.execution();
        HwMessage before = execution.message;
        execution.become(new HwMessage(kernel, domain));
        try {
            return body.get();
        } finally {
            execution.become(before);
        }
    }

    void run(Runnable body) {
        in(() -> {
            body.run();
            return 0;
        });
    }

    /** An entrypoint that serves requests this way. */
    int entrypoint(String name, Consumer<Message> server) {
        return entrypoint(name, new Upcalls() {
            @Override
            public void request(long objectId, Message message) {
                server.accept(message);
            }

            @Override
            public void signal(long contextId, int count) {}
        });
    }

    int entrypoint(String name, Upcalls upcalls) {
        return in(() -> kernel.createEntrypoint(name, upcalls));
    }

    /** An object at an entrypoint of its own. */
    int object(Consumer<Message> server) {
        int entrypoint = entrypoint("ep", server);
        return in(() -> kernel.createObject(entrypoint, 1));
    }

    Entry entry(int entrypoint) {
        return Objects.requireNonNull(domain.entry(entrypoint));
    }

    /** Gives a capability away as a message would. */
    int give(int index, TestDomain receiver) {
        KernelObject object = Objects.requireNonNull(domain.lookup(index));
        if (object.owner == receiver.domain) {
            return object.ownIndex;
        }
        if (receiver.domain.charge(0, 1) != null) {
            throw new AssertionError(receiver.domain + " cannot pay for a capability.");
        }
        return receiver.domain.insert(object);
    }

    /** What a call yielded. */
    record Reply(int status, int word, int length, List<Integer> received) {}

    /** Makes a call with an empty request. */
    int call(int capability) {
        return call(capability, message -> {}, 0).status();
    }

    Reply call(int capability, Consumer<Message> request, int acceptedCaps) {
        return in(() -> {
            request.accept(kernel.message().begin(0));
            int status = kernel.call(kernel.message(), capability, acceptedCaps);
            Message reply = kernel.message();
            List<Integer> received = new ArrayList<>();
            for (int i = 0; i < reply.capCount(); i++) {
                received.add(reply.cap(i));
            }
            return new Reply(status, reply.word(), reply.length(), received);
        });
    }

    /** Memory charged to this domain, as this domain's capability. */
    int memory(long bytes) {
        return machine.core.give(machine.kernel.createMemory(number, bytes), this);
    }

    View view(int dataspace, boolean writable) {
        return in(() -> new RegionMap(kernel)
                .attach(Capability.<Dataspace>at(kernel, dataspace), 0, 0, writable)
                .orThrow("Attaching"));
    }

    /** Ends the domain and its accounts, as core does. */
    void kill() {
        machine.kernel.destroyDomain(number);
        ram.close(machine.ram.root());
        caps.close(machine.caps.root());
    }

    /** A thread of its own that runs in this domain. */
    <T> java.util.concurrent.CompletableFuture<T> async(Supplier<T> body, AtomicReference<Thread> thread) {
        return Machine.async(() -> {
            thread.set(Thread.currentThread());
            return in(body);
        });
    }

    <T> java.util.concurrent.CompletableFuture<T> async(Supplier<T> body) {
        return async(body, new AtomicReference<>());
    }
}
