package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import org.espalier.base.Failure;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a caller has left of its stack: a server's method and an operation of the kernel come to their ends, or do not begin. */
final class StackTest {
    private static final int ROUNDS = 40;
    /** Takes some 60 to 100 KiB when it is interpreted, and less once it is compiled. */
    private static final int SERVER_DEPTH = 600;

    private int begun;
    private int ended;
    private int overflows;

    private static int recurse(int depth) {
        return depth == 0 ? 0 : 1 + recurse(depth - 1);
    }

    /** Runs a step at each depth of the stack until that overflows. */
    @SuppressWarnings("InfiniteRecursion") // Until there is no stack left for it.
    private int dig(IntSupplier step, Set<Integer> seen, int depth) {
        try {
            int status = step.getAsInt();
            if (status != 0) {
                seen.add(status);
            }
            return dig(step, seen, depth + 1);
        } catch (StackOverflowError e) {
            overflows++;
            return depth;
        }
    }

    private static <T> T onThread(boolean virtual, Callable<T> body) throws Throwable {
        CompletableFuture<T> result = new CompletableFuture<>();
        Runnable run = () -> {
            try {
                result.complete(body.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        };
        Thread thread = virtual
                ? Thread.ofVirtual().start(run)
                : Thread.ofPlatform().daemon().start(run);
        try {
            return Machine.get(result);
        } finally {
            thread.join();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServersMethodThatBeganIsNeverCutShortByItsCallersStack(boolean virtual) throws Throwable {
        assumeThat(StackGauge.works()).isTrue();
        try (Machine machine = new Machine()) {
            TestDomain leaf = machine.domain("leaf");
            TestDomain server = machine.domain("server");
            TestDomain client = machine.domain("client");
            List<Integer> leafStatuses = new ArrayList<>();
            int leafObject = leaf.give(leaf.object(message -> message.begin(0)), server);
            int object = server.give(
                    server.object(message -> {
                        begun++;
                        int status = server.kernel.call(server.kernel.message(), leafObject, 0);
                        leafStatuses.add(status);
                        recurse(SERVER_DEPTH);
                        server.kernel.message().begin(0);
                        ended++;
                    }),
                    client);
            Set<Integer> seen = new HashSet<>();
            onThread(
                    virtual,
                    () -> client.in(() -> {
                        int deepest = 0;
                        for (int round = 0; round < ROUNDS; round++) {
                            deepest = Math.max(
                                    deepest,
                                    dig(() -> client.kernel.call(client.kernel.message(), object, 0), seen, 0));
                        }
                        return deepest;
                    }));

            assertThat(overflows).isPositive();
            assertThat(begun).isPositive().isEqualTo(ended);
            assertThat(seen).containsExactly(Failure.OUT_OF_STACK.status());
            // What the server calls may be refused as well, which it is told.
            assertThat(leafStatuses)
                    .containsOnly(0, Failure.OUT_OF_STACK.status())
                    .hasSize(begun);
            assertThat(client.call(object)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anOperationThatTheStackIsTooShortForChangesNothing(boolean virtual) throws Throwable {
        assumeThat(StackGauge.works()).isTrue();
        try (Machine machine = new Machine()) {
            TestDomain domain = machine.domain("domain");
            int entrypoint = domain.entrypoint("ep", message -> {});
            long before = domain.caps.available();
            List<Integer> contexts = new ArrayList<>(100_000);
            onThread(
                    virtual,
                    () -> domain.in(() -> {
                        for (int round = 0; round < ROUNDS; round++) {
                            dig(
                                    () -> {
                                        if (contexts.size() < 50) {
                                            contexts.add(0);
                                            int context = domain.kernel.createSignalContext(entrypoint, 1);
                                            contexts.set(contexts.size() - 1, context);
                                        } else {
                                            int last = contexts.getLast();
                                            domain.kernel.dissolve(last);
                                            contexts.removeLast();
                                        }
                                        return 0;
                                    },
                                    new HashSet<>(),
                                    0);
                            contexts.removeIf(context -> context == 0);
                        }
                        return 0;
                    }));

            assertThat(overflows).isPositive();
            assertThat(domain.caps.available()).isEqualTo(before - contexts.size());
        }
    }
}
