package org.espalier.kernel.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Memory that processes share keeps its size and its seals whoever has it, and takes pages of the host only while it holds something. */
final class MemoryFileTest {
    private static final int EPERM = 1;
    private static final int EBUSY = 16;
    private static final int F_ADD_SEALS = 1033;
    private static final int F_GET_SEALS = 1034;

    @BeforeAll
    static void onThisHost() {
        Hosts.assumeConfinement();
    }

    @Test
    void nobodyCanChangeItsSizeOrItsSeals() throws HostException {
        try (MemoryFile memory = MemoryFile.create("test", 2 * MemoryFile.PAGE)) {
            int number = memory.descriptor().hold();
            for (long bytes : new long[] {0, MemoryFile.PAGE, 3 * MemoryFile.PAGE, Long.MAX_VALUE}) {
                assertThatThrownBy(() -> Host.demand(SystemCall.FTRUNCATE, number, bytes, 0))
                        .isInstanceOf(HostException.class);
            }
            assertThat(Host.call(SystemCall.FCNTL, number, F_ADD_SEALS, 8)).isEqualTo(-EPERM);
            assertThat(Host.call(SystemCall.FCNTL, number, F_GET_SEALS, 0)).isEqualTo(7);
            // One byte beyond the end.
            assertThat(Host.call(SystemCall.FALLOCATE, number, 0, 2 * MemoryFile.PAGE, 1, 0, 0))
                    .isEqualTo(-EPERM);
        }
    }

    @Test
    void bothSidesSeeTheSameMemoryAndZeroesOnceItWasDiscarded() throws HostException {
        try (MemoryFile memory = MemoryFile.create("test", MemoryFile.PAGE);
                Arena arena = Arena.ofConfined()) {
            MemorySegment one = memory.map(arena);
            MemorySegment other = memory.map(arena);
            one.set(ValueLayout.JAVA_LONG, 8, 42);
            assertThat(other.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(42);
            memory.discard();
            assertThat(one.get(ValueLayout.JAVA_LONG, 8)).isZero();
            assertThat(other.get(ValueLayout.JAVA_LONG, 8)).isZero();
        }
    }

    @Test
    void whatIsSealedAgainstWritingCannotBeMappedForIt() throws HostException {
        try (MemoryFile memory = MemoryFile.holding("test", new byte[] {1, 2, 3});
                Descriptor reader = memory.reader();
                Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> memory.map(arena))
                    .isInstanceOfSatisfying(
                            HostException.class,
                            refused -> assertThat(refused.error).isEqualTo(EPERM));
            MemorySegment read = arena.allocate(8);
            assertThat(Host.demand(SystemCall.PREAD64, reader.hold(), read.address(), 8, 0, 0, 0))
                    .isEqualTo(3);
            assertThat(read.asSlice(0, 3).toArray(ValueLayout.JAVA_BYTE)).containsExactly(1, 2, 3);
        }
    }

    @Test
    void sealsAreRefusedWhileSomebodyCouldStillWrite() throws HostException {
        try (MemoryFile memory = MemoryFile.create("test", MemoryFile.PAGE);
                Arena arena = Arena.ofConfined()) {
            memory.map(arena);
            assertThat(Host.call(SystemCall.FCNTL, memory.descriptor().hold(), F_ADD_SEALS, 8))
                    .isIn((long) -EPERM, (long) -EBUSY);
        }
    }

    @Test
    void sizesThatAreNoPagesAreRefusedBeforeTheHostIsAsked() {
        for (long bytes : new long[] {0, -4096, 1, 4097}) {
            assertThatThrownBy(() -> MemoryFile.create("test", bytes)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aClosedDescriptorIsNotUsed() throws HostException {
        MemoryFile memory = MemoryFile.create("test", MemoryFile.PAGE);
        memory.close();
        memory.close();
        assertThatThrownBy(() -> memory.map(Arena.global())).isInstanceOf(IllegalStateException.class);
    }
}
