package org.espalier.machine;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * A traced process whose user half holds what the engine has mapped there and nothing else: no stack, no C library, no vDSO. Above
 * {@link UserHalf#END} are two things of the engine's:
 * <ul>
 *   <li>the gate, {@code syscall; int3}, through which the tracer has the host execute system calls in the process. A program that
 *       jumps there makes a system call as anywhere else, which is a trap;
 *   <li>a stack for signals. A fault's vector and error code are told to nobody but a signal handler (sigcontext of the x86-64 ABI), so
 *       the tracer lets the host build the handler's frame, reads it, and never runs the handler.
 * </ul>
 *
 * <p>Between calls the process is stopped. Its registers are left undefined by each method that goes through the gate.
 */
final class Stub {
    private static final long GATE = UserHalf.END;
    private static final long HANDLER = GATE + StubImage.GATE_RETURN;
    private static final long SIGNAL_STACK = GATE + 0x1_0000;
    private static final long SIGNAL_STACK_BYTES = 0x1_0000;

    /** Nothing of the host's is above it: TASK_SIZE of x86-64 with four levels. */
    private static final long HOST_END = UserHalf.CANONICAL_END - Frame.BYTES;

    private static final int MMAP = 9;
    private static final int MUNMAP = 11;
    private static final int RT_SIGACTION = 13;
    private static final int RT_SIGPROCMASK = 14;
    private static final int SETSID = 112;
    private static final int SIGALTSTACK = 131;
    private static final int PRCTL = 157;
    private static final int SECCOMP = 317;
    private static final int CLOSE_RANGE = 436;

    private static final int PROTECT_READ = 1;
    private static final int PROTECT_WRITE = 2;
    private static final int PROTECT_EXECUTE = 4;
    private static final int SHARED_FIXED = 0x11;
    private static final int PRIVATE_ANONYMOUS_FIXED = 0x32;

    static final int SIGILL = 4;
    static final int SIGTRAP = 5;
    static final int SIGBUS = 7;
    static final int SIGFPE = 8;
    static final int SIGSEGV = 11;
    private static final int[] FAULT_SIGNALS = {SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV};

    /** SA_SIGINFO, SA_ONSTACK, SA_RESTORER (required on x86-64) and SA_NODEFER, as the handler never returns. */
    private static final long HANDLER_FLAGS = 0x4c00_0004L;

    private static final int SIGNAL_SET_BYTES = 8;
    private static final int SIG_SETMASK = 2;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int SECCOMP_SET_MODE_FILTER = 1;

    /** From the ucontext that a handler gets to the error code; the vector follows it (asm/sigcontext.h). */
    private static final long UCONTEXT_ERROR = 40 + 152;

    private final StubProcess process;
    private final Ptrace ptrace;
    private final int descriptor;
    private long gate = StubImage.FIRST_GATE;

    /** What the processor told about a fault. */
    record Fault(int vector, long errorCode) {}

    /** Takes {@code process} over, which was started from a {@link StubImage} with {@code descriptor} open. */
    Stub(StubProcess process, Ptrace ptrace, int descriptor) {
        this.process = process;
        this.ptrace = ptrace;
        this.descriptor = descriptor;
        ptrace.seize(process.id());
        ptrace.interrupt(process.id());
        process.awaitStop();
        leaveTheHostsCompany();
        replaceMappings();
        prepareSignals();
        closeTheVsyscallPage();
    }

    private void leaveTheHostsCompany() {
        // A session of its own: what a terminal sends to the JVM's group is not for it.
        require("setsid", SETSID, 0, 0, 0, 0);
        if (descriptor > 0) {
            require("close_range", CLOSE_RANGE, 0, descriptor - 1, 0, 0);
        }
        require("close_range", CLOSE_RANGE, descriptor + 1, 0xffff_ffffL, 0, 0);
    }

    private void replaceMappings() {
        long behindTheFirstGate = StubImage.ADDRESS + Frame.BYTES;
        require("munmap", MUNMAP, behindTheFirstGate, HOST_END - behindTheFirstGate, 0, 0);
        mapPrivate(GATE, Frame.BYTES, PROTECT_READ | PROTECT_EXECUTE);
        ptrace.poke(process.id(), GATE, StubImage.GATE);
        gate = GATE;
        require("munmap", MUNMAP, 0, UserHalf.END, 0, 0);
        mapPrivate(SIGNAL_STACK, SIGNAL_STACK_BYTES, PROTECT_READ | PROTECT_WRITE);
    }

    private void mapPrivate(long address, long bytes, int protection) {
        long result = call(MMAP, address, bytes, protection, PRIVATE_ANONYMOUS_FIXED, -1, 0);
        if (result != address) {
            throw HostFailure.of("to map the engine's own page into a process (mmap)", result);
        }
    }

    private void prepareSignals() {
        // struct sigaltstack: address, flags, size.
        store(SIGNAL_STACK, 0, SIGNAL_STACK_BYTES);
        require("sigaltstack", SIGALTSTACK, SIGNAL_STACK, 0, 0, 0);
        // The kernel's struct sigaction: handler, flags, restorer, mask.
        store(HANDLER, HANDLER_FLAGS, HANDLER, 0);
        for (int signal : FAULT_SIGNALS) {
            require("rt_sigaction", RT_SIGACTION, signal, SIGNAL_STACK, 0, SIGNAL_SET_BYTES);
        }
        // Inherited from the thread that started the process; the mask of the action above is the empty one.
        require("rt_sigprocmask", RT_SIGPROCMASK, SIG_SETMASK, SIGNAL_STACK + 24, 0, SIGNAL_SET_BYTES);
    }

    /**
     * Linux executes the calls of the vsyscall page, the time of day among them, without telling a tracer. It does ask the process's
     * filter: one that ends all calls from there in a signal makes them faults. The tracer's own calls come from elsewhere.
     */
    private void closeTheVsyscallPage() {
        require("prctl", PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0);
        long[] filter = VsyscallFilter.instructions();
        long program = SIGNAL_STACK + 16;
        // struct sock_fprog: number of instructions, address.
        store(filter.length, program);
        for (int i = 0; i < filter.length; i++) {
            ptrace.poke(process.id(), program + (long) i * Long.BYTES, filter[i]);
        }
        require("seccomp", SECCOMP, SECCOMP_SET_MODE_FILTER, 0, SIGNAL_STACK, 0);
    }

    private void store(long... words) {
        for (int i = 0; i < words.length; i++) {
            ptrace.poke(process.id(), SIGNAL_STACK + (long) i * Long.BYTES, words[i]);
        }
    }

    StubProcess process() {
        return process;
    }

    /** Whether {@code address} is that of an instruction of the gate. */
    static boolean isGate(long address) {
        return address >= GATE && address < GATE + StubImage.GATE_BYTES;
    }

    /** Maps physical memory; false if the process has as many mappings as the host allows. */
    boolean map(long address, long bytes, Rights rights, long physical) {
        int protection = PROTECT_READ | (rights.write() ? PROTECT_WRITE : 0) | (rights.execute() ? PROTECT_EXECUTE : 0);
        long result = call(MMAP, address, bytes, protection, SHARED_FIXED, descriptor, physical);
        if (result == Linux.ENOMEM) {
            return false;
        }
        if (result != address) {
            throw HostFailure.of("to map memory at 0x" + Long.toHexString(address) + " (mmap)", result);
        }
        return true;
    }

    void unmap(long address, long bytes) {
        require("munmap", MUNMAP, address, bytes, 0, 0);
    }

    /**
     * What the processor told about the fault that {@code signal} is pending for. Vector state is lost, so {@code vectors} is given
     * for the time of the signal: the host can build no frame where a program's protection keys keep it out.
     */
    Fault fault(int signal, byte[] vectors, boolean replaceVectors) {
        if (replaceVectors) {
            ptrace.writeVectors(process.id(), vectors, vectors.length, vectors.length);
        }
        // The stack pointer must not be on the signal stack, or the frame would be wherever the program wants it.
        blankRegisters();
        ptrace.writeRegisters(process.id());
        ptrace.resume(process.id(), Ptrace.Resume.STEP, signal);
        process.awaitStop();
        ptrace.readRegisters(process.id());
        long at = register(Register.RDX) + UCONTEXT_ERROR;
        if (register(Register.RIP) != HANDLER || at < SIGNAL_STACK || at >= SIGNAL_STACK + SIGNAL_STACK_BYTES) {
            throw new HostFailure("The host did not build a frame for signal " + signal + ".");
        }
        long errorCode = ptrace.peek(process.id(), at);
        return new Fault((int) ptrace.peek(process.id(), at + Long.BYTES), errorCode);
    }

    private void require(String name, int number, long a, long b, long c, long d) {
        long result = call(number, a, b, c, d, 0, 0);
        if (Linux.isError(result)) {
            throw HostFailure.of("to execute " + name + " in a process of an engine", result);
        }
    }

    /**
     * Has the process execute a system call. From a stop at a system call, a single step would only leave that stop and execute
     * nothing; so it runs up to the breakpoint, and RCX, which {@code syscall} alone changes here, shows that it did.
     */
    private long call(int number, long a, long b, long c, long d, long e, long f) {
        blankRegisters();
        set(Register.RAX, number);
        set(Register.RDI, a);
        set(Register.RSI, b);
        set(Register.RDX, c);
        set(Register.R10, d);
        set(Register.R8, e);
        set(Register.R9, f);
        set(Register.RIP, gate);
        ptrace.writeRegisters(process.id());
        long instruction;
        int stop;
        do {
            // More than once if signals come from outside, which are kept from the process. One that stops it behind
            // the breakpoint
            // is told before the breakpoint's own, which the program would be blamed for if it was left there.
            ptrace.resume(process.id(), Ptrace.Resume.CONTINUE, 0);
            stop = process.awaitStop();
            ptrace.readRegisters(process.id());
            instruction = register(Register.RIP);
        } while (instruction == gate
                || instruction == gate + StubImage.GATE_RETURN
                || (instruction == gate + StubImage.GATE_BYTES && stop != SIGTRAP));
        if (instruction != gate + StubImage.GATE_BYTES || register(Register.RCX) != gate + StubImage.GATE_RETURN) {
            throw new HostFailure(
                    "System call " + number + " was not executed in a process of an engine; it stopped at 0x"
                            + Long.toHexString(instruction) + ".");
        }
        return register(Register.RAX);
    }

    /** Registers of 64-bit code in ring 3, outside of any system call, and zeros. */
    private void blankRegisters() {
        ptrace.registers().fill((byte) 0);
        selectUserSegments(ptrace.registers());
        set(Register.RFLAGS, CpuContext.INITIAL_FLAGS);
    }

    /** Selectors are no part of a context; and no system call is to be restarted. */
    static void selectUserSegments(MemorySegment registers) {
        registers.set(JAVA_LONG, UserRegistersLayout.ORIGINAL_RAX, -1);
        registers.set(JAVA_LONG, UserRegistersLayout.CS, UserRegistersLayout.USER_CODE);
        registers.set(JAVA_LONG, UserRegistersLayout.SS, UserRegistersLayout.USER_DATA);
        registers.set(JAVA_LONG, UserRegistersLayout.DS, 0);
        registers.set(JAVA_LONG, UserRegistersLayout.ES, 0);
        registers.set(JAVA_LONG, UserRegistersLayout.FS, 0);
        registers.set(JAVA_LONG, UserRegistersLayout.GS, 0);
    }

    private void set(Register register, long value) {
        ptrace.registers().set(JAVA_LONG, UserRegistersLayout.offset(register), value);
    }

    private long register(Register register) {
        return ptrace.registers().get(JAVA_LONG, UserRegistersLayout.offset(register));
    }
}
