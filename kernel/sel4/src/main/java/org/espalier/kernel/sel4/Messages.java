package org.espalier.kernel.sel4;

import org.espalier.kernel.sel4.proved.ObjectMemory;
import org.espalier.machine.Register;

/**
 * Messages as threads have them: four words in registers, the others in the IPC buffer, which is named by its physical address, 0 for
 * none (seL4 manual, 4.1).
 */
final class Messages {
    /** The address of a capability when a system call is made, and the badge when a message was received. */
    static final Register CAP_OR_BADGE = Register.RDI;

    static final Register INFO = Register.RSI;

    /** Words of a message that are in registers. */
    static final int IN_REGISTERS = 4;

    private static final Register[] REGISTERS = {Register.R10, Register.R8, Register.R9, Register.R15};

    private final ObjectMemory memory;
    private final Threads threads;

    Messages(ObjectMemory memory, Threads threads) {
        this.memory = memory;
        this.threads = threads;
    }

    /** The IPC buffer of a thread, 0 if it has none that may be used so. */
    long buffer(int tcb, boolean toReceive) {
        int slot = TcbLayout.slot(tcb, TcbLayout.BUFFER);
        long w0 = memory.w0(slot);
        if (Caps.type(w0) != CapType.FRAME || Caps.has(w0, Caps.DEVICE)) {
            return 0;
        }
        int rights = Caps.b(w0);
        if (rights == VmRights.READ_WRITE || (!toReceive && rights == VmRights.READ_ONLY)) {
            long offset = threads.get(tcb, TcbLayout.BUFFER_ADDRESS) & (1L << Caps.frameBits(Caps.a(w0))) - 1;
            return Caps.object(w0) + offset;
        }
        return 0;
    }

    long word(int tcb, long buffer, int index) {
        if (index < IN_REGISTERS) {
            return threads.register(tcb, REGISTERS[index]);
        }
        return buffer == 0 ? 0 : bufferWord(buffer, IpcBufferLayout.MESSAGE + index);
    }

    /** Puts a word into a message, and tells how long that has become at least. */
    int put(int tcb, long buffer, int index, long value) {
        if (index < IN_REGISTERS) {
            threads.register(tcb, REGISTERS[index], value);
        } else if (buffer != 0) {
            putBufferWord(buffer, IpcBufferLayout.MESSAGE + index, value);
        } else {
            return IN_REGISTERS;
        }
        return index + 1;
    }

    /** Copies the first {@code length} words of a message, and tells how many could be. */
    int copy(int sender, long sent, int receiver, long received, int length) {
        int index = 0;
        for (; index < length && index < IN_REGISTERS; index++) {
            threads.register(receiver, REGISTERS[index], threads.register(sender, REGISTERS[index]));
        }
        if (sent != 0 && received != 0) {
            for (; index < length; index++) {
                int word = IpcBufferLayout.MESSAGE + index;
                putBufferWord(received, word, bufferWord(sent, word));
            }
        }
        return index;
    }

    long bufferWord(long buffer, int word) {
        return memory.word(buffer + (long) word * Long.BYTES);
    }

    void putBufferWord(long buffer, int word, long value) {
        memory.setWord(buffer + (long) word * Long.BYTES, value);
    }

    long info(int tcb) {
        return threads.register(tcb, INFO);
    }

    /** Tells a thread what it has received. */
    void received(int tcb, long info, long badge) {
        threads.register(tcb, INFO, info);
        threads.register(tcb, CAP_OR_BADGE, badge);
    }

    void badge(int tcb, long badge) {
        threads.register(tcb, CAP_OR_BADGE, badge);
    }
}
