package org.espalier.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Page tables hold what was mapped, in the processor's format, and refuse what breaks a rule. No engine is needed for that. */
final class PageTablesTest {
    private static final long MEMORY = 16L << 20;

    private final PhysicalMemory memory = PhysicalMemory.allocate(MEMORY);
    private final FramePool pool = new FramePool(memory, new Frame(0), MEMORY / 2 / Frame.BYTES);
    private final PageTables tables = new PageTables(memory);
    private final AddressSpace space = new Plain(pool.take().orElseThrow());

    /** An address space that nothing runs in. */
    private final class Plain implements AddressSpace {
        private final Frame root;

        Plain(Frame root) {
            this.root = root;
        }

        @Override
        public Frame root() {
            return root;
        }

        @Override
        public void downgrade(long entry, long value, long address, long length) {
            memory.all().putLong(entry, value);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            memory.view(root).clear();
        }
    }

    @AfterEach
    void close() {
        space.close();
        memory.close();
    }

    private MapResult map(long address, long physical, PageSize size) {
        return tables.map(space, address, new Frame(physical), size, Rights.READ_WRITE, pool::take);
    }

    @Test
    void entriesAreThoseOfTheProcessor() {
        long address = 0x7f12_3456_7000L;
        assertThat(map(address, 0x9000, PageSize.SMALL)).isEqualTo(new MapResult.Done());
        long table = space.root().address();
        for (int shift : new int[] {39, 30, 21}) {
            long entry = memory.all().getLong(table + ((address >> shift) & 511) * 8);
            assertThat(entry & 0xfff).isEqualTo(7);
            table = entry & -4096;
        }
        // No execution, address, user, writable, present.
        assertThat(memory.all().getLong(table + ((address >> 12) & 511) * 8)).isEqualTo(0x8000_0000_0000_9007L);
        assertThat(tables.protect(space, address, PageSize.SMALL, Rights.READ_EXECUTE))
                .isEqualTo(new MapResult.Done());
        assertThat(memory.all().getLong(table + ((address >> 12) & 511) * 8)).isEqualTo(0x9005);
        long large = 0x4000_0000L;
        assertThat(map(large, 2L << 20, PageSize.LARGE)).isEqualTo(new MapResult.Done());
        Walk.Mapped page = (Walk.Mapped) tables.walk(space.root(), large + 0x1234);
        assertThat(page.physical()).isEqualTo((2L << 20) + 0x1234);
        assertThat(memory.all().getLong(page.entry())).isEqualTo(0x8000_0000_0020_0087L);
    }

    @Test
    void addressesThatProgramsMayNotHaveAreRefused() {
        long[] addresses = {
            0, 0xf000, UserHalf.END, 0x7fff_ffff_f000L, 0x8000_0000_0000L, 0xffff_8000_0000_0000L, -4096, Long.MIN_VALUE
        };
        MapResult outside = new MapResult.OutsideOfUserHalf();
        for (long address : addresses) {
            assertThat(map(address, 0, PageSize.SMALL)).isEqualTo(outside);
            assertThat(tables.unmap(space, address, PageSize.SMALL)).isEqualTo(outside);
            assertThat(tables.protect(space, address, PageSize.SMALL, Rights.READ))
                    .isEqualTo(outside);
            assertThat(tables.mapTable(space, address, 1, new Frame(0))).isEqualTo(outside);
            assertThat(tables.unmapTable(space, address, 1)).isEqualTo(outside);
            assertThat(tables.walk(space.root(), address)).isEqualTo(new Walk.OutsideOfUserHalf());
        }
        assertThat(map(UserHalf.START, 0, PageSize.SMALL)).isEqualTo(new MapResult.Done());
        assertThat(map(UserHalf.END - 4096, 0, PageSize.SMALL)).isEqualTo(new MapResult.Done());
        assertThat(map(0, 0, PageSize.LARGE)).isEqualTo(outside);
    }

    @Test
    void misalignedMissingAndOccupiedAreToldApart() {
        assertThat(map(0x40_0800, 0, PageSize.SMALL)).isEqualTo(new MapResult.Misaligned());
        assertThat(map(0x40_1000, 0, PageSize.LARGE)).isEqualTo(new MapResult.Misaligned());
        assertThat(map(0x40_0000, 0x1000, PageSize.LARGE)).isEqualTo(new MapResult.Misaligned());
        assertThat(map(0x40_0000, MEMORY, PageSize.SMALL)).isEqualTo(new MapResult.NoSuchMemory());
        assertThat(map(0x4000_0000, 0, PageSize.HUGE)).isEqualTo(new MapResult.NoSuchMemory());
        assertThat(tables.unmap(space, 0x40_0000, PageSize.SMALL)).isEqualTo(new MapResult.NotMapped());
        assertThat(map(0x40_0000, 0, PageSize.SMALL)).isEqualTo(new MapResult.Done());
        assertThat(map(0x40_0000, 0, PageSize.SMALL)).isEqualTo(new MapResult.Occupied(1));
        assertThat(map(0x40_0000, 0, PageSize.LARGE)).isEqualTo(new MapResult.Occupied(2));
        assertThat(map(0x60_0000, 0, PageSize.LARGE)).isEqualTo(new MapResult.Done());
        assertThat(map(0x60_1000, 0, PageSize.SMALL)).isEqualTo(new MapResult.Occupied(2));
        assertThat(tables.unmap(space, 0x60_0000, PageSize.SMALL)).isEqualTo(new MapResult.NotMapped());
        assertThat(tables.unmapTable(space, 0x60_0000, 1)).isEqualTo(new MapResult.NotMapped());
    }

    @Test
    void tablesCanBePutInByHandFromTheTopDown() {
        Frame page = pool.take().orElseThrow();
        long address = 0x1234_5678_9000L;
        for (int level = 3; level >= 1; level--) {
            assertThat(tables.map(space, address, page, PageSize.SMALL, Rights.READ, TableSource.NONE))
                    .isEqualTo(new MapResult.NoTable(level));
            if (level > 1) {
                assertThat(tables.mapTable(space, address, level - 1, page)).isEqualTo(new MapResult.NoTable(level));
            }
            Frame table = pool.take().orElseThrow();
            assertThat(tables.mapTable(space, address, level, table)).isEqualTo(new MapResult.Done());
            assertThat(tables.mapTable(space, address, level, table)).isEqualTo(new MapResult.Occupied(level + 1));
        }
        assertThat(tables.map(space, address, page, PageSize.SMALL, Rights.READ, TableSource.NONE))
                .isEqualTo(new MapResult.Done());
        assertThat(tables.unmapTable(space, address, 2)).isEqualTo(new MapResult.Done());
        assertThat(tables.walk(space.root(), address)).isInstanceOf(Walk.Absent.class);
        assertThatThrownBy(() -> tables.mapTable(space, address, 4, page)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void walkThroughGarbageEndsInAVerdict() {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 64; i++) {
            Frame frame = new Frame((long) i * Frame.BYTES);
            for (int at = 0; at < Frame.BYTES; at += 8) {
                // Often a table of this memory, so that walks get far.
                long entry = random.nextBoolean()
                        ? random.nextLong()
                        : (random.nextLong(64) << 12) | random.nextInt(256) | 5;
                memory.view(frame).putLong(at, entry);
            }
        }
        for (int i = 0; i < 100_000; i++) {
            long address = random.nextLong(UserHalf.START, UserHalf.END);
            Frame root = new Frame(random.nextLong(64) << 12);
            switch (tables.walk(root, address)) {
                case Walk.Mapped page -> {
                    assertThat(memory.contains(page.physical(), 1)).isTrue();
                    assertThat(memory.all().getLong(page.entry()) & 5).isEqualTo(5);
                    assertThat(page.physical() & (page.size().bytes() - 1))
                            .isEqualTo(address & (page.size().bytes() - 1));
                }
                case Walk.Absent absent ->
                    assertThat(memory.all().getLong(absent.entry()) & 1).isZero();
                case Walk.Withheld withheld -> assertThat(withheld.level()).isBetween(1, 4);
                case Walk.OutsideOfUserHalf _ -> throw new AssertionError("seed " + seed);
            }
        }
    }

    @Test
    void randomMappingsAreThoseOfAModel() {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Map<Long, Walk.Mapped> model = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            long address =
                    (random.nextLong(3) << 39) + (random.nextLong(2) << 30) + (random.nextLong(8) << 12) + 0x40_0000;
            long physical = random.nextLong(MEMORY / 4096) << 12;
            Rights rights = new Rights(random.nextBoolean(), random.nextBoolean());
            Walk.Mapped known = model.get(address);
            MapResult result;
            switch (random.nextInt(3)) {
                case 0 -> {
                    result = tables.map(space, address, new Frame(physical), PageSize.SMALL, rights, pool::take);
                    assertThat(result).isEqualTo(known == null ? new MapResult.Done() : new MapResult.Occupied(1));
                    if (known == null) {
                        model.put(address, new Walk.Mapped(physical, PageSize.SMALL, rights, 0));
                    }
                }
                case 1 -> {
                    result = tables.unmap(space, address, PageSize.SMALL);
                    assertThat(result).isEqualTo(known == null ? new MapResult.NotMapped() : new MapResult.Done());
                    model.remove(address);
                }
                default -> {
                    result = tables.protect(space, address, PageSize.SMALL, rights);
                    assertThat(result).isEqualTo(known == null ? new MapResult.NotMapped() : new MapResult.Done());
                    if (known != null) {
                        model.put(address, new Walk.Mapped(known.physical(), PageSize.SMALL, rights, 0));
                    }
                }
            }
            long looked = address + random.nextInt(4096);
            Optional<Walk.Mapped> found = tables.walk(space.root(), looked) instanceof Walk.Mapped page
                    ? Optional.of(new Walk.Mapped(page.physical() - (looked & 4095), page.size(), page.rights(), 0))
                    : Optional.empty();
            assertThat(found).as("seed %s, step %s", seed, step).isEqualTo(Optional.ofNullable(model.get(address)));
        }
    }
}
