package org.espalier.kernel.sel4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.espalier.machine.Engine;
import org.espalier.machine.Engines;
import org.espalier.machine.PhysicalMemory;
import org.espalier.machine.Trap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;

/** Whatever a file that is to be a root task holds, it boots, or there is one sentence that says why not. */
@Timeout(1200)
final class DamagedRootTaskTest {
    private static final Configuration CONFIGURATION = new Configuration(32L << 20, 1, Optional.of(Abi.V16), false);
    private static final int RUNS = Integer.getInteger("espalier.inputs", 40);
    private static final long RUN_MILLIS = 100;

    // Fields of the header, and of a program header (System V ABI, chapters 4 and 5).
    private static final int HEADERS = 64;
    private static final int TYPE = 16;
    private static final int MACHINE = 18;
    private static final int ENTRY = 24;
    private static final int COUNT = 56;
    private static final int OFFSET = 8;
    private static final int ADDRESS = 16;
    private static final int FILE_SIZE = 32;
    private static final int MEMORY_SIZE = 40;

    /** A program of one page of code, and two more of memory. */
    private static byte[] file(Consumer<ByteBuffer> damage) {
        byte[] bytes = new byte[0x1010];
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.put(0, new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
        file.putShort(TYPE, (short) 2)
                .putShort(MACHINE, (short) 62)
                .putInt(20, 1)
                .putLong(ENTRY, 0x40_0000);
        file.putLong(32, HEADERS)
                .putShort(52, (short) 64)
                .putShort(54, (short) 56)
                .putShort(COUNT, (short) 1);
        file.putInt(HEADERS, 1).putInt(HEADERS + 4, 5).putLong(HEADERS + OFFSET, 0x1000);
        file.putLong(HEADERS + ADDRESS, 0x40_0000).putLong(HEADERS + FILE_SIZE, 16);
        file.putLong(HEADERS + MEMORY_SIZE, 0x2000).putLong(HEADERS + 48, 0x1000);
        damage.accept(file);
        return bytes;
    }

    private static void boot(byte[] file) throws BootFailure {
        try (PhysicalMemory memory = PhysicalMemory.allocate(RootTaskMachine.memoryBytes(CONFIGURATION))) {
            boot(new ScriptedEngine(memory.all(), _ -> new Trap.Preempted()), memory, file);
        }
    }

    private static RootTaskMachine boot(Engine engine, PhysicalMemory memory, byte[] file) throws BootFailure {
        return RootTaskMachine.boot(engine, memory, CONFIGURATION, file, _ -> {}, _ -> {}, Optional.empty());
    }

    private static void refused(Consumer<ByteBuffer> damage, String sentence) {
        byte[] file = file(damage);
        assertThatThrownBy(() -> boot(file)).isInstanceOf(BootFailure.class).hasMessage(sentence);
    }

    private static void malformed(Consumer<ByteBuffer> damage, String sentence) {
        refused(damage, "The root task is no program for this machine: " + sentence);
    }

    @Test
    void fileOfAnotherKindIsRefusedByTheFieldThatSaysSo() throws BootFailure {
        boot(file(_ -> {}));
        malformed(file -> file.put(0, (byte) '#'), "Field e_ident[0] at offset 0 is 0x23, expected 127.");
        malformed(file -> file.put(4, (byte) 1), "Field e_ident[4] at offset 4 is 0x1, expected 2.");
        malformed(file -> file.put(5, (byte) 2), "Field e_ident[5] at offset 5 is 0x2, expected 1.");
        malformed(file -> file.putShort(TYPE, (short) 3), "Field e_type at offset 16 is 0x3, expected 2.");
        malformed(file -> file.putShort(MACHINE, (short) 183), "Field e_machine at offset 18 is 0xb7, expected 62.");
        malformed(
                file -> file.putInt(HEADERS, 3),
                "Field p_type at offset 64 is 0x3, expected no dynamic linking and no interpreter.");
    }

    @Test
    void fileThatContradictsItselfIsRefused() {
        malformed(file -> file.putShort(COUNT, (short) 0), "Field e_phnum at offset 56 is 0x0, expected 1 to 256.");
        malformed(
                file -> file.putLong(ENTRY, 0x10),
                "Field e_entry at offset 24 is 0x10, expected an address in a segment that can be executed.");
        malformed(
                file -> file.putLong(HEADERS + FILE_SIZE, 0x11),
                "Field p_offset at offset 72 is 0x1000, expected an offset with 17 bytes left in the file.");
        malformed(
                file -> file.putLong(HEADERS + ADDRESS, 0x1000),
                "Field p_vaddr at offset 80 is 0x1000, expected an address with 8192 bytes left in the user half.");
    }

    @Test
    void imageThatTheMachineDoesNotHoldIsRefused() {
        refused(
                file -> file.putLong(HEADERS + MEMORY_SIZE, 17L << 20),
                "The image takes 17408 KiB of addresses, and RAM is only 32768 KiB.");
        refused(
                file -> file.putLong(HEADERS + MEMORY_SIZE, 0x7000_0000_0000L),
                "The image takes 120259084288 KiB of addresses, and RAM is only 32768 KiB.");
        long last = 0x7fff_fff0_0000L - 0x2000;
        refused(
                file -> file.putLong(HEADERS + ADDRESS, last).putLong(ENTRY, last),
                "The image ends at 0x7ffffff00000, and there is no room for its IPC buffer and boot information up to"
                        + " the end of a program's addresses, 0x7ffffff00000.");
        Configuration large = new Configuration(256L << 20, 1, Optional.empty(), false);
        byte[] file = file(good -> good.putLong(HEADERS + MEMORY_SIZE, 33L << 20));
        try (PhysicalMemory memory = PhysicalMemory.allocate(RootTaskMachine.memoryBytes(large))) {
            Engine engine = new ScriptedEngine(memory.all(), _ -> new Trap.Preempted());
            assertThatThrownBy(
                            () -> RootTaskMachine.boot(engine, memory, large, file, _ -> {}, _ -> {}, Optional.empty()))
                    .isInstanceOf(BootFailure.class)
                    .hasMessage("The root task has more than 8192 capabilities: its image has too many pages for the"
                            + " root CNode.");
        }
    }

    @Test
    void fileThatEndsEarlyIsRefusedWhereverItEnds() {
        byte[] whole = file(_ -> {});
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> boot(part))
                    .as("%s bytes", length)
                    .isInstanceOf(BootFailure.class)
                    .hasMessageStartingWith("The root task is no program for this machine: ");
            // All but the headers is read the same way at any length.
            length += length < 128 ? 0 : 61;
        }
    }

    /** In headers, code and data, and with what it then does in ring 3; some never end by themselves. */
    @Test
    void damagedRootTasksRunToAnEndOrAreRefused() throws IOException {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        System.out.println("seed " + seed);
        byte[] whole;
        try (InputStream in = DamagedRootTaskTest.class.getResourceAsStream("device.elf")) {
            if (in == null) {
                throw new TestAbortedException(
                        "n/a: root tasks in C are built where /usr/bin/gcc is, on Linux on x86-64");
            }
            whole = in.readAllBytes();
        }
        int booted = 0;
        for (int i = 0; i < RUNS; i++) {
            // Of a generator whose first numbers for seeds in a row have nothing to do with each other.
            byte[] file = damage(whole, new SplittableRandom(seed + i));
            try (PhysicalMemory memory = PhysicalMemory.allocate(RootTaskMachine.memoryBytes(CONFIGURATION));
                    Engine engine = Engines.ptrace(memory)) {
                RootTaskMachine machine = boot(engine, memory, file);
                booted++;
                runForAWhile(machine);
            } catch (BootFailure e) {
                assertThat(e).message().endsWith(".");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("-Despalier.seed=" + (seed + i), e);
            }
        }
        assertThat(booted).as("files that booted, seed %s", seed).isPositive();
    }

    private static byte[] damage(byte[] whole, SplittableRandom random) {
        byte[] file = whole.clone();
        // Half of them keep their headers, so that what is run is damaged.
        int from = random.nextBoolean() ? 0x1000 : 0;
        for (int change = random.nextInt(12); change >= 0; change--) {
            int at = from == 0 ? random.nextInt(64 + 4 * 56) : from + random.nextInt(file.length - from);
            file[at] = (byte) random.nextInt();
        }
        return random.nextInt(8) == 0 ? Arrays.copyOf(file, random.nextInt(file.length)) : file;
    }

    private static void runForAWhile(RootTaskMachine machine) {
        Thread limit = Thread.ofPlatform().daemon().start(() -> {
            try {
                Thread.sleep(RUN_MILLIS);
                machine.stop();
            } catch (InterruptedException _) {
                // The machine came to its end by itself.
            }
        });
        assertThat(machine.run()).isNotNull();
        limit.interrupt();
    }
}
