package org.espalier.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only the engine {@code kvm} can get wrong. */
@Timeout(60)
final class KvmEngineTest {
    private static final Trap SYSTEM_CALL = new Trap.SystemCall();

    private Computer computer;

    @BeforeAll
    static void engineCanBeHad() {
        KvmHost.assume();
    }

    @BeforeEach
    void open() {
        computer = new Computer(Engines::kvm);
    }

    @AfterEach
    void close() {
        if (computer != null) {
            computer.close();
        }
    }

    /** Stores RBX to the data page, and makes a system call. */
    private static Assembler store() {
        return Computer.code()
                .move(Register.RAX, Computer.DATA)
                .store(Register.RAX, Register.RBX)
                .systemCall();
    }

    private Trap run(AddressSpace space) {
        return computer.engine.run(space, Computer.context());
    }

    @Test
    void addressSpacesOfOneRootLoseAPageTogether() {
        AddressSpace first = computer.space(store());
        AddressSpace second = computer.engine.space(first.root());
        for (int round = 0; round < 20; round++) {
            assertThat(run(first)).isEqualTo(SYSTEM_CALL);
            assertThat(run(second)).isEqualTo(SYSTEM_CALL);
            computer.tables.unmap(first, Computer.DATA, PageSize.SMALL);
            Trap fault = new Trap.PageFault(Computer.DATA, Access.WRITE, false);
            assertThat(run(second)).isEqualTo(fault);
            assertThat(run(first)).isEqualTo(fault);
            computer.map(first, Computer.DATA, Rights.READ_WRITE);
        }
    }

    @Test
    void pageThatIsTakenWhileItsAddressSpaceHasNoProcessorIsGoneWhenItRunsAgain() {
        AddressSpace space = computer.space(store());
        assertThat(run(space)).isEqualTo(SYSTEM_CALL);
        List<AddressSpace> others = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            others.add(computer.space(store()));
        }
        for (int round = 0; round < 3; round++) {
            others.forEach(other -> assertThat(run(other)).isEqualTo(SYSTEM_CALL));
            computer.tables.unmap(space, Computer.DATA, PageSize.SMALL);
            assertThat(run(space)).isEqualTo(new Trap.PageFault(Computer.DATA, Access.WRITE, false));
            computer.map(space, Computer.DATA, Rights.READ_WRITE);
            assertThat(run(space)).isEqualTo(SYSTEM_CALL);
        }
    }

    @Test
    void frameOfATableIsATableOfAnotherAddressSpaceWithOtherEntries() {
        Frame table = computer.frame();
        for (int round = 0; round < 20; round++) {
            AddressSpace space = computer.space();
            computer.code(space, store());
            computer.memory.view(table).clear();
            // The stack is the same level 2 table's, but another level 1 table's.
            long address = Computer.DATA & -PageTableLayout.span(2);
            assertThat(computer.tables.mapTable(space, address, 1, table)).isEqualTo(new MapResult.Done());
            Frame frame = computer.map(space, Computer.DATA, Rights.READ_WRITE);
            CpuContext context = Computer.context();
            context.set(Register.RBX, round + 1);
            assertThat(computer.engine.run(space, context)).isEqualTo(SYSTEM_CALL);
            assertThat(computer.memory.view(frame).getLong(0)).isEqualTo(round + 1);
            if ((round & 1) == 0) {
                computer.tables.unmapTable(space, address, 1);
            } else {
                space.close();
            }
        }
    }

    @Test
    void nothingOfTheEnginesCanBeUsedByPrograms() {
        long start = SupervisorLayout.KERNEL + SupervisorMemory.base(computer.memory.size());
        for (long offset = 0; offset < 4L * Frame.BYTES; offset += 0x410) {
            long address = start + offset;
            Assembler read = Computer.code().move(Register.RAX, address).load(Register.RBX, Register.RAX);
            assertThat(run(computer.space(read))).isEqualTo(new Trap.PageFault(address, Access.READ, true));
            Assembler write = Computer.code().move(Register.RAX, address).store(Register.RAX, Register.RBX);
            assertThat(run(computer.space(write))).isEqualTo(new Trap.PageFault(address, Access.WRITE, true));
            Assembler execute = Computer.code().move(Register.RAX, address).jump(Register.RAX);
            assertThat(run(computer.space(execute))).isEqualTo(new Trap.PageFault(address, Access.EXECUTE, true));
        }
    }

    @Test
    void jumpToTheEntryOfSystemCallsIsAPageFault() {
        long entry = SupervisorLayout.KERNEL
                + SupervisorMemory.base(computer.memory.size())
                + SupervisorLayout.CODE
                + SupervisorLayout.SYSTEM_CALL;
        CpuContext context = Computer.context();
        AddressSpace space =
                computer.space(Computer.code().move(Register.RAX, entry).jump(Register.RAX));
        assertThat(computer.engine.run(space, context)).isEqualTo(new Trap.PageFault(entry, Access.EXECUTE, true));
        assertThat(context.get(Register.RIP)).isEqualTo(entry);
    }

    @Test
    void engineOfAVirtualThreadIsRefused() throws InterruptedException {
        boolean[] refused = new boolean[1];
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        Engines.kvm(computer.memory).close();
                    } catch (WrongThreadException e) {
                        refused[0] = true;
                    }
                })
                .join();
        assertThat(refused[0]).isTrue();
    }

    @Test
    void contextMovesBetweenEnginesWithItsVectorState() {
        // vmovq xmm0, rbx; syscall; vmovq rdx, xmm0; syscall
        Assembler code = Computer.code()
                .bytes(0xc4, 0xe1, 0xf9, 0x6e, 0xc3)
                .systemCall()
                .bytes(0xc4, 0xe1, 0xf9, 0x7e, 0xc2)
                .systemCall();
        try (Computer other = new Computer(Engines::ptrace)) {
            List<Computer> computers = List.of(computer, other);
            for (int from = 0; from < 2; from++) {
                CpuContext context = Computer.context();
                context.set(Register.RBX, 0x1234_5678_9abc_def0L);
                Computer first = computers.get(from);
                Computer second = computers.get(1 - from);
                assertThat(first.engine.run(first.space(code), context)).isEqualTo(SYSTEM_CALL);
                assertThat(second.engine.run(second.space(code), context)).isEqualTo(SYSTEM_CALL);
                assertThat(context.get(Register.RDX)).isEqualTo(0x1234_5678_9abc_def0L);
            }
        }
    }

    @Test
    void probeRunsAProgram() {
        assertThat(Engines.probeKvm()).isEqualTo(new Engines.Probe.Works("kvm"));
    }

    @Test
    void memoryThatIsClosedFirstIsRefused() {
        PhysicalMemory memory = PhysicalMemory.allocate(4L * Frame.BYTES);
        memory.close();
        assertThatThrownBy(() -> Engines.kvm(memory)).isInstanceOf(IllegalStateException.class);
    }
}
