package org.espalier.kernel.sel4.proved;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.espalier.machine.PhysicalMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The derivation tree is the list that a {@link java.util.ArrayList} with the same operations is, links and flags included. */
final class DerivationTreeTest {
    private static final int SLOTS = 24;
    private static final int FIRST = 128;

    private final PhysicalMemory physical = PhysicalMemory.allocate(2 * 4096);
    private final ObjectMemory memory = new ObjectMemory(physical.all());
    private final DerivationTree tree = new DerivationTree(memory, new ByNumber());

    /** Covers what has a greater number in word 1; the same object has the same number in word 0. */
    private final class ByNumber implements CapRelation {
        @Override
        public boolean covers(int parent, int child) {
            return memory.w1(parent) < memory.w1(child);
        }

        @Override
        public boolean sameObject(int a, int b) {
            return memory.w0(a) == memory.w0(b);
        }
    }

    private record Entry(int slot, boolean revocable, boolean firstBadged) {
        Entry at(int other) {
            return new Entry(other, revocable, firstBadged);
        }
    }

    @AfterEach
    void close() {
        physical.close();
    }

    @Test
    void randomOperationsDoWhatTheyDoToAList() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Entry> model = new ArrayList<>(List.of(new Entry(FIRST, false, false)));
        for (int step = 0; step < 50_000; step++) {
            int place = random.nextInt(model.size());
            int unused = unusedSlot(random, model);
            switch (random.nextInt(4)) {
                case 0 -> {
                    if (model.size() < SLOTS) {
                        Entry entry = new Entry(unused, random.nextBoolean(), random.nextBoolean());
                        tree.insertAfter(model.get(place).slot(), unused, entry.revocable(), entry.firstBadged());
                        model.add(place + 1, entry);
                    }
                }
                case 1 -> {
                    if (model.size() > 1) {
                        tree.remove(model.remove(place).slot());
                    }
                }
                case 2 -> {
                    if (model.size() < SLOTS) {
                        tree.move(model.get(place).slot(), unused);
                        model.set(place, model.get(place).at(unused));
                    }
                }
                default -> {
                    int other = random.nextInt(model.size());
                    Entry a = model.get(place);
                    Entry b = model.get(other);
                    tree.swap(a.slot(), b.slot());
                    model.set(place, a.at(b.slot()));
                    model.set(other, b.at(a.slot()));
                }
            }
            assertThat(entries(model)).as("seed %d, step %d", seed, step).isEqualTo(model);
        }
    }

    @Test
    void parentIsRevocableAndCovers() {
        insertThree();
        memory.setCap(FIRST, 0, 1);
        memory.setCap(FIRST + 1, 0, 2);
        assertThat(tree.hasChild(FIRST)).isFalse();
        memory.setFlags(FIRST, true, false);
        assertThat(tree.hasChild(FIRST)).isTrue();
        assertThat(tree.isParent(FIRST, FIRST + 1)).isTrue();
        assertThat(tree.isParent(FIRST + 1, FIRST)).isFalse();
        memory.setFlags(FIRST + 2, true, true);
        assertThat(tree.hasChild(FIRST + 2)).isFalse();
    }

    @Test
    void capabilityIsFinalWhenNoNeighbourNamesItsObject() {
        insertThree();
        for (int objects = 0; objects < 8; objects++) {
            for (int slot = 0; slot < 3; slot++) {
                memory.setCap(FIRST + slot, objects >> slot & 1, 0);
            }
            int a = objects & 1;
            int b = objects >> 1 & 1;
            int c = objects >> 2 & 1;
            assertThat(tree.isFinal(FIRST)).isEqualTo(a != b);
            assertThat(tree.isFinal(FIRST + 1)).isEqualTo(a != b && b != c);
            assertThat(tree.isFinal(FIRST + 2)).isEqualTo(b != c);
        }
    }

    private void insertThree() {
        tree.insertAfter(FIRST, FIRST + 2, false, false);
        tree.insertAfter(FIRST, FIRST + 1, false, false);
    }

    private static int unusedSlot(Random random, List<Entry> model) {
        int slot = FIRST + random.nextInt(SLOTS);
        while (model.size() < SLOTS && holds(model, slot)) {
            slot = slot == FIRST + SLOTS - 1 ? FIRST : slot + 1;
        }
        return slot;
    }

    private static boolean holds(List<Entry> model, int slot) {
        return model.stream().anyMatch(entry -> entry.slot() == slot);
    }

    /** The list as it is in memory; what is in no list has no links and no flags. */
    private List<Entry> entries(List<Entry> model) {
        List<Entry> entries = new ArrayList<>();
        int before = 0;
        for (int slot = model.getFirst().slot(); slot != 0; slot = memory.next(slot)) {
            assertThat(memory.prev(slot)).isEqualTo(before);
            entries.add(new Entry(slot, memory.revocable(slot), memory.firstBadged(slot)));
            before = slot;
        }
        for (int slot = FIRST; slot < FIRST + SLOTS; slot++) {
            if (!holds(model, slot)) {
                assertThat(memory.word(slot * 32L + 16)).isZero();
                assertThat(memory.word(slot * 32L + 24)).isZero();
            }
        }
        return entries;
    }
}
