package org.espalier.tests.random;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Done;
import org.espalier.base.Quotas;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.core.EspalierSystem;
import org.espalier.core.SystemState;
import org.espalier.tests.Place;
import org.espalier.tests.puppet.Hub;
import org.espalier.tests.puppet.HubRpc;
import org.espalier.tests.puppet.Puppet;
import org.espalier.tests.puppet.PuppetRpc;
import org.espalier.tests.puppet.Token;

/** A running system whose components are puppets, from init on. Confined to the thread that made it. */
final class Tree implements AutoCloseable {
    static final RamQuota RAM = new RamQuota(512 << 20);
    static final CapQuota CAPS = new CapQuota(200_000);
    private static final long PATIENCE_SECONDS = 60;
    /** Indices looked at in a capability space; more than a puppet of these tests ever fills. */
    private static final int SPACE = 400;

    /** What the token answers that init has made for {@link #scan}; the first of all tokens. */
    static final int ECHO = 1;

    private final LinkedBlockingQueue<Capability<Puppet>> arrivals = new LinkedBlockingQueue<>();
    private final Map<String, Capability<Puppet>> puppets = new HashMap<>();
    private final List<String> log = new CopyOnWriteArrayList<>();
    final EspalierSystem system;
    private final Capability<Token> echo;

    Tree(String kernel) {
        system = EspalierSystem.builder()
                .kernel(kernel)
                .config("none.xml", "<config/>")
                .ram(RAM)
                .caps(CAPS)
                .roms(name -> Place.COMPONENTS.module(name.equals("init") ? "puppet" : name))
                .log(line -> log.add(line.toString()))
                .service(HubRpc.TYPE, root())
                .debug(true)
                .start()
                .orThrow();
        arrived("init");
        tell("init", puppet -> puppet.make(ECHO));
        Capability<?> token = tell("init", puppet -> puppet.show(1));
        echo = Capability.cast(token);
    }

    private Root<Hub> root() {
        return new Root<>() {
            @Override
            public Creation<Hub> create(SessionRequest request) {
                return new Creation.Created<>(new Enlisting());
            }
        };
    }

    private final class Enlisting implements Hub {
        private Capability<?> echoed = Capability.none();

        @Override
        public Result<Capability<?>> echo(Capability<?> capability) {
            echoed = capability;
            return Result.ok(capability);
        }

        @Override
        public Result<Done> enlist(Capability<Puppet> puppet) {
            echoed.release();
            arrivals.add(puppet);
            return Result.done();
        }
    }

    private void arrived(String label) {
        try {
            Capability<Puppet> puppet = arrivals.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (puppet == null) {
                throw new AssertionError(label + " did not enlist; the log:\n" + logTail());
            }
            puppets.put(label, puppet);
        } catch (InterruptedException e) {
            throw new AssertionError("Nobody interrupts a test.", e);
        }
        // Answered when it has begun; from then on it does nothing of its own.
        tell(label, Puppet::who);
    }

    String logTail() {
        return String.join("\n", log.subList(Math.max(0, log.size() - 40), log.size()));
    }

    /** Has a puppet do something; it must be able to answer. */
    <T> T tell(String label, Function<Puppet, Result<T>> operation) {
        return switch (ask(label, operation)) {
            case Result.Ok<T>(T value) -> value;
            case Result.Failed<T>(var failure) ->
                throw new AssertionError(label + " could not be told: " + failure + "; the log:\n" + logTail());
        };
    }

    <T> Result<T> ask(String label, Function<Puppet, Result<T>> operation) {
        Capability<Puppet> puppet = puppets.get(label);
        if (puppet == null) {
            throw new IllegalArgumentException("There is no puppet " + label + ".");
        }
        return system.inside(() -> operation.apply(PuppetRpc.TYPE.stub(puppet)));
    }

    void start(String host, int slot, long ram, long caps) {
        tell(host, puppet -> puppet.start(slot, ram, caps));
        String label = host + " -> c" + slot;
        arrived(label);
        tell(label, puppet -> puppet.echo(echo));
    }

    /** Forgets a puppet that has ended. */
    void forget(String label) {
        Capability<Puppet> puppet = puppets.remove(label);
        if (puppet != null) {
            system.inside(() -> {
                puppet.release();
                return 0;
            });
        }
    }

    /** Waits until a puppet has handled all signals that it has got. */
    void hear(String label) {
        int ring = tell(label, Puppet::ring);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (tell(label, Puppet::rang) < ring) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(label + " does not hear its signals.");
            }
            LockSupport.parkNanos(1000);
        }
    }

    Map<String, Quotas> quotas() {
        Map<String, Quotas> all = new HashMap<>();
        for (SystemState.Domain domain : system.state().domains()) {
            all.put(domain.label().text(), domain.quotas());
        }
        return all;
    }

    /** What the tokens answer that a puppet finds when it makes up all indices of its capability space, in order. */
    List<Integer> scan(String label) {
        List<Integer> found = new ArrayList<>();
        for (int index = 1; index <= SPACE; index++) {
            int made = index;
            var told = tell(label, puppet -> puppet.scan(made));
            if (told.kind().equals("Ok")) {
                found.add(told.value());
            }
        }
        Collections.sort(found);
        return found;
    }

    @Override
    public void close() {
        system.close();
    }
}
