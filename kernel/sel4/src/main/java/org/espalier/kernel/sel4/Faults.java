package org.espalier.kernel.sel4;

import org.espalier.machine.Register;

/**
 * Faults of threads as messages to their fault handlers (seL4 manual, 6.2). The fault at hand is in this object until it was told to
 * the handler, then in the thread's TCB until the handler has replied.
 */
final class Faults {
    static final int NONE = 0;
    static final int CAP_FAULT = 1;
    static final int UNKNOWN_SYSCALL = 2;
    static final int USER_EXCEPTION = 3;
    static final int VM_FAULT = 5;

    private static final long INSTRUCTION = 1L << 32;

    /** In the processor's error code: the page was there, but not for this access. */
    private static final long PRESENT = 1;

    /** The registers of an unknown system call, in the order of the message; the restart address stands for RIP. */
    private static final Register[] SYSCALL_MESSAGE = {
        Register.RAX, Register.RBX, Register.RCX, Register.RDX, Register.RSI, Register.RDI, Register.RBP, Register.R8,
        Register.R9, Register.R10, Register.R11, Register.R12, Register.R13, Register.R14, Register.R15, Register.RIP,
        Register.RSP, Register.RFLAGS
    };

    private static final Register[] EXCEPTION_MESSAGE = {Register.RIP, Register.RSP, Register.RFLAGS};

    private final Threads threads;
    private final Messages messages;
    private final LookupFailure lookupFailure;

    private int type;
    private long first;
    private long second;

    Faults(Threads threads, Messages messages, LookupFailure lookupFailure) {
        this.threads = threads;
        this.messages = messages;
        this.lookupFailure = lookupFailure;
    }

    int type() {
        return type;
    }

    long first() {
        return first;
    }

    long second() {
        return second;
    }

    /** The {@link LookupFailure} says what was wrong with {@code address}. */
    void capFault(long address, boolean receiving) {
        set(CAP_FAULT, address, receiving ? 1 : 0);
    }

    void unknownSyscall(long number) {
        set(UNKNOWN_SYSCALL, number, 0);
    }

    void userException(long number, long code) {
        set(USER_EXCEPTION, number, code);
    }

    /**
     * {@code status} is the processor's error code. What an engine has for itself where no program may have anything is not there, as
     * far as programs are told.
     */
    void vmFault(long address, long status, boolean instruction) {
        boolean isUsers = Long.compareUnsigned(address, VSpaces.USER_TOP) < 0;
        set(VM_FAULT, address, (isUsers ? status : status & ~PRESENT) | (instruction ? INSTRUCTION : 0));
    }

    private void set(int newType, long newFirst, long newSecond) {
        type = newType;
        first = newFirst;
        second = newSecond;
    }

    /** Makes the fault at hand that of a thread. */
    void attach(int tcb) {
        threads.set(tcb, TcbLayout.FAULT_TYPE, type);
        threads.set(tcb, TcbLayout.FAULT_0, first);
        threads.set(tcb, TcbLayout.FAULT_1, second);
        if (type == CAP_FAULT) {
            threads.set(tcb, TcbLayout.LOOKUP_FAILURE, lookupFailure.type());
            threads.set(tcb, TcbLayout.LOOKUP_FAILURE + 8, lookupFailure.bitsLeft());
            threads.set(tcb, TcbLayout.LOOKUP_FAILURE + 16, lookupFailure.found());
            threads.set(tcb, TcbLayout.LOOKUP_FAILURE + 24, lookupFailure.guardBits());
        }
    }

    int of(int tcb) {
        return (int) threads.get(tcb, TcbLayout.FAULT_TYPE);
    }

    void clear(int tcb) {
        threads.set(tcb, TcbLayout.FAULT_TYPE, NONE);
    }

    /** Writes the message about the fault of {@code faulter}, and tells its length. */
    int write(int faulter, int receiver, long buffer) {
        long word0 = threads.get(faulter, TcbLayout.FAULT_0);
        long word1 = threads.get(faulter, TcbLayout.FAULT_1);
        switch (of(faulter)) {
            case CAP_FAULT -> {
                messages.put(receiver, buffer, 0, threads.restartIp(faulter));
                messages.put(receiver, buffer, 1, word0);
                messages.put(receiver, buffer, 2, word1);
                return writeLookupFailure(
                        receiver,
                        buffer,
                        3,
                        (int) threads.get(faulter, TcbLayout.LOOKUP_FAILURE),
                        threads.get(faulter, TcbLayout.LOOKUP_FAILURE + 8),
                        threads.get(faulter, TcbLayout.LOOKUP_FAILURE + 16),
                        threads.get(faulter, TcbLayout.LOOKUP_FAILURE + 24));
            }
            case UNKNOWN_SYSCALL -> {
                writeRegisters(faulter, receiver, buffer, SYSCALL_MESSAGE);
                return messages.put(receiver, buffer, SYSCALL_MESSAGE.length, word0);
            }
            case USER_EXCEPTION -> {
                writeRegisters(faulter, receiver, buffer, EXCEPTION_MESSAGE);
                messages.put(receiver, buffer, EXCEPTION_MESSAGE.length, word0);
                return messages.put(receiver, buffer, EXCEPTION_MESSAGE.length + 1, word1);
            }
            case VM_FAULT -> {
                messages.put(receiver, buffer, 0, threads.restartIp(faulter));
                messages.put(receiver, buffer, 1, word0);
                messages.put(receiver, buffer, 2, (word1 & INSTRUCTION) != 0 ? 1 : 0);
                return messages.put(receiver, buffer, 3, word1 & ~INSTRUCTION);
            }
            default -> throw new IllegalStateException("A thread without fault sends no message about one.");
        }
    }

    /** Writes why a lookup failed, from word {@code index} on, and tells the length. */
    int writeLookupFailure(
            int receiver, long buffer, int index, int failure, long bitsLeft, long found, long guardBits) {
        int length = messages.put(receiver, buffer, index, failure);
        if (failure >= LookupFailure.MISSING_CAPABILITY) {
            length = messages.put(receiver, buffer, index + 1, bitsLeft);
        }
        if (failure >= LookupFailure.DEPTH_MISMATCH) {
            length = messages.put(receiver, buffer, index + 2, found);
        }
        if (failure == LookupFailure.GUARD_MISMATCH) {
            length = messages.put(receiver, buffer, index + 3, guardBits);
        }
        return length;
    }

    private void writeRegisters(int faulter, int receiver, long buffer, Register[] order) {
        for (int i = 0; i < order.length; i++) {
            long value = order[i] == Register.RIP ? threads.restartIp(faulter) : threads.register(faulter, order[i]);
            messages.put(receiver, buffer, i, value);
        }
    }

    /** Takes a handler's reply, which may bring registers; true if the thread is to go on. */
    boolean takeReply(int faulter, int handler) {
        long info = messages.info(handler);
        switch (of(faulter)) {
            case UNKNOWN_SYSCALL -> readRegisters(faulter, handler, SYSCALL_MESSAGE, MessageInfo.length(info));
            case USER_EXCEPTION -> readRegisters(faulter, handler, EXCEPTION_MESSAGE, MessageInfo.length(info));
            default -> {
                // The thread tries again whatever the reply says.
                return true;
            }
        }
        return MessageInfo.label(info) == 0;
    }

    private void readRegisters(int faulter, int handler, Register[] order, int length) {
        long buffer = messages.buffer(handler, false);
        int readable = buffer == 0 ? Messages.IN_REGISTERS : length;
        for (int i = 0; i < Math.min(Math.min(length, readable), order.length); i++) {
            long value = messages.word(handler, buffer, i);
            if (order[i] == Register.RIP) {
                threads.set(faulter, TcbLayout.RESTART_IP, Contexts.sanitise(Register.RIP, value));
            } else {
                threads.register(faulter, order[i], value);
            }
        }
    }

    /** For people: the fault at hand. */
    String describe() {
        return switch (type) {
            case CAP_FAULT ->
                "cap fault in %s phase at address 0x%x".formatted(second != 0 ? "receive" : "send", first);
            case UNKNOWN_SYSCALL -> "unknown syscall 0x%x".formatted(first);
            case USER_EXCEPTION -> "user exception 0x%x code 0x%x".formatted(first, second);
            case VM_FAULT ->
                "vm fault on %s at address 0x%x with status 0x%x"
                        .formatted((second & INSTRUCTION) != 0 ? "code" : "data", first, second & ~INSTRUCTION);
            default -> "no fault";
        };
    }
}
