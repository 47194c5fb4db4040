package org.espalier.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only the engine {@code ptrace} can get wrong. */
@Timeout(60)
final class PtraceEngineTest {
    private static final int KILL = 62;
    private static final int SIGKILL = 9;

    private Computer computer;

    @BeforeEach
    void open() {
        computer = new Computer(Engines::ptrace);
    }

    @AfterEach
    void close() {
        computer.close();
    }

    private static void kill(int process, int signal) {
        try (Arena arena = Arena.ofConfined()) {
            new Linux(arena).call(KILL, process, signal, 0, 0);
        }
    }

    /** Addresses and rights of the process's mappings, without those of the vsyscall page, which no process can lose. */
    private static List<String> mappings(AddressSpace space) {
        return Processes.mappings(Processes.of(space)).stream()
                .filter(line -> !line.contains("[vsyscall]"))
                .map(line -> line.replaceAll("^(\\S+ \\S+) .*", "$1"))
                .toList();
    }

    @Test
    void processHasWhatItsProgramTouchedAndTheEnginesPagesAndNothingElse() {
        String[] engines = {"7ffffff00000-7ffffff01000 r-xp", "7ffffff10000-7ffffff20000 rw-p"};
        Assembler code = Computer.code()
                .move(Register.RAX, Computer.DATA)
                .store(Register.RAX, Register.RAX)
                .systemCall();
        AddressSpace space = computer.space(code);
        assertThat(mappings(space)).containsExactly(engines);
        CpuContext context = Computer.context();
        assertThat(computer.engine.run(space, context)).isEqualTo(new Trap.SystemCall());
        assertThat(mappings(space))
                .containsExactly("00400000-00401000 r-xs", "00600000-00601000 rw-s", engines[0], engines[1]);
        computer.tables.protect(space, Computer.DATA, PageSize.SMALL, Rights.READ);
        assertThat(mappings(space)).containsExactly("00400000-00401000 r-xs", engines[0], engines[1]);
        computer.tables.unmap(space, Computer.CODE, PageSize.SMALL);
        assertThat(mappings(space)).containsExactly(engines);
    }

    @Test
    void processHasNoDescriptorButThatOfTheMemory() throws IOException {
        AddressSpace space = computer.space();
        Path descriptors = Path.of("/proc/" + Processes.of(space) + "/fd");
        assertThat(Processes.count(descriptors)).isEqualTo(1);
        Path memory = descriptors.resolve(String.valueOf(computer.memory.descriptor()));
        assertThat(Files.readSymbolicLink(memory).toString()).startsWith("/memfd:espalier-memory");
    }

    @Test
    void signalsFromOutsideAreKeptFromTheProgram() throws InterruptedException {
        AddressSpace space = computer.space(Computer.code()
                .label("again")
                .increment(Register.RBX)
                .systemCall()
                .jump("again"));
        int process = Processes.of(space);
        AtomicBoolean stop = new AtomicBoolean();
        Thread sender = Thread.ofPlatform().start(() -> {
            int[] signals = {1, 2, 5, 7, 8, 4, 10, 11, 15, 17, 18, 19, 20, 31, 40};
            for (int i = 0; !stop.get(); i++) {
                kill(process, signals[i % signals.length]);
                // Whoever sends them without a pause keeps the process from doing anything else.
                LockSupport.parkNanos(50_000);
            }
        });
        CpuContext context = Computer.context();
        try {
            for (int i = 1; i <= 2000; i++) {
                assertThat(computer.engine.run(space, context)).isEqualTo(new Trap.SystemCall());
                assertThat(context.get(Register.RBX)).isEqualTo(i);
                if (i % 100 == 0) {
                    computer.tables.protect(space, Computer.CODE, PageSize.SMALL, Rights.READ_EXECUTE);
                }
            }
        } finally {
            stop.set(true);
            sender.join();
        }
    }

    @Test
    void processThatIsKilledFromOutsideIsAFailureOfTheHost() {
        AddressSpace space = computer.space(Computer.code().systemCall());
        int process = Processes.of(space);
        kill(process, SIGKILL);
        assertThatThrownBy(() -> computer.engine.run(space, Computer.context())).isInstanceOf(HostFailure.class);
        space.close();
        AddressSpace next = computer.space(Computer.code().systemCall());
        assertThat(computer.engine.run(next, Computer.context())).isEqualTo(new Trap.SystemCall());
    }

    @Test
    void spinnerThatIsKilledFromOutsideIsAFailureOfTheHost() throws InterruptedException {
        AddressSpace space = computer.space(Computer.code().label("again").jump("again"));
        int process = Processes.of(space);
        Thread killer = Thread.ofPlatform().start(() -> kill(process, SIGKILL));
        assertThatThrownBy(() -> computer.engine.run(space, Computer.context())).isInstanceOf(HostFailure.class);
        killer.join();
        space.close();
    }

    @Test
    void jumpToTheGateIsASystemCallOfTheProgramAndNothingElse() {
        Assembler code = Computer.code()
                .move(Register.RAX, 231)
                .move(Register.RBX, UserHalf.END)
                .jump(Register.RBX);
        AddressSpace space = computer.space(code);
        CpuContext context = Computer.context();
        assertThat(computer.engine.run(space, context)).isEqualTo(new Trap.SystemCall());
        assertThat(context.get(Register.RAX)).isEqualTo(231);
        assertThat(computer.engine.run(space, context))
                .isEqualTo(new Trap.CpuException(Trap.CpuException.BREAKPOINT, 0));
    }

    @Test
    void largePageThatReachesTheEnginesPagesEndsBeforeThem() {
        long large = PageSize.LARGE.bytes();
        long address = UserHalf.END & -large;
        Assembler code = Computer.code()
                .move(Register.RAX, address)
                .store(Register.RAX, Register.RAX)
                .systemCall();
        AddressSpace space = computer.space(code);
        computer.map(space, address, Rights.READ);
        long table = ((Walk.Mapped) computer.tables.walk(space.root(), address)).entry() & -Frame.BYTES;
        assertThat(computer.tables.unmapTable(space, address, 1)).isEqualTo(new MapResult.Done());
        computer.pool.give(new Frame(table));
        Walk.Absent absent = (Walk.Absent) computer.tables.walk(space.root(), address);
        computer.memory.all().putLong(absent.entry(), PageTableLayout.page(large, PageSize.LARGE, Rights.READ_WRITE));
        assertThat(computer.engine.run(space, Computer.context())).isEqualTo(new Trap.SystemCall());
        assertThat(computer.memory.all().getLong(large)).isEqualTo(address);
        assertThat(mappings(space)).contains("7fffffe00000-7ffffff00000 rw-s", "7ffffff00000-7ffffff01000 r-xp");
    }

    @Test
    void stackPointerOnTheEnginesStackConfusesNoFault() {
        for (long stack = UserHalf.END + 0x1_0000; stack <= UserHalf.END + 0x2_0000; stack += 0x400) {
            AddressSpace space = computer.space(Computer.code().load(Register.RBX, Register.RBX));
            assertThat(computer.engine.run(space, new CpuContext(Computer.CODE, stack)))
                    .isEqualTo(new Trap.PageFault(0, Access.READ, false));
            space.close();
        }
    }

    @Test
    void programThatLocksItselfOutByProtectionKeysFaults() throws IOException {
        assumeTrue(Files.readString(Path.of("/proc/cpuinfo")).contains(" ospke"), "The processor has protection keys.");
        // xor ecx, ecx; xor edx, edx; wrpkru
        Assembler code =
                Computer.code().move(Register.RAX, 0x5555_5555L).bytes(0x31, 0xc9, 0x31, 0xd2, 0x0f, 0x01, 0xef);
        code.move(Register.RAX, Computer.DATA).load(Register.RBX, Register.RAX).systemCall();
        AddressSpace space = computer.space(code);
        CpuContext context = Computer.context();
        for (int i = 0; i < 3; i++) {
            assertThat(computer.engine.run(space, context))
                    .isEqualTo(new Trap.PageFault(Computer.DATA, Access.READ, true));
        }
        context.vectors(new byte[0]);
        assertThat(computer.engine.run(space, context)).isEqualTo(new Trap.SystemCall());
    }

    @Test
    void baseThatAProgramPutsIntoTheUpperHalfIsZeroAfterItsTrap() throws IOException {
        assumeTrue(
                Files.readString(Path.of("/proc/cpuinfo")).contains(" fsgsbase"),
                "Programs may set their bases themselves.");
        // wrfsbase rax
        Assembler code =
                Computer.code().move(Register.RAX, 0xffff_8000_0000_0000L).bytes(0xf3, 0x48, 0x0f, 0xae, 0xd0);
        code.systemCall().systemCall();
        AddressSpace space = computer.space(code);
        CpuContext context = Computer.context();
        assertThat(computer.engine.run(space, context)).isEqualTo(new Trap.SystemCall());
        assertThat(context.get(Register.FS_BASE)).isZero();
        assertThat(computer.engine.run(space, context)).isEqualTo(new Trap.SystemCall());
    }

    @Test
    void engineOfAVirtualThreadIsRefused() throws InterruptedException {
        boolean[] refused = new boolean[1];
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        Engines.ptrace(computer.memory).close();
                    } catch (WrongThreadException e) {
                        refused[0] = true;
                    }
                })
                .join();
        assertThat(refused[0]).isTrue();
    }

    @Test
    void probeRunsAProgram() {
        assertThat(Engines.probePtrace()).isEqualTo(new Engines.Probe.Works("ptrace"));
    }
}
