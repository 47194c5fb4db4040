package org.espalier.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where the host has the thread of engine {@code ptrace} and its processes run. */
@Timeout(60)
final class PlacementTest {
    private static final int SET_AFFINITY = 203;
    private static final Pattern RANGE = Pattern.compile("(\\d+)(?:-(\\d+))?");

    private BitSet given = new BitSet();
    private Computer computer;

    @BeforeEach
    void open() {
        given = allowed("thread-self");
        assumeTrue(given.cardinality() > 1, "n/a: there is one processor to be on");
        computer = new Computer(Engines::ptrace);
    }

    @AfterEach
    void close() {
        if (computer != null) {
            computer.close();
        }
        allow(given);
    }

    /** The processors that a process or thread may be on, by its folder of /proc. */
    private static BitSet allowed(Object process) {
        try {
            String list = Files.readAllLines(Path.of("/proc/" + process + "/status")).stream()
                    .filter(line -> line.startsWith("Cpus_allowed_list:"))
                    .findAny()
                    .orElseThrow()
                    .replaceAll(".*\\s", "");
            BitSet set = new BitSet();
            Matcher range = RANGE.matcher(list);
            while (range.find()) {
                int first = Integer.parseInt(range.group(1));
                set.set(first, range.group(2) == null ? first + 1 : Integer.parseInt(range.group(2)) + 1);
            }
            return set;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void allow(BitSet set) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(1024, Long.BYTES);
            bytes.copyFrom(MemorySegment.ofArray(set.toByteArray()));
            new Linux(arena).require("sched_setaffinity", SET_AFFINITY, 0, bytes.byteSize(), bytes.address(), 0);
        }
    }

    private AddressSpace program() {
        return computer.space(Computer.code().label("again").systemCall().jump("again"));
    }

    /** Runs until both are at one processor, which they are not while the host is asked. */
    private void runUntilTogether(AddressSpace space, CpuContext context) {
        BitSet thread;
        do {
            assertThat(computer.engine.run(space, context)).isEqualTo(new Trap.SystemCall());
            thread = allowed("thread-self");
        } while (thread.cardinality() != 1 || !allowed(Processes.of(space)).equals(thread));
        assertThat(given.get(thread.nextSetBit(0))).isTrue();
    }

    @Test
    void whoIsNotPinnedMayBeAnywhereOfWhatWasGiven() {
        AddressSpace space = program();
        computer.engine.run(space, Computer.context());
        assertThat(allowed("thread-self")).isEqualTo(given);
        assertThat(allowed(Processes.of(space))).isEqualTo(given);
    }

    @Test
    void threadAndProcessesAreAtOneProcessorUntilTheyAreUnpinned() {
        AddressSpace space = program();
        CpuContext context = Computer.context();
        computer.engine.pin();
        runUntilTogether(space, context);
        // One that begins meanwhile, on whatever its thread was bound to then.
        AddressSpace later = program();
        CpuContext another = Computer.context();
        runUntilTogether(later, another);
        computer.engine.unpin();
        assertThat(allowed("thread-self")).isEqualTo(given);
        computer.engine.run(space, context);
        computer.engine.run(later, another);
        assertThat(allowed(Processes.of(space))).isEqualTo(given);
        assertThat(allowed(Processes.of(later))).isEqualTo(given);
    }

    @Test
    void closingUnpins() {
        AddressSpace space = program();
        computer.engine.pin();
        runUntilTogether(space, Computer.context());
        computer.engine.close();
        assertThat(allowed("thread-self")).isEqualTo(given);
        computer.engine.unpin();
        assertThat(allowed("thread-self")).isEqualTo(given);
    }

    @Test
    void whoSaysMeanwhileWhereTheThreadIsToBeHasTheLastWord() {
        AddressSpace space = program();
        CpuContext context = Computer.context();
        computer.engine.pin();
        runUntilTogether(space, context);
        BitSet other = (BitSet) given.clone();
        other.andNot(allowed("thread-self"));
        allow(other);
        computer.engine.unpin();
        assertThat(allowed("thread-self")).isEqualTo(other);
    }
}
