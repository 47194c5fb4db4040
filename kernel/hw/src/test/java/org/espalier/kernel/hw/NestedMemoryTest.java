package org.espalier.kernel.hw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.espalier.base.Failure;
import org.espalier.base.View;
import org.espalier.kernel.spi.RunningKernel;
import org.junit.jupiter.api.Test;

/** Managed dataspaces that show parts of managed dataspaces. */
final class NestedMemoryTest {
    private static final long PAGE = 4096;

    /** A machine with an owner of all memory and a client that looks at the outermost dataspace. */
    private static final class Nest implements AutoCloseable {
        final Machine machine = new Machine();
        final TestDomain owner = machine.domain("owner");
        final TestDomain client = machine.domain("client");

        int managed(long pages) {
            return machine.kernel.createManaged(owner.number, pages * PAGE);
        }

        int page() {
            return machine.kernel.createMemory(owner.number, PAGE);
        }

        int put(int outer, int inner, long fromPage, long pages, long atPage, boolean writable) {
            return machine.kernel.managedAttach(outer, inner, fromPage * PAGE, pages * PAGE, atPage * PAGE, writable);
        }

        View look(int managed, boolean writable) throws Throwable {
            return client.view(machine.core.give(managed, client), writable);
        }

        /** Waits for a fault there and returns it. */
        long fault(int managed, int signal) {
            assertThat(machine.core.<Integer>in(() -> machine.core.kernel.awaitSignal(signal)))
                    .isPositive();
            return machine.kernel.managedFault(managed);
        }

        int watch(int managed) {
            int signal = machine.core.in(() -> machine.core.kernel.createSignalContext(0, 1));
            assertThat(machine.kernel.managedFaultSignal(managed, signal)).isZero();
            return signal;
        }

        @Override
        public void close() {
            machine.close();
        }
    }

    @Test
    void aHoleInNestedMemoryIsTheBusinessOfItsOwner() throws Throwable {
        try (Nest nest = new Nest()) {
            int outer = nest.managed(8);
            int inner = nest.managed(4);
            assertThat(nest.put(outer, inner, 1, 3, 5, true)).isZero();
            int atOuter = nest.watch(outer);
            int atInner = nest.watch(inner);
            View view = nest.look(outer, true);
            CompletableFuture<Integer> access = nest.client.async(() -> {
                view.putInt(6 * PAGE + 8, 77);
                return view.getInt(6 * PAGE + 8);
            });

            assertThat(nest.fault(inner, atInner)).isEqualTo((2 * PAGE + 8) | RunningKernel.FAULT_WRITE);
            assertThat(nest.machine.kernel.managedFault(outer)).isEqualTo(-1);
            int page = nest.page();
            assertThat(nest.put(inner, page, 0, 1, 2, true)).isZero();
            assertThat(Machine.get(access)).isEqualTo(77);

            CompletableFuture<Integer> beside = nest.client.async(() -> view.getInt(4 * PAGE));
            assertThat(nest.fault(outer, atOuter)).isEqualTo(4 * PAGE);
            assertThat(nest.put(outer, page, 0, 1, 4, true)).isZero();
            assertThat(Machine.get(beside)).isZero();
        }
    }

    @Test
    void whoWaitsFurtherDownLooksAnewWhenTheWayThereChanges() throws Throwable {
        try (Nest nest = new Nest()) {
            int outer = nest.managed(1);
            int inner = nest.managed(1);
            nest.put(outer, inner, 0, 1, 0, true);
            int atInner = nest.watch(inner);
            View view = nest.look(outer, false);
            CompletableFuture<Byte> read = nest.client.async(() -> view.getByte(5));
            assertThat(nest.fault(inner, atInner)).isEqualTo(5);

            assertThat(nest.machine.kernel.managedDetach(outer, 0)).isZero();
            assertThat(nest.put(outer, nest.page(), 0, 1, 0, true)).isZero();

            assertThat(Machine.get(read)).isZero();
        }
    }

    @Test
    void nestedMemoryThatEndsLeavesAHole() throws Throwable {
        try (Nest nest = new Nest()) {
            int outer = nest.managed(1);
            int inner = nest.managed(1);
            nest.put(outer, inner, 0, 1, 0, true);
            nest.put(inner, nest.page(), 0, 1, 0, true);
            int atOuter = nest.watch(outer);
            View view = nest.look(outer, false);
            nest.client.run(() -> view.getByte(0));

            nest.machine.kernel.destroyMemory(inner);
            CompletableFuture<Byte> read = nest.client.async(() -> view.getByte(0));
            assertThat(nest.fault(outer, atOuter)).isZero();
            nest.put(outer, nest.page(), 0, 1, 0, false);

            assertThat(Machine.get(read)).isZero();
        }
    }

    @Test
    void aReadOnlyStepOnTheWayKeepsWritesOut() throws Throwable {
        try (Nest nest = new Nest()) {
            int outer = nest.managed(1);
            int inner = nest.managed(1);
            nest.put(outer, inner, 0, 1, 0, false);
            nest.put(inner, nest.page(), 0, 1, 0, true);
            int atOuter = nest.watch(outer);
            View view = nest.look(outer, true);
            assertThat(nest.client.<Byte>in(() -> view.getByte(1))).isZero();

            CompletableFuture<Integer> write = nest.client.async(() -> {
                view.putByte(1, (byte) 9);
                return 0;
            });
            assertThat(nest.fault(outer, atOuter)).isEqualTo(1 | RunningKernel.FAULT_WRITE);
            nest.machine.kernel.managedDetach(outer, 0);
            nest.put(outer, inner, 0, 1, 0, true);

            Machine.get(write);
            assertThat(nest.client.<Byte>in(() -> view.getByte(1))).isEqualTo((byte) 9);
        }
    }

    @Test
    void nothingContainsItself() {
        try (Nest nest = new Nest()) {
            int a = nest.managed(4);
            int b = nest.managed(4);
            int c = nest.managed(4);
            int invalid = -Failure.INVALID_ARGUMENT.status();
            assertThat(nest.put(a, a, 0, 1, 0, true)).isEqualTo(invalid);
            assertThat(nest.put(a, b, 0, 1, 0, true)).isZero();
            assertThat(nest.put(b, a, 0, 1, 0, true)).isEqualTo(invalid);
            assertThat(nest.put(b, c, 0, 1, 0, true)).isZero();
            assertThat(nest.put(c, a, 0, 1, 0, true)).isEqualTo(invalid);
            assertThat(nest.put(a, c, 0, 1, 1, true)).as("on two ways").isZero();
            assertThat(nest.machine.kernel.managedDetach(a, 0)).isZero();
            assertThat(nest.put(b, a, 0, 1, 1, true)).as("no longer a circle").isZero();
        }
    }

    @Test
    void theWayDownIsBounded() {
        try (Nest nest = new Nest()) {
            List<Integer> chain = new ArrayList<>(List.of(nest.managed(1)));
            for (int i = 0; i < ManagedMemory.MAX_NESTING; i++) {
                chain.add(nest.managed(1));
                assertThat(nest.put(chain.getLast(), chain.get(i), 0, 1, 0, true))
                        .isZero();
            }
            int invalid = -Failure.INVALID_ARGUMENT.status();
            assertThat(nest.put(nest.managed(1), chain.getLast(), 0, 1, 0, true))
                    .isEqualTo(invalid);
            int below = nest.managed(1);
            assertThat(nest.put(chain.getFirst(), below, 0, 1, 0, true)).isEqualTo(invalid);
        }
    }

    /** Random trees of parts against a model that knows for each page of the outermost dataspace which page shows there. */
    @Test
    void everyAccessReachesThePageThatTheTreeSays() throws Throwable {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (Nest nest = new Nest()) {
            int pages = 6;
            int[] levels = {nest.managed(pages), nest.managed(pages), nest.managed(pages)};
            List<TreeMap<Integer, int[]>> model = List.of(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
            int[] memory = new int[8];
            for (int i = 0; i < memory.length; i++) {
                memory[i] = nest.page();
                View content = nest.owner.view(nest.machine.core.give(memory[i], nest.owner), true);
                int mark = i + 1;
                nest.owner.run(() -> content.putInt(0, mark));
            }
            View view = nest.look(levels[0], false);
            for (int round = 0; round < 3000; round++) {
                int level = random.nextInt(3);
                int at = random.nextInt(pages);
                if (model.get(level).remove(at) != null) {
                    assertThat(nest.machine.kernel.managedDetach(levels[level], at * PAGE))
                            .isZero();
                } else if (level < 2 && random.nextBoolean()) {
                    int from = random.nextInt(pages);
                    assertThat(nest.put(levels[level], levels[level + 1], from, 1, at, true))
                            .isZero();
                    model.get(level).put(at, new int[] {level + 1, from});
                } else {
                    int which = random.nextInt(memory.length);
                    assertThat(nest.put(levels[level], memory[which], 0, 1, at, true))
                            .isZero();
                    model.get(level).put(at, new int[] {-1, which});
                }
                for (int page = 0; page < pages; page++) {
                    int[] shown = model.get(0).get(page);
                    while (shown != null && shown[0] > 0) {
                        shown = model.get(shown[0]).get(shown[1]);
                    }
                    if (shown != null) {
                        long offset = page * PAGE;
                        assertThat(nest.client.<Integer>in(() -> view.getInt(offset)))
                                .as("seed %d, round %d, page %d", seed, round, page)
                                .isEqualTo(shown[1] + 1);
                    }
                }
            }
        }
    }
}
