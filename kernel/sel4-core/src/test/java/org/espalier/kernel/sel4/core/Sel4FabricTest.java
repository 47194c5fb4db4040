package org.espalier.kernel.sel4.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.espalier.kernel.hw.Carrier;
import org.espalier.kernel.hw.Fabric;
import org.espalier.kernel.sel4.BootFailure;
import org.espalier.kernel.spi.HeldCapability;
import org.espalier.machine.Engines;
import org.junit.jupiter.api.Test;

/** What core makes of the machine's memory, and that all of it is memory again in the end. */
final class Sel4FabricTest {
    private static final long RAM = 64L << 20;
    private static final int PAGE = 4096;

    /** Bytes of a CNode of core's. */
    private static final long CORE_NODE = 256 << 10;

    private static Sel4Fabric boot() throws BootFailure {
        return Sel4Fabric.boot(RAM, Engines.BEST, line -> {
            throw new AssertionError("The kernel had something to say: " + line);
        });
    }

    /** Kinds of objects that were made of memory, and how many; CNodes for core's own capabilities are never given back. */
    private static Map<String, Integer> objects(Sel4Fabric fabric) {
        return fabric.capabilities().stream()
                .filter(one -> !one.type().equals("Untyped") && one.bytes() != CORE_NODE)
                .collect(Collectors.toMap(HeldCapability::type, HeldCapability::count, Integer::sum, TreeMap::new));
    }

    @Test
    void whatADomainConsistsOfIsMadeOfUntypedMemoryAndGoesWithIt() throws Exception {
        try (Sel4Fabric fabric = boot()) {
            Map<String, Integer> before = objects(fabric);
            Fabric.Space space = fabric.space(2, "two");
            space.post("ep");
            space.seat("worker");
            space.bell();
            assertThat(objects(fabric)).isNotEqualTo(before);
            assertThat(fabric.capabilities().stream()
                            .filter(one ->
                                    one.type().equals("TCB") && one.holder().equals("core's own"))
                            .count())
                    .as("the first thread, and two of the domain")
                    .isEqualTo(3);
            space.close();
            space.close();
            assertThat(objects(fabric)).isEqualTo(before);
        }
    }

    @Test
    void aDomainPaysForCNodesAsItsNumbersGrowAndEachNumberHasASlot() throws Exception {
        try (Sel4Fabric fabric = boot()) {
            Fabric.Space space = fabric.space(2, "two");
            long[] indices = {1, 128, 129, 256, 16384, 16385, 40000};
            long charged = 0;
            for (long most : indices) {
                long growth = space.growth(most);
                long before = nodeBytes(fabric);
                space.grow(most);
                assertThat(nodeBytes(fabric) - before)
                        .as("bytes for %d slots", most)
                        .isEqualTo(growth);
                assertThat(space.growth(most)).isZero();
                charged += growth;
                Fabric.Item item = space.token(most << 32 | (most - 1));
                item.own(space, (int) most - 1);
                assertThat(fabric.capabilities().stream()
                                .filter(one -> one.holder().equals("two") && one.badge() == (most << 32 | (most - 1)))
                                .count())
                        .isEqualTo(1);
                item.end();
            }
            assertThat(charged).isEqualTo(nodes(40000) * (long) PAGE - PAGE);
            space.close();
        }
    }

    /** CNodes of 128 slots on all levels. */
    private static long nodes(long slots) {
        long level = slots;
        long sum = 0;
        do {
            level = (level + 127) / 128;
            sum += level;
        } while (level > 1);
        return sum;
    }

    private static long nodeBytes(Sel4Fabric fabric) {
        return fabric.capabilities().stream()
                .filter(one -> one.type().equals("CNode") && one.holder().equals("core's own") && one.bytes() == PAGE)
                .mapToLong(HeldCapability::bytes)
                .sum();
    }

    @Test
    void capabilitiesOfOthersEndWithTheirOwners() throws Exception {
        try (Sel4Fabric fabric = boot()) {
            Fabric.Space owner = fabric.space(2, "owner");
            Fabric.Space holder = fabric.space(3, "holder");
            Fabric.Post post = owner.post("ep");
            Fabric.Item object = post.object(1L << 32 | 5);
            object.own(owner, 5);
            holder.put(7, object);
            assertThat(held(fabric, "holder", 1L << 32 | 5)).isEqualTo(1);
            object.end();
            assertThat(held(fabric, "holder", 1L << 32 | 5)).isZero();
            holder.put(8, object);
            assertThat(held(fabric, "holder", 1L << 32 | 5))
                    .as("what has ended is handed to nobody")
                    .isZero();
            Fabric.Item second = post.object(2L << 32 | 5);
            second.own(owner, 5);
            holder.put(7, second);
            owner.close();
            assertThat(held(fabric, "holder", 2L << 32 | 5)).isZero();
            holder.close();
        }
    }

    private static long held(Sel4Fabric fabric, String holder, long badge) {
        return fabric.capabilities().stream()
                .filter(one -> one.holder().equals(holder) && one.badge() == badge)
                .count();
    }

    @Test
    void memoryComesZeroedAndTakesAsManyFramesAsItHas() throws Exception {
        try (Sel4Fabric fabric = boot()) {
            long bytes = (4L << 20) + 3 * PAGE;
            for (int round = 0; round < 3; round++) {
                Carrier.Memory memory = fabric.allocate(bytes);
                assertThat(memory.segment().byteSize()).isEqualTo(bytes);
                for (long at = 0; at < bytes; at += PAGE) {
                    assertThat(memory.segment().get(ValueLayout.JAVA_LONG, at)).isZero();
                    memory.segment().set(ValueLayout.JAVA_LONG, at, -1);
                }
                assertThat(fabric.capabilities().stream()
                                .filter(one -> one.type().equals("Frame")
                                        && one.holder().equals("core's own"))
                                .mapToLong(one -> one.bytes() * one.count())
                                .sum())
                        .as("with the buffer of the first thread")
                        .isEqualTo(bytes + PAGE);
                memory.free();
                assertThatThrownBy(() -> memory.segment().get(ValueLayout.JAVA_LONG, 0))
                        .isInstanceOf(IllegalStateException.class);
            }
        }
    }

    @Test
    void memoryThatThereIsNotIsRefusedAndNothingIsLost() throws Exception {
        try (Sel4Fabric fabric = boot()) {
            Map<String, Integer> before = objects(fabric);
            List<Carrier.Memory> all = new ArrayList<>();
            assertThatThrownBy(() -> {
                        while (true) {
                            all.add(fabric.allocate(1 << 20));
                        }
                    })
                    .isInstanceOf(OutOfMemoryError.class);
            assertThat(all).hasSizeGreaterThanOrEqualTo((int) (RAM >> 20));
            assertThatThrownBy(() -> fabric.allocate(256L << 20)).isInstanceOf(OutOfMemoryError.class);
            all.forEach(Carrier.Memory::free);
            assertThat(objects(fabric)).isEqualTo(before);
        }
    }

    @Test
    void whatWasLeftBehindIsFoundInTheEnd() throws Exception {
        Sel4Fabric fabric = boot();
        Fabric.Space space = fabric.space(2, "two");
        assertThatThrownBy(fabric::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("objects of the kernel were left behind");
        space.close();
    }

    /** Any order of what the tables ask for leaves a kernel whose invariants hold, and no object in the end. */
    @Test
    void theKernelsInvariantsHoldAfterWhateverTheTablesDo() throws Exception {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        Random random = new Random(seed);
        try (Sel4Fabric fabric = boot()) {
            List<Domain> domains = new ArrayList<>();
            List<Carrier.Memory> memories = new ArrayList<>();
            for (int step = 0; step < 1500; step++) {
                act(fabric, random, domains, memories);
                if (step % 25 == 0) {
                    fabric.machine().check();
                }
            }
            domains.forEach(domain -> domain.space.close());
            memories.forEach(Carrier.Memory::free);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("Repeat it with -Despalier.seed=" + seed + ": " + e.getMessage(), e);
        }
    }

    private static final class Domain {
        final Fabric.Space space;
        final List<Fabric.Post> posts = new ArrayList<>();
        final List<Fabric.Seat> seats = new ArrayList<>();
        final List<Fabric.Item> items = new ArrayList<>();
        int next = 1;

        Domain(Fabric.Space space) {
            this.space = space;
        }
    }

    private static void act(Sel4Fabric fabric, Random random, List<Domain> domains, List<Carrier.Memory> memories)
            throws Exception {
        if (domains.size() < 2 || random.nextInt(30) == 0) {
            domains.add(new Domain(fabric.space(domains.size(), "domain " + domains.size())));
        }
        Domain domain = domains.get(random.nextInt(domains.size()));
        Domain other = domains.get(random.nextInt(domains.size()));
        switch (random.nextInt(12)) {
            case 0 -> domain.posts.add(domain.space.post("ep"));
            case 1 -> domain.seats.add(domain.space.seat("thread"));
            case 2, 3 -> {
                if (!domain.posts.isEmpty()) {
                    own(
                            domain,
                            domain.posts
                                    .get(random.nextInt(domain.posts.size()))
                                    .object((long) domain.next << 32 | 1));
                }
            }
            case 4 -> own(domain, domain.space.bell());
            case 5 -> own(domain, domain.space.token((long) domain.next << 32 | 2));
            case 6, 7 -> {
                if (!domain.items.isEmpty()) {
                    other.space.grow(other.next + 1);
                    other.space.put(other.next++, domain.items.get(random.nextInt(domain.items.size())));
                }
            }
            case 8 -> {
                if (!domain.items.isEmpty()) {
                    domain.items.remove(random.nextInt(domain.items.size())).end();
                }
            }
            case 9 -> {
                if (!domain.posts.isEmpty()) {
                    Fabric.Post post = domain.posts.remove(random.nextInt(domain.posts.size()));
                    post.ring();
                    post.shut();
                    post.close();
                }
            }
            case 10 -> {
                if (memories.size() < 8) {
                    memories.add(fabric.allocate((long) PAGE * (1 + random.nextInt(600))));
                } else {
                    memories.remove(random.nextInt(memories.size())).free();
                }
            }
            default -> {
                if (random.nextInt(10) == 0) {
                    domain.space.stop();
                    domain.space.close();
                    domains.remove(domain);
                } else if (!domain.seats.isEmpty()) {
                    domain.seats.remove(random.nextInt(domain.seats.size())).close();
                }
            }
        }
    }

    private static void own(Domain domain, Fabric.Item item) throws Exception {
        domain.space.grow(domain.next + 1);
        item.own(domain.space, domain.next++);
        domain.items.add(item);
    }

    /** Slots of core's that are empty may lie anywhere. */
    @Test
    void aLargeDataspaceFindsSlotsInARowHoweverManyThereAreElsewhere() throws Exception {
        try (Sel4Fabric fabric = boot()) {
            List<Carrier.Memory> small = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                small.add(fabric.allocate((1L + i % 7) * PAGE));
            }
            for (int i = 0; i < small.size(); i += 2) {
                small.get(i).free();
            }
            fabric.allocate(24L << 20).free();
            for (int i = 1; i < small.size(); i += 2) {
                small.get(i).free();
            }
        }
    }
}
