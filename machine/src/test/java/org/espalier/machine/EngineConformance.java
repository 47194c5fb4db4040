package org.espalier.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.espalier.machine.Trap.CpuException;
import org.espalier.machine.Trap.PageFault;
import org.espalier.machine.Trap.Preempted;
import org.espalier.machine.Trap.SystemCall;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every engine does, whatever it is made of. A class for each engine inherits these tests. */
@Timeout(60)
abstract class EngineConformance {
    private static final Trap SYSTEM_CALL = new SystemCall();
    private static final Trap PREEMPTED = new Preempted();
    private static final List<Register> GENERAL = Arrays.stream(Register.values())
            .filter(register -> register.index() < Register.RIP.index())
            .toList();

    /** Generous, as cores are shared; a pre-emption takes about 100 µs. */
    private static final Duration BOUND = Duration.ofSeconds(5);

    private Computer computer;

    abstract Engine open(PhysicalMemory memory);

    /** How many repetitions make sense where {@code most} are few milliseconds on an engine at its usual speed. */
    int repetitions(int most) {
        return most;
    }

    @BeforeEach
    void openComputer() {
        computer = new Computer(this::open);
    }

    @AfterEach
    void close() {
        computer.close();
    }

    private Trap run(AddressSpace space, CpuContext context) {
        return computer.engine.run(space, context);
    }

    /** Runs {@code code} from its start in an address space of its own, until it traps. */
    private Trap trap(Assembler code, CpuContext context) {
        try (AddressSpace space = computer.space(code)) {
            return run(space, context);
        }
    }

    private Trap trap(Assembler code) {
        return trap(code, Computer.context());
    }

    // System calls

    @Test
    void systemCallHasAllRegistersAsTheProgramLeftThem() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Assembler code = Computer.code();
        long[] expected = new long[GENERAL.size()];
        for (Register register : GENERAL) {
            expected[register.index()] = random.nextLong();
            code.move(register, expected[register.index()]);
        }
        code.systemCall();
        CpuContext context = Computer.context();
        assertThat(trap(code, context)).isEqualTo(SYSTEM_CALL);
        assertThat(context.get(Register.RIP)).isEqualTo(code.here());
        expected[Register.RCX.index()] = code.here();
        expected[Register.R11.index()] = context.get(Register.RFLAGS);
        for (Register register : GENERAL) {
            assertThat(context.get(register)).as("%s", register).isEqualTo(expected[register.index()]);
        }
    }

    @Test
    void systemCallNumbersThatTheHostRestartsAreNumbersLikeOthers() {
        for (long number :
                new long[] {-512, -513, -514, -516, -38, -1, 0, 15, 34, 56, 57, 59, 60, 231, Long.MIN_VALUE}) {
            Assembler code = Computer.code()
                    .move(Register.RAX, number)
                    .systemCall()
                    .move(Register.RBX, 7)
                    .systemCall();
            CpuContext context = Computer.context();
            try (AddressSpace space = computer.space(code)) {
                assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
                assertThat(context.get(Register.RAX)).isEqualTo(number);
                assertThat(context.get(Register.RBX)).isEqualTo(0);
                // Nothing is set, and yet nothing of the host's is in RAX when the program goes on.
                assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
                assertThat(context.get(Register.RAX)).isEqualTo(number);
                assertThat(context.get(Register.RBX)).isEqualTo(7);
            }
        }
    }

    @Test
    void everyRegisterCanBeSetBetweenTraps() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Assembler code = Computer.code().label("again").systemCall().jump("again");
        CpuContext context = Computer.context();
        try (AddressSpace space = computer.space(code)) {
            for (int round = 0; round < repetitions(200); round++) {
                for (Register register : GENERAL) {
                    context.set(register, random.nextLong());
                }
                // A stack pointer that is not canonical is a fault at once on some hosts.
                context.set(Register.RSP, random.nextLong() >> 17);
                context.set(Register.FS_BASE, random.nextLong(1L << 46));
                context.set(Register.GS_BASE, random.nextLong(1L << 46));
                long[] set =
                        Arrays.stream(Register.values()).mapToLong(context::get).toArray();
                assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
                for (Register register : Register.values()) {
                    switch (register) {
                        case RCX, R11, RIP, RFLAGS -> {}
                        default ->
                            assertThat(context.get(register))
                                    .as("%s in round %s of seed %s", register, round, seed)
                                    .isEqualTo(set[register.index()]);
                    }
                }
            }
        }
    }

    @Test
    void thirtyTwoBitSystemCallHasNoGate() {
        Assembler code = Computer.code().move(Register.RAX, 20).bytes(0xcd, 0x80);
        CpuContext context = Computer.context();
        assertThat(trap(code, context)).isEqualTo(new CpuException(CpuException.GENERAL_PROTECTION, 0x402));
        assertThat(context.get(Register.RIP)).isEqualTo(code.here() - 2);
        assertThat(context.get(Register.RAX)).isEqualTo(20);
    }

    @Test
    void thirtyTwoBitSystemCallIsNoneAlsoIfItsRegistersLookLikeOne() {
        Assembler code = Computer.code();
        code.move(Register.RCX, Computer.CODE + 22).move(Register.R11, 0x202).bytes(0xcd, 0x80);
        assertThat(trap(code)).isEqualTo(new CpuException(CpuException.GENERAL_PROTECTION, 0x402));
    }

    @Test
    void programThatLeaves64BitCodeFaultsAtItsNextTrap() {
        // push 0x23; push code; retfq: a far return to what is the segment of 32-bit code on Linux.
        Assembler code = Computer.code().move(Register.RAX, Computer.CODE + 32).bytes(0x6a, 0x23, 0x50, 0x48, 0xcb);
        while (code.here() < Computer.CODE + 32) {
            code.bytes(0x90);
        }
        code.bytes(0xcd, 0x80); // int 0x80 in either mode
        CpuContext context = Computer.context();
        try (AddressSpace space = computer.space(code)) {
            assertThat(run(space, context))
                    .isInstanceOfSatisfying(
                            CpuException.class,
                            fault -> assertThat(fault.vector()).isEqualTo(CpuException.GENERAL_PROTECTION));
            context.set(Register.RIP, Computer.CODE + 32);
            assertThat(run(space, context)).isEqualTo(new CpuException(CpuException.GENERAL_PROTECTION, 0x402));
        }
    }

    /** Less than a byte for each is none at all; the measurement itself takes some. */
    @Test
    @Timeout(600)
    void systemCallsAllocateNothing() {
        int calls = repetitions(10_000);
        Assembler code = Computer.code().label("again").systemCall().jump("again");
        try (AddressSpace one = computer.space(code);
                AddressSpace other = computer.space(code)) {
            CpuContext here = Computer.context();
            CpuContext there = Computer.context();
            long least = Allocation.least(20, calls, () -> {
                for (int i = 0; i < calls / 2; i++) {
                    here.set(Register.RDI, i);
                    run(one, here);
                    run(other, there);
                }
            });
            assertThat(least).isLessThan(calls);
        }
    }

    // Page faults

    @Test
    void readOfNullIsAReadOfWhatIsNotPresent() {
        Assembler code = Computer.code().load(Register.RBX, Register.RAX);
        CpuContext context = Computer.context();
        assertThat(trap(code, context)).isEqualTo(new PageFault(0, Access.READ, false));
        assertThat(context.get(Register.RIP)).isEqualTo(Computer.CODE);
    }

    @Test
    void writeOfWhatIsNotPresentIsAWrite() {
        Assembler code = Computer.code().move(Register.RAX, 0x1234_5678).store(Register.RAX, Register.RBX);
        assertThat(trap(code)).isEqualTo(new PageFault(0x1234_5678, Access.WRITE, false));
    }

    @Test
    void readAndWriteInOneInstructionIsAWrite() {
        // lock inc qword [rax]
        Assembler code = Computer.code().move(Register.RAX, 0x1234_5678).bytes(0xf0, 0x48, 0xff, 0x00);
        assertThat(trap(code)).isEqualTo(new PageFault(0x1234_5678, Access.WRITE, false));
    }

    @Test
    void jumpToWhatIsNotPresentIsAnExecute() {
        Assembler code = Computer.code().move(Register.RAX, 0x1234_5000).jump(Register.RAX);
        CpuContext context = Computer.context();
        assertThat(trap(code, context)).isEqualTo(new PageFault(0x1234_5000, Access.EXECUTE, false));
        assertThat(context.get(Register.RIP)).isEqualTo(0x1234_5000);
    }

    @Test
    void writeToReadOnlyPageIsRefusedAndWritesNothing() {
        Assembler code = Computer.code().move(Register.RAX, Computer.DATA + 8).store(Register.RAX, Register.RAX);
        try (AddressSpace space = computer.space()) {
            computer.code(space, code);
            Frame frame = computer.map(space, Computer.DATA, Rights.READ);
            assertThat(run(space, Computer.context())).isEqualTo(new PageFault(Computer.DATA + 8, Access.WRITE, true));
            assertThat(computer.memory.view(frame).getLong(8)).isZero();
        }
    }

    @Test
    void writeToOwnCodeIsAWrite() {
        Assembler code = Computer.code().move(Register.RAX, Computer.CODE).store(Register.RAX, Register.RAX);
        assertThat(trap(code)).isEqualTo(new PageFault(Computer.CODE, Access.WRITE, true));
    }

    @Test
    void dataIsNotExecuted() {
        Assembler code = Computer.code().move(Register.RAX, Computer.DATA).jump(Register.RAX);
        assertThat(trap(code)).isEqualTo(new PageFault(Computer.DATA, Access.EXECUTE, true));
    }

    @Test
    void instructionThatReachesIntoDataIsAnExecuteAtTheDatasStart() {
        try (AddressSpace space = computer.space()) {
            Frame frame = computer.map(space, Computer.CODE, Rights.READ_EXECUTE);
            computer.map(space, Computer.CODE + Frame.BYTES, Rights.READ_WRITE);
            computer.memory.view(frame).putByte(Frame.BYTES - 1, (byte) 0x48);
            CpuContext context = new CpuContext(Computer.CODE + Frame.BYTES - 1, 0);
            assertThat(run(space, context)).isEqualTo(new PageFault(Computer.CODE + Frame.BYTES, Access.EXECUTE, true));
        }
    }

    @Test
    void upperHalfIsTheKernelsForEveryAccess() {
        for (long address : new long[] {0xffff_8000_0000_0000L, 0xffff_ffff_8000_0000L, -Frame.BYTES}) {
            Assembler read = Computer.code().move(Register.RAX, address).load(Register.RBX, Register.RAX);
            assertThat(trap(read)).isEqualTo(new PageFault(address, Access.READ, true));
            Assembler write = Computer.code().move(Register.RAX, address).store(Register.RAX, Register.RBX);
            assertThat(trap(write)).isEqualTo(new PageFault(address, Access.WRITE, true));
            Assembler execute = Computer.code().move(Register.RAX, address).jump(Register.RAX);
            assertThat(trap(execute)).isEqualTo(new PageFault(address, Access.EXECUTE, true));
        }
    }

    @Test
    void vsyscallPageOfTheHostDoesNotExist() {
        for (int call = 0; call < 3; call++) {
            long address = 0xffff_ffff_ff60_0000L + call * 0x400L;
            // call rax
            Assembler code = Computer.code().move(Register.RAX, address).bytes(0xff, 0xd0);
            CpuContext context = Computer.context();
            assertThat(trap(code, context)).isEqualTo(new PageFault(address, Access.EXECUTE, true));
            assertThat(context.get(Register.RIP)).isEqualTo(address);
            assertThat(context.get(Register.RSP)).isEqualTo(Computer.STACK_TOP - 8);
        }
    }

    @Test
    void faultIsResolvedByMappingAndTheInstructionRepeated() {
        Assembler code = Computer.code()
                .move(Register.RAX, Computer.DATA + 0x5000)
                .load(Register.RBX, Register.RAX)
                .systemCall();
        CpuContext context = Computer.context();
        try (AddressSpace space = computer.space(code)) {
            assertThat(run(space, context)).isEqualTo(new PageFault(Computer.DATA + 0x5000, Access.READ, false));
            Frame frame = computer.map(space, Computer.DATA + 0x5000, Rights.READ);
            computer.memory.view(frame).putLong(0, 0x1122_3344_5566_7788L);
            assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
            assertThat(context.get(Register.RBX)).isEqualTo(0x1122_3344_5566_7788L);
        }
    }

    @Test
    void rightsThatAreAddedNeedNoMoreThanTheEntry() {
        Assembler code = Computer.code()
                .move(Register.RAX, Computer.DATA)
                .load(Register.RBX, Register.RAX)
                .store(Register.RAX, Register.RAX)
                .systemCall();
        CpuContext context = Computer.context();
        try (AddressSpace space = computer.space()) {
            computer.code(space, code);
            Frame frame = computer.map(space, Computer.DATA, Rights.READ);
            assertThat(run(space, context)).isEqualTo(new PageFault(Computer.DATA, Access.WRITE, true));
            Walk.Mapped page = (Walk.Mapped) computer.tables.walk(space.root(), Computer.DATA);
            computer.memory
                    .all()
                    .putLong(page.entry(), PageTableLayout.page(frame.address(), PageSize.SMALL, Rights.READ_WRITE));
            assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
            assertThat(computer.memory.view(frame).getLong(0)).isEqualTo(Computer.DATA);
        }
    }

    @Test
    void entryOfTheKernelsOwnIsAProtectionFault() {
        Assembler code = Computer.code().move(Register.RAX, Computer.DATA).load(Register.RBX, Register.RAX);
        try (AddressSpace space = computer.space(code)) {
            Walk.Mapped page = (Walk.Mapped) computer.tables.walk(space.root(), Computer.DATA);
            long entry = computer.memory.all().getLong(page.entry());
            computer.memory.all().putLong(page.entry(), entry & ~PageTableLayout.USER);
            assertThat(run(space, Computer.context())).isEqualTo(new PageFault(Computer.DATA, Access.READ, true));
        }
    }

    @Test
    void largePageIsOnePage() {
        long large = PageSize.LARGE.bytes();
        long address = 0x1_0000_0000L;
        Assembler code = Computer.code()
                .move(Register.RAX, address + large - 8)
                .store(Register.RAX, Register.RAX)
                .systemCall();
        try (AddressSpace space = computer.space(code)) {
            Frame first = new Frame(computer.memory.size() - large);
            assertThat(computer.tables.map(
                            space, address, first, PageSize.LARGE, Rights.READ_WRITE, computer.pool::take))
                    .isEqualTo(new MapResult.Done());
            CpuContext context = Computer.context();
            assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
            assertThat(computer.memory.all().getLong(computer.memory.size() - 8))
                    .isEqualTo(address + large - 8);
            computer.tables.unmap(space, address, PageSize.LARGE);
            context.set(Register.RIP, Computer.CODE);
            assertThat(run(space, context)).isEqualTo(new PageFault(address + large - 8, Access.WRITE, false));
        }
    }

    // Exceptions

    @Test
    void divisionByZeroIsADivideError() {
        // xor edx, edx; div rdx
        assertThat(trap(Computer.code().bytes(0x31, 0xd2, 0x48, 0xf7, 0xf2)))
                .isEqualTo(new CpuException(CpuException.DIVIDE_ERROR, 0));
    }

    @Test
    void trapFlagIsADebugExceptionAfterEachInstruction() {
        Assembler code = Computer.code().orFlags(0x100);
        long start = code.here();
        code.bytes(0x90, 0x90, 0x90);
        CpuContext context = Computer.context();
        try (AddressSpace space = computer.space(code)) {
            for (int step = 1; step <= 3; step++) {
                assertThat(run(space, context)).isEqualTo(new CpuException(CpuException.DEBUG, 0));
                assertThat(context.get(Register.RIP)).isEqualTo(start + step);
            }
        }
    }

    @Test
    void kernelCanStepAProgram() {
        Assembler code = Computer.code().bytes(0x90, 0x90).systemCall();
        CpuContext context = Computer.context();
        context.set(Register.RFLAGS, context.get(Register.RFLAGS) | 0x100);
        try (AddressSpace space = computer.space(code)) {
            assertThat(run(space, context)).isEqualTo(new CpuException(CpuException.DEBUG, 0));
            assertThat(context.get(Register.RIP)).isEqualTo(Computer.CODE + 1);
            assertThat(run(space, context)).isEqualTo(new CpuException(CpuException.DEBUG, 0));
            assertThat(context.get(Register.RIP)).isEqualTo(Computer.CODE + 2);
            context.set(Register.RFLAGS, context.get(Register.RFLAGS) & ~0x100);
            assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
        }
    }

    @Test
    void breakpointIsATrapBehindIt() {
        CpuContext context = Computer.context();
        assertThat(trap(Computer.code().bytes(0xcc), context)).isEqualTo(new CpuException(CpuException.BREAKPOINT, 0));
        assertThat(context.get(Register.RIP)).isEqualTo(Computer.CODE + 1);
    }

    @Test
    void int1IsADebugException() {
        CpuContext context = Computer.context();
        assertThat(trap(Computer.code().bytes(0xf1), context)).isEqualTo(new CpuException(CpuException.DEBUG, 0));
        assertThat(context.get(Register.RIP)).isEqualTo(Computer.CODE + 1);
    }

    @Test
    void overflowIsATrapBehindIt() {
        CpuContext context = Computer.context();
        assertThat(trap(Computer.code().bytes(0xcd, 4), context)).isEqualTo(new CpuException(CpuException.OVERFLOW, 0));
        assertThat(context.get(Register.RIP)).isEqualTo(Computer.CODE + 2);
    }

    /** Gates that a hypervisor without hardware's help (PVM) keeps in ring 3 of its guests: nobody in such a guest can close them. */
    private static final Set<Integer> HYPERVISORS_GATES = Set.of(23, 25, 26);

    private Trap gate(int vector, CpuContext context) {
        return trap(Computer.code().bytes(0xcd, vector), context);
    }

    private static Trap closed(int vector) {
        return new CpuException(CpuException.GENERAL_PROTECTION, vector * 8 + 2);
    }

    @Test
    void gatesOfOtherVectorsAreClosedToPrograms() {
        // The last of them tells of the processor, as cpuid does.
        boolean hypervisor = !gate(26, Computer.context()).equals(closed(26));
        if (hypervisor) {
            System.out.println("n/a: gates " + HYPERVISORS_GATES + " are the hypervisor's on this host");
        }
        for (int vector = 0; vector < 256; vector++) {
            if (vector == CpuException.BREAKPOINT
                    || vector == CpuException.OVERFLOW
                    || (hypervisor && HYPERVISORS_GATES.contains(vector))) {
                continue;
            }
            CpuContext context = Computer.context();
            assertThat(gate(vector, context)).as("int %s", vector).isEqualTo(closed(vector));
            assertThat(context.get(Register.RIP)).isEqualTo(Computer.CODE);
        }
    }

    @Test
    void thirtyTwoBitWaysInAreProtectionFaults() {
        for (int[] instruction : new int[][] {{0x0f, 0x34}, {0x0f, 0x35}}) { // sysenter, sysexit
            CpuContext context = Computer.context();
            assertThat(trap(Computer.code().bytes(instruction), context))
                    .isEqualTo(new CpuException(CpuException.GENERAL_PROTECTION, 0));
            assertThat(context.get(Register.RIP)).isEqualTo(Computer.CODE);
        }
    }

    @Test
    void entryThatLeadsOutOfTheMemoryWithholdsThePage() {
        long outside = computer.memory.size() + 0x3000;
        for (Access access : List.of(Access.READ, Access.WRITE)) {
            Assembler code = Computer.code().move(Register.RAX, Computer.DATA + 0x10);
            code = access == Access.READ
                    ? code.load(Register.RBX, Register.RAX)
                    : code.store(Register.RAX, Register.RBX);
            try (AddressSpace space = computer.space(code.systemCall())) {
                long entry = ((Walk.Mapped) computer.tables.walk(space.root(), Computer.DATA)).entry();
                computer.memory.all().putLong(entry, PageTableLayout.page(outside, PageSize.SMALL, Rights.READ_WRITE));
                space.flush();
                CpuContext context = Computer.context();
                context.set(Register.RBX, 77);
                for (int i = 0; i < 2; i++) {
                    assertThat(run(space, context)).isEqualTo(new PageFault(Computer.DATA + 0x10, access, true));
                    assertThat(context.get(Register.RBX)).isEqualTo(77);
                    // After a write, hosts differ in whether it is at the instruction or behind it.
                    if (access == Access.READ) {
                        assertThat(context.get(Register.RIP)).isEqualTo(Computer.CODE + 10);
                    }
                    context.set(Register.RIP, Computer.CODE + 10);
                }
                computer.tables.unmap(space, Computer.DATA, PageSize.SMALL);
                space.downgrade(entry, 0, Computer.DATA, Frame.BYTES);
                computer.map(space, Computer.DATA, Rights.READ_WRITE);
                assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
            }
        }
    }

    @Test
    void undefinedInstructionIsAnInvalidOpcode() {
        for (int[] instruction : new int[][] {{0x0f, 0x0b}, {0xce}, {0x62, 0x00}, {0x0f, 0xff, 0xc0}}) {
            assertThat(trap(Computer.code().bytes(instruction)))
                    .isEqualTo(new CpuException(CpuException.INVALID_OPCODE, 0));
        }
    }

    @Test
    void privilegedInstructionIsAProtectionFault() {
        int[][] instructions = {
            {0xf4}, // hlt
            {0xfa}, // cli
            {0xfb}, // sti
            {0xe4, 0x60}, // in al, 0x60
            {0xe6, 0x80}, // out 0x80, al
            {0x0f, 0x20, 0xd8}, // mov rax, cr3
            {0x0f, 0x22, 0xd8}, // mov cr3, rax
            {0x0f, 0x23, 0xc0}, // mov dr0, rax
            {0x0f, 0x30}, // wrmsr
            {0x0f, 0x32}, // rdmsr
            {0x0f, 0x01, 0x38}, // invlpg [rax]
            {0x0f, 0x01, 0xf8}, // swapgs
            {0x0f, 0x06} // clts
        };
        for (int[] instruction : instructions) {
            CpuContext context = Computer.context();
            assertThat(trap(Computer.code().bytes(instruction), context))
                    .as("%s", Arrays.toString(instruction))
                    .isEqualTo(new CpuException(CpuException.GENERAL_PROTECTION, 0));
            assertThat(context.get(Register.RIP)).isEqualTo(Computer.CODE);
        }
    }

    @Test
    void accessThatIsNotCanonicalIsAProtectionFault() {
        Assembler code = Computer.code().move(Register.RAX, 0x8000_0000_0000L).load(Register.RBX, Register.RAX);
        assertThat(trap(code)).isEqualTo(new CpuException(CpuException.GENERAL_PROTECTION, 0));
    }

    @Test
    void contextWhoseInstructionPointerIsNotCanonicalIsAProtectionFault() {
        CpuContext context = new CpuContext(0x1234_0000_0000_0000L, 0);
        assertThat(trap(Computer.code().bytes(0x90), context))
                .isInstanceOfSatisfying(
                        CpuException.class,
                        fault -> assertThat(fault.vector()).isEqualTo(CpuException.GENERAL_PROTECTION));
    }

    @Test
    void segmentThatDoesNotExistIsAProtectionFaultWithItsSelector() {
        // mov ds, ax
        Assembler code = Computer.code().move(Register.RAX, 0xfff8).bytes(0x8e, 0xd8);
        assertThat(trap(code)).isEqualTo(new CpuException(CpuException.GENERAL_PROTECTION, 0xfff8));
    }

    @Test
    void stackThatIsNotCanonicalIsAStackFault() {
        Assembler code = Computer.code().move(Register.RSP, 0x8000_0000_1000L).bytes(0x50);
        assertThat(trap(code)).isEqualTo(new CpuException(CpuException.STACK_FAULT, 0));
    }

    @Test
    void misalignedAccessUnderTheAlignmentFlagIsAnAlignmentCheck() {
        Assembler code = Computer.code()
                .move(Register.RAX, Computer.DATA + 1)
                .orFlags(1 << 18)
                .load(Register.RBX, Register.RAX);
        assertThat(trap(code)).isEqualTo(new CpuException(CpuException.ALIGNMENT_CHECK, 0));
    }

    @Test
    void unmaskedX87ErrorIsAnX87Error() {
        // push 0x37b (divide by zero unmasked); fldcw [rsp]; fld1; fldz; fdivp; fwait
        Assembler code = Computer.code().bytes(0x68, 0x7b, 0x03, 0, 0, 0xd9, 0x2c, 0x24);
        code.bytes(0xd9, 0xe8, 0xd9, 0xee, 0xde, 0xf9, 0x9b);
        assertThat(trap(code)).isEqualTo(new CpuException(CpuException.X87_ERROR, 0));
    }

    @Test
    void unmaskedSimdErrorIsASimdError() {
        // push 0x1d80 (divide by zero unmasked); ldmxcsr [rsp]; xorps xmm1, xmm1; mov eax, 1; cvtsi2ss xmm0, eax; divss
        Assembler code = Computer.code().bytes(0x68, 0x80, 0x1d, 0, 0, 0x0f, 0xae, 0x14, 0x24, 0x0f, 0x57, 0xc9);
        code.move(Register.RAX, 1).bytes(0xf3, 0x0f, 0x2a, 0xc0, 0xf3, 0x0f, 0x5e, 0xc1);
        assertThat(trap(code)).isEqualTo(new CpuException(CpuException.SIMD_ERROR, 0));
    }

    // Coherence

    /** Stores RBX to the data page and makes a system call, over and over. */
    private static Assembler storing() {
        Assembler code = Computer.code().move(Register.RAX, Computer.DATA).label("again");
        return code.increment(Register.RBX)
                .store(Register.RAX, Register.RBX)
                .systemCall()
                .move(Register.RAX, Computer.DATA)
                .jump("again");
    }

    @Test
    void unmapTakesEffectAtOnceInEveryAddressSpaceAndTheFrameIsFree() {
        List<AddressSpace> spaces = new ArrayList<>();
        List<CpuContext> contexts = new ArrayList<>();
        Frame shared = computer.frame();
        for (int i = 0; i < 8; i++) {
            AddressSpace space = computer.space();
            computer.code(space, storing());
            computer.map(space, Computer.DATA, shared, Rights.READ_WRITE);
            spaces.add(space);
            contexts.add(Computer.context());
            assertThat(run(space, contexts.get(i))).isEqualTo(SYSTEM_CALL);
        }
        for (int round = 0; round < 20; round++) {
            for (AddressSpace space : spaces) {
                assertThat(computer.tables.unmap(space, Computer.DATA, PageSize.SMALL))
                        .isEqualTo(new MapResult.Done());
            }
            computer.memory.view(shared).clear();
            for (int i = 0; i < spaces.size(); i++) {
                assertThat(run(spaces.get(i), contexts.get(i)))
                        .as("space %s, round %s", i, round)
                        .isEqualTo(new PageFault(Computer.DATA, Access.WRITE, false));
            }
            assertThat(computer.memory.view(shared).getLong(0)).isZero();
            for (int i = 0; i < spaces.size(); i++) {
                computer.map(spaces.get(i), Computer.DATA, shared, Rights.READ_WRITE);
                assertThat(run(spaces.get(i), contexts.get(i))).isEqualTo(SYSTEM_CALL);
                assertThat(computer.memory.view(shared).getLong(0))
                        .isEqualTo(contexts.get(i).get(Register.RBX));
            }
        }
    }

    @Test
    void writeProtectionTakesEffectAtOnce() {
        CpuContext context = Computer.context();
        try (AddressSpace space = computer.space(storing())) {
            for (int round = 0; round < 50; round++) {
                assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
                computer.tables.protect(space, Computer.DATA, PageSize.SMALL, Rights.READ);
                assertThat(run(space, context)).isEqualTo(new PageFault(Computer.DATA, Access.WRITE, true));
                computer.tables.protect(space, Computer.DATA, PageSize.SMALL, Rights.READ_WRITE);
            }
        }
    }

    @Test
    void executeProtectionTakesEffectAtOnce() {
        Assembler code = Computer.code().label("again").systemCall().jump("again");
        CpuContext context = Computer.context();
        try (AddressSpace space = computer.space(code)) {
            assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
            computer.tables.protect(space, Computer.CODE, PageSize.SMALL, Rights.READ);
            assertThat(run(space, context)).isEqualTo(new PageFault(Computer.CODE + 2, Access.EXECUTE, true));
        }
    }

    @Test
    void pageThatMovesToAnotherFrameIsThatFrame() {
        CpuContext context = Computer.context();
        try (AddressSpace space = computer.space(storing())) {
            assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
            Frame other = computer.frame();
            computer.tables.unmap(space, Computer.DATA, PageSize.SMALL);
            computer.map(space, Computer.DATA, other, Rights.READ_WRITE);
            assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
            assertThat(computer.memory.view(other).getLong(0)).isEqualTo(2);
        }
    }

    @Test
    void tablesThatAreTakenOutTakeAllBehindThemAndTheirFramesAreUsedAnew() {
        CpuContext context = Computer.context();
        try (AddressSpace space = computer.space(storing())) {
            for (int round = 0; round < 20; round++) {
                assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
                long entry = ((Walk.Mapped) computer.tables.walk(space.root(), Computer.DATA)).entry();
                Frame table = new Frame(entry & -Frame.BYTES);
                assertThat(computer.tables.unmapTable(space, Computer.DATA, 1)).isEqualTo(new MapResult.Done());
                // The table becomes a page full of what would be entries if anybody took it for one still.
                for (int i = 0; i < Frame.BYTES; i += 8) {
                    computer.memory.view(table).putLong(i, 0x1000L | PageTableLayout.TABLE);
                }
                assertThat(run(space, context)).isInstanceOf(PageFault.class);
                computer.pool.give(table);
                computer.map(space, Computer.DATA, Rights.READ_WRITE);
                computer.map(space, Computer.STACK, Rights.READ_WRITE);
            }
        }
    }

    @Test
    void scatteredPagesAreAllReached() {
        int pages = 512;
        long start = 0x2000_0000L;
        // Every other page, so that no two mappings are one.
        Assembler code = Computer.code()
                .move(Register.RAX, start)
                .move(Register.RCX, pages)
                .label("again");
        code.store(Register.RAX, Register.RAX).bytes(0x48, 0x05).word(2 * Frame.BYTES, 4); // add rax, imm32
        code.loop(Register.RCX, "again").systemCall();
        try (AddressSpace space = computer.space(code)) {
            Frame[] frames = new Frame[pages];
            for (int i = 0; i < pages; i++) {
                frames[i] = computer.map(space, start + 2L * i * Frame.BYTES, Rights.READ_WRITE);
            }
            assertThat(run(space, Computer.context())).isEqualTo(SYSTEM_CALL);
            for (int i = 0; i < pages; i++) {
                assertThat(computer.memory.view(frames[i]).getLong(0)).isEqualTo(start + 2L * i * Frame.BYTES);
            }
        }
    }

    @Test
    void flushPutsInForceWhatTheKernelWroteByItself() {
        CpuContext context = Computer.context();
        CpuContext stranger = Computer.context();
        AddressSpace other = computer.space(storing());
        try (AddressSpace space = computer.space(storing())) {
            Frame[] frames = {computer.frame(), computer.frame()};
            for (int round = 0; round < 20; round++) {
                assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
                assertThat(run(other, stranger)).isEqualTo(SYSTEM_CALL);
                long entry = ((Walk.Mapped) computer.tables.walk(space.root(), Computer.DATA)).entry();
                Frame frame = frames[round & 1];
                computer.memory.view(frame).clear();
                computer.memory
                        .all()
                        .putLong(entry, PageTableLayout.page(frame.address(), PageSize.SMALL, Rights.READ_WRITE));
                space.flush();
                assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
                assertThat(computer.memory.view(frame).getLong(0)).isEqualTo(context.get(Register.RBX));
                computer.memory.all().putLong(entry, 0);
                space.flush();
                assertThat(run(space, context)).isEqualTo(new PageFault(Computer.DATA, Access.WRITE, false));
                computer.map(space, Computer.DATA, Rights.READ_WRITE);
                assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
            }
        }
    }

    @Test
    void tablesOfAClosedAddressSpaceAreUsedAnewAtAnyLevel() {
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            frames.add(computer.frame());
        }
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Assembler code = storing();
        for (int round = 0; round < 30; round++) {
            Collections.shuffle(frames, random);
            frames.forEach(frame -> computer.memory.view(frame).clear());
            FrameQueue queue = new FrameQueue(frames);
            AddressSpace space = computer.engine.space(queue.next());
            Frame text = queue.next();
            Frame data = queue.next();
            computer.memory.view(text).copyFrom(0, code.code(), 0, code.code().length);
            queue.map(computer, space, Computer.CODE, text, Rights.READ_EXECUTE);
            CpuContext context = Computer.context();
            context.set(Register.RBX, 1000L * round);
            assertThat(run(space, context)).isEqualTo(new PageFault(Computer.DATA, Access.WRITE, false));
            queue.map(computer, space, Computer.DATA, data, Rights.READ_WRITE);
            assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
            assertThat(computer.memory.view(data).getLong(0))
                    .as("round %s of seed %s", round, seed)
                    .isEqualTo(1000L * round + 1);
            space.close();
        }
    }

    /** Frames in an order, for tables and pages alike. */
    private static final class FrameQueue {
        private final Iterator<Frame> frames;

        FrameQueue(List<Frame> frames) {
            this.frames = frames.iterator();
        }

        Frame next() {
            return frames.next();
        }

        void map(Computer computer, AddressSpace space, long address, Frame frame, Rights rights) {
            MapResult result = computer.tables.map(
                    space, address, frame, PageSize.SMALL, rights, () -> Optional.of(frames.next()));
            assertThat(result).isEqualTo(new MapResult.Done());
        }
    }

    /** Random changes to the tables of four address spaces that share frames; each access goes as a walk through the tables says. */
    @Test
    void everyAccessGoesAsTheTablesSayWhateverWasDoneToThem() {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        // rdi: address, rsi: 0 read, 1 write, 2 execute. test esi, esi; jz read; dec esi; jz write; call rdi
        Assembler code = Computer.code()
                .bytes(0x85, 0xf6, 0x74, 0x0a, 0xff, 0xce, 0x74, 0x0b, 0xff, 0xd7)
                .systemCall();
        code.bytes(0x90, 0x90)
                .load(Register.RAX, Register.RDI)
                .systemCall()
                .store(Register.RDI, Register.RBX)
                .systemCall();
        Rights[] rights = {Rights.READ, Rights.READ_WRITE, Rights.READ_EXECUTE, Rights.ALL};
        List<Access> accesses = List.of(Access.values());
        Frame[] frames = new Frame[6];
        AddressSpace[] spaces = new AddressSpace[4];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = computer.frame();
            computer.memory.view(frames[i]).putByte(0, (byte) 0xc3);
        }
        for (int i = 0; i < spaces.length; i++) {
            spaces[i] = computer.space();
            computer.code(spaces[i], code);
            computer.map(spaces[i], Computer.STACK, Rights.READ_WRITE);
        }
        for (int step = 0; step < repetitions(4000); step++) {
            AddressSpace space = spaces[random.nextInt(spaces.length)];
            long page = Computer.DATA + (long) random.nextInt(8) * Frame.BYTES;
            Frame frame = frames[random.nextInt(frames.length)];
            Rights wanted = rights[random.nextInt(rights.length)];
            switch (random.nextInt(6)) {
                case 0 -> computer.tables.map(space, page, frame, PageSize.SMALL, wanted, computer.pool::take);
                case 1 -> computer.tables.unmap(space, page, PageSize.SMALL);
                case 2 -> computer.tables.protect(space, page, PageSize.SMALL, wanted);
                default -> {
                    Access access = accesses.get(random.nextInt(accesses.size()));
                    // The first eight bytes are the code; data is behind them.
                    long address = access == Access.EXECUTE ? page : page + 8;
                    CpuContext context = Computer.context();
                    context.set(Register.RDI, address);
                    context.set(Register.RSI, access == Access.READ ? 0 : access == Access.WRITE ? 1 : 2);
                    context.set(Register.RBX, step);
                    Walk walk = computer.tables.walk(space.root(), address);
                    Trap expected = walk instanceof Walk.Mapped mapped
                            ? mapped.rights().permit(access) ? SYSTEM_CALL : new PageFault(address, access, true)
                            : new PageFault(address, access, false);
                    long before = walk instanceof Walk.Mapped mapped
                            ? computer.memory.all().getLong(mapped.physical())
                            : 0;
                    assertThat(run(space, context))
                            .as("seed %s, step %s", seed, step)
                            .isEqualTo(expected);
                    if (walk instanceof Walk.Mapped mapped && expected.equals(SYSTEM_CALL)) {
                        long now = computer.memory.all().getLong(mapped.physical());
                        switch (access) {
                            case READ -> assertThat(context.get(Register.RAX)).isEqualTo(before);
                            case WRITE -> assertThat(now).isEqualTo(step);
                            case EXECUTE -> assertThat(now).isEqualTo(before);
                        }
                    }
                }
            }
        }
    }

    // Memory of programs, used by the kernel

    @Test
    void copyThatTheProgramCouldNotMakeIsRefusedWithTheAddress() {
        try (AddressSpace space = computer.space(Computer.code().systemCall())) {
            byte[] bytes = new byte[3 * Frame.BYTES];
            Frame root = space.root();
            assertThat(computer.user.copyIn(root, Computer.DATA + 4000, bytes, 0, 200))
                    .isEqualTo(new CopyResult.Refused(Computer.DATA + Frame.BYTES, 96));
            assertThat(computer.user.copyOut(root, Computer.CODE, bytes, 0, 1))
                    .isEqualTo(new CopyResult.Refused(Computer.CODE, 0));
            assertThat(computer.user.copyIn(root, 0, bytes, 0, 1)).isEqualTo(new CopyResult.Refused(0, 0));
            assertThat(computer.user.copyIn(root, -8, bytes, 0, 16)).isEqualTo(new CopyResult.Refused(-8, 0));
            assertThat(computer.user.copyIn(root, UserHalf.END - 1, bytes, 0, 2))
                    .isEqualTo(new CopyResult.Refused(UserHalf.END - 1, 0));
            assertThat(computer.user.copyIn(root, Computer.DATA, bytes, 0, 0)).isEqualTo(new CopyResult.Done());
            assertThatThrownBy(() -> computer.user.copyIn(root, Computer.DATA, bytes, bytes.length, 1))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void whatWasCopiedInDoesNotChangeWhenAnotherThreadOfTheProgramWritesIt() {
        Assembler code = storing();
        try (AddressSpace space = computer.space(code)) {
            CpuContext victim = Computer.context();
            CpuContext hostile = Computer.context();
            byte[] request = new byte[8];
            for (int round = 0; round < 100; round++) {
                assertThat(run(space, victim)).isEqualTo(SYSTEM_CALL);
                assertThat(computer.user.copyIn(space.root(), Computer.DATA, request, 0, 8))
                        .isEqualTo(new CopyResult.Done());
                hostile.set(Register.RBX, 0x6666_0000L + round);
                assertThat(run(space, hostile)).isEqualTo(SYSTEM_CALL);
                long copied = java.nio.ByteBuffer.wrap(request)
                        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                        .getLong();
                assertThat(copied).isEqualTo(victim.get(Register.RBX)).isEqualTo(round + 1);
            }
        }
    }

    @Test
    void copyOutIsSeenByTheProgram() {
        Assembler code = Computer.code()
                .move(Register.RAX, Computer.DATA + Frame.BYTES - 4)
                .load(Register.RBX, Register.RAX)
                .systemCall();
        try (AddressSpace space = computer.space(code)) {
            computer.map(space, Computer.DATA + Frame.BYTES, Rights.READ_WRITE);
            byte[] bytes = {1, 2, 3, 4, 5, 6, 7, 8};
            assertThat(computer.user.copyOut(space.root(), Computer.DATA + Frame.BYTES - 4, bytes, 0, 8))
                    .isEqualTo(new CopyResult.Done());
            CpuContext context = Computer.context();
            assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
            assertThat(context.get(Register.RBX)).isEqualTo(0x0807_0605_0403_0201L);
        }
    }

    // Vector state and thread-local storage

    /** Sets all of ymm0 and pushes onto the x87 stack from RBX, then shows ymm0's upper half in RDX over and over. */
    private static Assembler vectors() {
        // vmovq xmm0, rbx; vpunpcklqdq xmm0, xmm0, xmm0; vinsertf128 ymm0, ymm0, xmm0, 1
        Assembler code = Computer.code();
        code.bytes(0xc4, 0xe1, 0xf9, 0x6e, 0xc3, 0xc5, 0xf9, 0x6c, 0xc0, 0xc4, 0xe3, 0x7d, 0x18, 0xc0, 0x01);
        code.label("again").systemCall();
        // vextractf128 xmm1, ymm0, 1; vmovq rdx, xmm1
        return code.bytes(0xc4, 0xe3, 0x7d, 0x19, 0xc1, 0x01, 0xc4, 0xe1, 0xf9, 0x7e, 0xca)
                .jump("again");
    }

    @Test
    void vectorStateFollowsItsContextWhereverItRuns() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        AddressSpace[] spaces = {computer.space(vectors()), computer.space(vectors()), computer.space(vectors())};
        CpuContext[] contexts = new CpuContext[6];
        for (int i = 0; i < contexts.length; i++) {
            contexts[i] = Computer.context();
            contexts[i].set(Register.RBX, 0x1111_1111_1111_1111L * (i + 1));
            assertThat(run(spaces[i % spaces.length], contexts[i])).isEqualTo(SYSTEM_CALL);
        }
        for (int step = 0; step < repetitions(2000); step++) {
            CpuContext context = contexts[random.nextInt(contexts.length)];
            assertThat(run(spaces[random.nextInt(spaces.length)], context)).isEqualTo(SYSTEM_CALL);
            assertThat(context.get(Register.RDX))
                    .as("step %s of seed %s", step, seed)
                    .isEqualTo(context.get(Register.RBX));
        }
    }

    @Test
    void vectorStateOutlivesFaultsAndTheAddressSpaceAndCanBeGivenToAnother() {
        CpuContext context = Computer.context();
        context.set(Register.RBX, 0x4242_4242_4242_4242L);
        try (AddressSpace space = computer.space(vectors())) {
            assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
            long resume = context.get(Register.RIP);
            context.set(Register.RIP, 0x1234_5000);
            assertThat(run(space, context)).isEqualTo(new PageFault(0x1234_5000, Access.EXECUTE, false));
            context.set(Register.RIP, resume);
            assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
            assertThat(context.get(Register.RDX)).isEqualTo(0x4242_4242_4242_4242L);
        }
        CpuContext copy = new CpuContext(context.get(Register.RIP), 0);
        copy.vectors(context.vectors());
        try (AddressSpace space = computer.space(vectors())) {
            assertThat(run(space, copy)).isEqualTo(SYSTEM_CALL);
            assertThat(copy.get(Register.RDX)).isEqualTo(0x4242_4242_4242_4242L);
            assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
            assertThat(context.get(Register.RDX)).isEqualTo(0x4242_4242_4242_4242L);
        }
    }

    @Test
    void programThatMayNotUseVectorStateFaultsAtTheInstructionAndGoesOnOnceItMay() {
        Assembler code = Computer.code().move(Register.RCX, 1000);
        code.label("again").loop(Register.RCX, "again").systemCall();
        long address = code.here();
        // movq xmm0, rbx
        code.bytes(0x66, 0x48, 0x0f, 0x6e, 0xc3).systemCall();
        try (AddressSpace space = computer.space(code)) {
            CpuContext context = Computer.context();
            context.vectorsAllowed(false);
            assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
            assertThat(run(space, context)).isEqualTo(new CpuException(CpuException.DEVICE_NOT_AVAILABLE, 0));
            assertThat(context.get(Register.RIP)).isEqualTo(address);
            // Whoever runs there in between may.
            CpuContext other = Computer.context();
            other.set(Register.RIP, address);
            assertThat(run(space, other)).isEqualTo(SYSTEM_CALL);
            assertThat(run(space, context)).isEqualTo(new CpuException(CpuException.DEVICE_NOT_AVAILABLE, 0));
            context.vectorsAllowed(true);
            assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
        }
    }

    @Test
    void vectorStateGoesThroughPhysicalMemory() {
        MemoryView store = computer.memory.all();
        long area = 32L << 20;
        CpuContext context = Computer.context();
        int room = 0x1_0000;
        assertThat(context.saveVectors(store, area, room)).isZero();
        try (AddressSpace space = computer.space(vectors());
                AddressSpace other = computer.space(vectors())) {
            context.set(Register.RBX, 0x4242_4242_4242_4242L);
            assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
            assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
            // All of it, then as much as has to be kept.
            for (int capacity : new int[] {room, CpuContext.LEAST_VECTOR_BYTES}) {
                int bytes = context.saveVectors(store, area, capacity);
                assertThat(bytes).isEqualTo(context.vectors().length);
                context.copyRegistersTo(store, area + room);
                context.loadVectors(store, area, capacity, 0);
                assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
                assertThat(context.get(Register.RDX)).isZero();
                // The same object stands for the thread again that was put away.
                context.copyRegistersFrom(store, area + room);
                context.loadVectors(store, area, capacity, bytes);
                context.set(Register.RDX, 0);
                assertThat(run(other, context)).isEqualTo(SYSTEM_CALL);
                assertThat(context.get(Register.RDX)).isEqualTo(0x4242_4242_4242_4242L);
                assertThat(context.get(Register.RBX)).isEqualTo(0x4242_4242_4242_4242L);
            }
            assertThatThrownBy(() -> context.saveVectors(store, area, 831))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("Vector state needs room for 832 bytes, and there are 831.");
        }
    }

    /** As when a kernel has more threads than contexts; see {@link #systemCallsAllocateNothing}. */
    @Test
    @Timeout(600)
    void stateThatGoesToMemoryAndBackAllocatesNothing() {
        MemoryView store = computer.memory.all();
        long area = 32L << 20;
        int room = 0x1_0000;
        int rounds = repetitions(2_000);
        Assembler code = Computer.code().label("again").systemCall().jump("again");
        try (AddressSpace space = computer.space(code)) {
            CpuContext context = Computer.context();
            CpuContext other = Computer.context();
            run(space, context);
            long least = Allocation.least(40, rounds, () -> {
                for (int i = 0; i < rounds; i++) {
                    run(space, other);
                    run(space, context);
                    context.copyRegistersTo(store, area + room);
                    int bytes = context.saveVectors(store, area, room);
                    context.copyRegistersFrom(store, area + room);
                    context.loadVectors(store, area, room, bytes);
                }
            });
            assertThat(least).isLessThan(rounds);
        }
    }

    @Test
    void registersThatAProgramCannotHaveAreRefusedAndNoneIsSet() {
        MemoryView store = computer.memory.all();
        CpuContext context = Computer.context();
        context.set(Register.R15, 15);
        context.copyRegistersTo(store, 0);
        assertThat(store.getLong(Register.R15.index() * 8L)).isEqualTo(15);
        store.putLong(Register.R15.index() * 8L, 16);
        store.putLong(Register.GS_BASE.index() * 8L, -1);
        assertThatThrownBy(() -> context.copyRegistersFrom(store, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("GS_BASE cannot be 0xffffffffffffffff, which no program may use.");
        assertThat(context.get(Register.R15)).isEqualTo(15);
    }

    @Test
    void newContextHasNothingOfTheOneBeforeIt() {
        try (AddressSpace space = computer.space(vectors())) {
            CpuContext first = Computer.context();
            first.set(Register.RBX, -1);
            assertThat(run(space, first)).isEqualTo(SYSTEM_CALL);
            CpuContext second = new CpuContext(first.get(Register.RIP), 0);
            assertThat(run(space, second)).isEqualTo(SYSTEM_CALL);
            assertThat(second.get(Register.RDX)).isZero();
            for (Register register : List.of(Register.RBX, Register.RAX, Register.R15, Register.FS_BASE)) {
                assertThat(second.get(register)).isZero();
            }
        }
    }

    @Test
    void fsAndGsAreThreadLocalStorage() {
        // mov rax, fs:[0]; mov rbx, gs:[8]
        Assembler code = Computer.code().bytes(0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0);
        code.bytes(0x65, 0x48, 0x8b, 0x1c, 0x25, 8, 0, 0, 0).systemCall();
        try (AddressSpace space = computer.space(code)) {
            MemoryView data = computer.memory.all();
            long physical = ((Walk.Mapped) computer.tables.walk(space.root(), Computer.DATA)).physical();
            for (int i = 0; i < 8; i++) {
                data.putLong(physical + i * 16L, 100 + i);
                data.putLong(physical + i * 16L + 8, 200 + i);
            }
            for (int i = 0; i < 8; i++) {
                CpuContext context = Computer.context();
                context.set(Register.FS_BASE, Computer.DATA + i * 16L);
                context.set(Register.GS_BASE, Computer.DATA + (7 - i) * 16L);
                assertThat(run(space, context)).isEqualTo(SYSTEM_CALL);
                assertThat(context.get(Register.RAX)).isEqualTo(100 + i);
                assertThat(context.get(Register.RBX)).isEqualTo(200 + 7 - i);
                assertThat(context.get(Register.FS_BASE)).isEqualTo(Computer.DATA + i * 16L);
            }
        }
    }

    @Test
    void baseInTheUpperHalfIsRefusedToKernels() {
        CpuContext context = Computer.context();
        assertThatThrownBy(() -> context.set(Register.FS_BASE, 0xffff_8000_0000_0000L))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("FS_BASE cannot be 0xffff800000000000, which no program may use.");
    }

    // Pre-emption

    @Test
    void spinnerIsPreemptedWithinABoundAndGoesOnWhereItWas() throws InterruptedException {
        Assembler code = Computer.code().label("again").increment(Register.RBX).jump("again");
        CpuContext context = Computer.context();
        try (AddressSpace space = computer.space(code)) {
            long before = 0;
            for (int round = 0; round < 20; round++) {
                long[] asked = new long[1];
                Thread kicker = Thread.ofPlatform().start(() -> {
                    pause();
                    asked[0] = System.nanoTime();
                    computer.engine.preempt();
                });
                assertThat(run(space, context)).isEqualTo(PREEMPTED);
                long taken = System.nanoTime();
                kicker.join();
                assertThat(Duration.ofNanos(taken - asked[0])).isLessThan(BOUND);
                assertThat(context.get(Register.RBX)).isGreaterThanOrEqualTo(before);
                assertThat(context.get(Register.RIP)).isBetween(Computer.CODE, code.here());
                before = context.get(Register.RBX);
            }
            // Not in every round: a request may come before its run.
            assertThat(before).isPositive();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void requestThatComesBeforeTheRunEndsItBeforeAnythingRan() {
        CpuContext context = Computer.context();
        try (AddressSpace space = computer.space(
                Computer.code().label("again").increment(Register.RBX).jump("again"))) {
            computer.engine.preempt();
            computer.engine.preempt();
            assertThat(run(space, context)).isEqualTo(PREEMPTED);
            assertThat(context.get(Register.RBX)).isZero();
            assertThat(context.get(Register.RIP)).isEqualTo(Computer.CODE);
        }
    }

    @Test
    void requestsAtAnyMomentLoseNoSystemCallAndMakeNone() throws InterruptedException {
        Assembler code = Computer.code()
                .label("again")
                .increment(Register.RBX)
                .systemCall()
                .jump("again");
        AtomicBoolean stop = new AtomicBoolean();
        Thread kicker = Thread.ofPlatform().start(() -> {
            while (!stop.get()) {
                computer.engine.preempt();
                Thread.onSpinWait();
            }
        });
        AddressSpace[] spaces = {computer.space(code), computer.space(code)};
        CpuContext[] contexts = {Computer.context(), Computer.context()};
        int[] calls = new int[2];
        try {
            for (int i = 0; i < repetitions(4000); i++) {
                int which = i & 1;
                Trap trap = run(spaces[which], contexts[which]);
                if (trap.equals(SYSTEM_CALL)) {
                    calls[which]++;
                    assertThat(contexts[which].get(Register.RBX)).isEqualTo(calls[which]);
                } else {
                    assertThat(trap).isEqualTo(PREEMPTED);
                }
            }
        } finally {
            stop.set(true);
            kicker.join();
        }
        // Whatever is still under way is one request at most.
        for (int i = 0; i < 2; i++) {
            Trap trap = run(spaces[i], contexts[i]);
            if (trap.equals(PREEMPTED)) {
                assertThat(i).isZero();
                trap = run(spaces[i], contexts[i]);
            }
            assertThat(trap).isEqualTo(SYSTEM_CALL);
            assertThat(contexts[i].get(Register.RBX)).isEqualTo(calls[i] + 1);
        }
    }

    // Lives of address spaces

    @Test
    void sixtyFourAddressSpacesAreAllTheirOwn() {
        List<AddressSpace> spaces = new ArrayList<>();
        List<CpuContext> contexts = new ArrayList<>();
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            AddressSpace space = computer.space();
            computer.code(space, storing());
            frames.add(computer.map(space, Computer.DATA, Rights.READ_WRITE));
            spaces.add(space);
            CpuContext context = Computer.context();
            context.set(Register.RBX, i * 1000L);
            contexts.add(context);
        }
        for (int round = 1; round <= 10; round++) {
            for (int i = 0; i < 64; i++) {
                assertThat(run(spaces.get(i), contexts.get(i))).isEqualTo(SYSTEM_CALL);
            }
            for (int i = 0; i < 64; i++) {
                assertThat(computer.memory.view(frames.get(i)).getLong(0)).isEqualTo(i * 1000L + round);
            }
        }
    }

    @Test
    void addressSpaceCanBeClosedInEveryState() throws InterruptedException {
        computer.space(Computer.code().systemCall()).close();
        close(Computer.code().systemCall(), SYSTEM_CALL);
        close(Computer.code().load(Register.RBX, Register.RBX), new PageFault(0, Access.READ, false));
        close(Computer.code().bytes(0xcc), new CpuException(CpuException.BREAKPOINT, 0));
        Thread kicker = Thread.ofPlatform().start(() -> {
            pause();
            computer.engine.preempt();
        });
        close(Computer.code().label("again").jump("again"), PREEMPTED);
        kicker.join();
        AddressSpace space = computer.space(Computer.code().systemCall());
        run(space, Computer.context());
        computer.tables.unmap(space, Computer.DATA, PageSize.SMALL);
        space.close();
        space.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> run(space, Computer.context()))
                .withMessage("The address space is closed.");
    }

    private void close(Assembler code, Trap expected) {
        AddressSpace space = computer.space(code);
        assertThat(run(space, Computer.context())).isEqualTo(expected);
        space.close();
    }

    @Test
    void engineBelongsToItsThread() throws InterruptedException {
        AddressSpace space = computer.space(Computer.code().systemCall());
        CpuContext context = Computer.context();
        List<Throwable> thrown = new ArrayList<>();
        Thread other = Thread.ofPlatform().start(() -> {
            List<Runnable> calls = List.of(
                    () -> run(space, context),
                    () -> computer.engine.space(new Frame(0)),
                    () -> computer.tables.unmap(space, Computer.DATA, PageSize.SMALL),
                    space::close,
                    computer.engine::close);
            for (Runnable call : calls) {
                try {
                    call.run();
                } catch (RuntimeException e) {
                    thrown.add(e);
                }
            }
        });
        other.join();
        assertThat(thrown).hasSize(5).hasOnlyElementsOfType(WrongThreadException.class);
    }

    @Test
    void addressSpaceOfAnotherEngineIsRefused() {
        AddressSpace space = computer.space(Computer.code().systemCall());
        try (Engine other = open(computer.memory)) {
            assertThatThrownBy(() -> other.run(space, Computer.context()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("The address space is another engine's.");
        }
    }

    @Test
    void aLongComputationEndsWithItsResult() {
        long rounds = 50_000_000;
        Assembler code =
                Computer.code().move(Register.RCX, rounds).label("again").increment(Register.RBX);
        code.loop(Register.RCX, "again").systemCall();
        CpuContext context = Computer.context();
        assertThat(trap(code, context)).isEqualTo(SYSTEM_CALL);
        assertThat(context.get(Register.RBX)).isEqualTo(rounds);
    }
}
