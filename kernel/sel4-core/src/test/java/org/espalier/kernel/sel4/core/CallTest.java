package org.espalier.kernel.sel4.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.espalier.base.Message;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.kernel.hw.Fabric;
import org.espalier.kernel.hw.Fabric.Event;
import org.espalier.kernel.hw.Fabric.Outcome;
import org.espalier.kernel.sel4.BootFailure;
import org.espalier.machine.Engines;
import org.junit.jupiter.api.Test;

/** Calls and signals between threads of the host, by the kernel's endpoints and notifications. */
final class CallTest {
    private static final int OBJECT = 5;
    private static final long BADGE = 1L << 32 | OBJECT;
    private static final int OFFER = 9;

    /** Nothing of a message's is asked of its kernel here. */
    private static final ComponentKernel NOBODY = (ComponentKernel) Proxy.newProxyInstance(
            CallTest.class.getClassLoader(), new Class<?>[] {ComponentKernel.class}, (proxy, method, arguments) -> {
                throw new UnsupportedOperationException(method.getName());
            });

    private static final class Own extends Message {
        Own() {
            super(NOBODY);
        }
    }

    private static Sel4Fabric boot() throws BootFailure {
        return Sel4Fabric.boot(32L << 20, Engines.BEST, line -> {
            throw new AssertionError("The kernel had something to say: " + line);
        });
    }

    /** A domain that answers each request by twice what it brings, until it is ended. */
    private static final class Server {
        final Fabric.Space space;
        final Fabric.Post post;
        final Fabric.Item object;
        final AtomicInteger signals = new AtomicInteger();
        final CompletableFuture<Void> end;

        Server(Sel4Fabric fabric) throws Fabric.Exhausted {
            space = fabric.space(2, "server");
            post = space.post("ep");
            object = post.object(BADGE);
            object.own(space, OBJECT);
            end = CompletableFuture.runAsync(
                    this::serve, task -> Thread.ofPlatform().start(task));
        }

        private void serve() {
            Own message = new Own();
            Event event = post.receive(message);
            while (event != Event.ENDED) {
                if (event == Event.SIGNAL) {
                    signals.incrementAndGet();
                    event = post.receive(message);
                } else {
                    assertThat(post.badge()).isEqualTo(BADGE);
                    // Who has called may have ended since.
                    assertThat(post.caller())
                            .satisfiesAnyOf(
                                    caller -> assertThat(caller).isNull(),
                                    caller -> assertThat(caller).isInstanceOf(Own.class));
                    int count = message.length() / Long.BYTES;
                    long[] values = new long[count];
                    for (int i = 0; i < count; i++) {
                        values[i] = message.getLong();
                    }
                    message.begin(message.word() + 1);
                    for (long value : values) {
                        message.putLong(2 * value);
                    }
                    event = post.answerAndReceive(message);
                }
            }
        }
    }

    private static CompletableFuture<Outcome> client(Fabric.Seat seat, int calls) {
        return CompletableFuture.supplyAsync(
                () -> {
                    Own message = new Own();
                    for (int call = 0; call < calls; call++) {
                        int words = call % (Message.MAX_BYTES / Long.BYTES + 1);
                        message.begin(call);
                        for (int i = 0; i < words; i++) {
                            message.putLong(call + i);
                        }
                        Outcome outcome = seat.call(OFFER, message);
                        if (outcome != Outcome.DONE) {
                            return outcome;
                        }
                        assertThat(message.word()).isEqualTo(call + 1);
                        assertThat(message.length()).isEqualTo(words * Long.BYTES);
                        for (int i = 0; i < words; i++) {
                            assertThat(message.getLong()).isEqualTo(2L * (call + i));
                        }
                    }
                    return Outcome.DONE;
                },
                task -> Thread.ofPlatform().start(task));
    }

    private static List<Fabric.Seat> clients(Sel4Fabric fabric, Server server, List<Fabric.Space> spaces)
            throws Fabric.Exhausted {
        List<Fabric.Seat> seats = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Fabric.Space space = fabric.space(3 + i, "client " + i);
            space.grow(OFFER + 1);
            space.put(OFFER, server.object);
            spaces.add(space);
            seats.add(space.seat("caller"));
        }
        return seats;
    }

    @Test
    void everyCallIsAnsweredOnceAndToItsCaller() throws Exception {
        try (Sel4Fabric fabric = boot()) {
            Server server = new Server(fabric);
            List<Fabric.Space> spaces = new ArrayList<>();
            List<CompletableFuture<Outcome>> calls = clients(fabric, server, spaces).stream()
                    .map(seat -> client(seat, 500))
                    .toList();
            for (CompletableFuture<Outcome> call : calls) {
                assertThat(call.get(2, TimeUnit.MINUTES)).isEqualTo(Outcome.DONE);
            }
            fabric.machine().check();
            spaces.forEach(Fabric.Space::close);
            server.space.close();
            server.end.get(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void whoCallsAServerThatEndsIsToldAndWhoEndsInACallLeaves() throws Exception {
        for (int round = 0; round < 20; round++) {
            try (Sel4Fabric fabric = boot()) {
                Server server = new Server(fabric);
                List<Fabric.Space> spaces = new ArrayList<>();
                List<CompletableFuture<Outcome>> calls = clients(fabric, server, spaces).stream()
                        .map(seat -> client(seat, Integer.MAX_VALUE))
                        .toList();
                TimeUnit.MILLISECONDS.sleep(round);
                spaces.getFirst().stop();
                spaces.get(1).close();
                assertThat(calls.getFirst().get(1, TimeUnit.MINUTES)).isEqualTo(Outcome.STOPPED);
                assertThat(calls.get(1).get(1, TimeUnit.MINUTES)).isEqualTo(Outcome.STOPPED);
                server.post.shut();
                server.post.abandon(1);
                for (CompletableFuture<Outcome> call : calls.subList(2, 4)) {
                    assertThat(call.handle((outcome, fault) -> fault == null ? outcome : Outcome.GONE)
                                    .get(1, TimeUnit.MINUTES))
                            .isEqualTo(Outcome.GONE);
                }
                fabric.machine().check();
                spaces.forEach(Fabric.Space::close);
                server.space.close();
                server.end.get(1, TimeUnit.MINUTES);
            }
        }
    }

    @Test
    void aSignalThatComesWhileNobodyWaitsIsNotLost() throws Exception {
        try (Sel4Fabric fabric = boot()) {
            Fabric.Space space = fabric.space(2, "two");
            Fabric.Bell bell = space.bell();
            bell.own(space, OBJECT);
            Fabric.Space other = fabric.space(3, "three");
            other.put(OFFER, bell);
            Fabric.Seat signaller = other.seat("signaller");
            Fabric.Seat waiter = space.seat("waiter");
            assertThat(signaller.signal(OFFER)).isEqualTo(Outcome.DONE);
            assertThat(waiter.await(OBJECT)).isEqualTo(Outcome.DONE);
            assertThat(signaller.await(OFFER))
                    .as("a capability to signal is none to wait")
                    .isEqualTo(Outcome.GONE);
            CompletableFuture<Outcome> waiting = CompletableFuture.supplyAsync(
                    () -> waiter.await(OBJECT), task -> Thread.ofPlatform().start(task));
            bell.ring();
            assertThat(waiting.get(1, TimeUnit.MINUTES)).isEqualTo(Outcome.DONE);
            CompletableFuture<Outcome> forEver = CompletableFuture.supplyAsync(
                    () -> waiter.await(OBJECT), task -> Thread.ofPlatform().start(task));
            bell.end();
            assertThat(forEver.get(1, TimeUnit.MINUTES)).isEqualTo(Outcome.GONE);
            other.close();
            space.close();
        }
    }
}
