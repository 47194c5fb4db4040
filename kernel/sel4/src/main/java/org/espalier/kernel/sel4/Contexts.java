package org.espalier.kernel.sel4;

import java.util.Arrays;
import org.espalier.kernel.sel4.proved.ObjectMemory;
import org.espalier.machine.CpuContext;
import org.espalier.machine.MemoryView;
import org.espalier.machine.Register;

/**
 * Which threads' registers are in the processor, so to speak: a thread that runs has a {@link CpuContext} of the engine, and there is
 * a fixed number of them. All others have their registers and vector state in their TCBs. A thread that needs one when all are
 * taken gets that of another, in turn, after its state went to its TCB. So no number of threads makes the kernel allocate.
 *
 * <p>What a program has in vector extensions beyond AVX is lost when its context changes hands: a TCB has no room for it.
 */
final class Contexts {
    /** Interrupts enabled, and bit 1, which is always set. */
    static final long INITIAL_FLAGS = 0x202;

    /** Bits of RFLAGS that are a program's: all of the lowest twelve but those that are fixed, and traps after each instruction. */
    private static final long PROGRAM_FLAGS = 0xed7 & ~0x100;

    private final ObjectMemory memory;
    private final MemoryView bytes;
    private final CpuContext[] contexts;
    private final int[] owners;
    private int next;

    Contexts(ObjectMemory memory, MemoryView bytes, int count) {
        this.memory = memory;
        this.bytes = bytes;
        this.contexts = new CpuContext[count];
        this.owners = new int[count];
        Arrays.setAll(contexts, _ -> new CpuContext(0, 0));
    }

    long get(int tcb, Register register) {
        int index = index(tcb);
        return index < 0 ? memory.word(word(tcb, register)) : contexts[index].get(register);
    }

    void set(int tcb, Register register, long value) {
        long possible = sanitise(register, value);
        int index = index(tcb);
        if (index < 0) {
            memory.setWord(word(tcb, register), possible);
        } else {
            contexts[index].set(register, possible);
        }
    }

    /** What a register may hold: addresses that no program may use become 0, and flags are a program's. */
    static long sanitise(Register register, long value) {
        return switch (register) {
            case RFLAGS -> (value & PROGRAM_FLAGS) | INITIAL_FLAGS;
            case RIP, FS_BASE, GS_BASE -> value < 0 || value >= VSpaces.USER_TOP ? 0 : value;
            default -> value;
        };
    }

    /** The context of a thread that is about to run. */
    CpuContext load(int tcb) {
        int index = index(tcb);
        if (index >= 0) {
            return contexts[index];
        }
        index = next;
        next = (next + 1) % contexts.length;
        if (owners[index] != Threads.NONE) {
            store(index);
        }
        CpuContext context = contexts[index];
        context.copyRegistersFrom(bytes, TcbLayout.address(tcb) + TcbLayout.REGISTERS);
        long at = TcbLayout.address(tcb);
        context.loadVectors(bytes, at + TcbLayout.VECTORS, TcbLayout.VECTORS_BYTES, (int)
                memory.word(at + TcbLayout.VECTORS_LENGTH));
        owners[index] = tcb;
        memory.setWord(at + TcbLayout.CONTEXT, index + 1);
        return context;
    }

    /** Forgets a thread that is deleted. */
    void release(int tcb) {
        int index = index(tcb);
        if (index >= 0) {
            owners[index] = Threads.NONE;
            memory.setWord(TcbLayout.address(tcb) + TcbLayout.CONTEXT, 0);
        }
    }

    /** The thread whose registers are in context {@code index}, or none. */
    int owner(int index) {
        return owners[index];
    }

    int count() {
        return owners.length;
    }

    private void store(int index) {
        int tcb = owners[index];
        CpuContext context = contexts[index];
        context.copyRegistersTo(bytes, TcbLayout.address(tcb) + TcbLayout.REGISTERS);
        long at = TcbLayout.address(tcb);
        int length = context.saveVectors(bytes, at + TcbLayout.VECTORS, TcbLayout.VECTORS_BYTES);
        memory.setWord(at + TcbLayout.VECTORS_LENGTH, length);
        memory.setWord(at + TcbLayout.CONTEXT, 0);
        owners[index] = Threads.NONE;
    }

    private int index(int tcb) {
        return (int) memory.word(TcbLayout.address(tcb) + TcbLayout.CONTEXT) - 1;
    }

    private static long word(int tcb, Register register) {
        return TcbLayout.address(tcb) + TcbLayout.registerOffset(register);
    }
}
