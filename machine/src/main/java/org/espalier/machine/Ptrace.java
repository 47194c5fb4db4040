package org.espalier.machine;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The requests of ptrace(2) that the engine makes. One set of buffers serves all tracees: what {@link #registers} or
 * {@link #vectors} hold is that of the last tracee that was asked for them. Belongs to the tracer's thread.
 */
final class Ptrace {
    /** How a tracee goes on. */
    enum Resume {
        /** Until a signal comes. */
        CONTINUE(7),
        /** For one instruction. */
        STEP(9),
        /** Until a signal comes or a system call, which the host does not execute. */
        EMULATE(31),
        /** As EMULATE, for one instruction. */
        EMULATE_STEP(32);

        private final int request;

        Resume(int request) {
            this.request = request;
        }
    }

    private static final long PTRACE = 101;
    private static final int PEEK_DATA = 2;
    private static final int POKE_DATA = 5;
    private static final int GET_REGISTERS = 12;
    private static final int SET_REGISTERS = 13;
    private static final int GET_SIGNAL = 0x4202;
    private static final int GET_REGISTER_SET = 0x4204;
    private static final int SET_REGISTER_SET = 0x4205;
    private static final int SEIZE = 0x4206;
    private static final int INTERRUPT = 0x4207;

    /** TRACESYSGOOD, so that system calls can be told from signals, and EXITKILL, so that no tracee outlives its tracer. */
    private static final long OPTIONS = 0x10_0001;

    /** The note type NT_X86_XSTATE. */
    private static final long VECTORS = 0x202;

    /** More than XSAVE fills on any processor that there is (11 KiB with AMX). */
    private static final long VECTOR_BYTES = 64 * 1024;

    private static final long SIGNAL_BYTES = 128;
    private static final long SIGNAL_CODE = 8;
    private static final long SIGNAL_ADDRESS = 16;

    /** XSTATE_BV in the header of XSAVE's area (Intel SDM vol. 1, 13.4.2), and its bit for the protection keys' register. */
    private static final long VECTOR_COMPONENTS = 512;

    private static final long PROTECTION_KEYS = 1 << 9;

    private final Linux linux;
    private final MemorySegment registers;
    private final MemorySegment vectors;
    private final MemorySegment vectorRange;
    private final MemorySegment signal;
    private final MemorySegment word;

    Ptrace(Linux linux, Arena arena) {
        this.linux = linux;
        registers = arena.allocate(UserRegistersLayout.BYTES, Long.BYTES);
        vectors = arena.allocate(VECTOR_BYTES, 64);
        vectorRange = arena.allocate(2 * Long.BYTES, Long.BYTES);
        signal = arena.allocate(SIGNAL_BYTES, Long.BYTES);
        word = arena.allocate(JAVA_LONG);
    }

    private void request(String name, int request, int process, long address, long data) {
        long result = linux.call(PTRACE, request, process, address, data);
        if (Linux.isError(result)) {
            throw HostFailure.of("ptrace " + name, result);
        }
    }

    void seize(int process) {
        request("SEIZE", SEIZE, process, 0, OPTIONS);
    }

    void interrupt(int process) {
        request("INTERRUPT", INTERRUPT, process, 0, 0);
    }

    /** Lets it go on, with {@code signalNumber} or none (0). */
    void resume(int process, Resume how, int signalNumber) {
        request("resumption", how.request, process, 0, signalNumber);
    }

    MemorySegment registers() {
        return registers;
    }

    void readRegisters(int process) {
        request("GETREGS", GET_REGISTERS, process, 0, registers.address());
    }

    void writeRegisters(int process) {
        request("SETREGS", SET_REGISTERS, process, 0, registers.address());
    }

    void readSignal(int process) {
        request("GETSIGINFO", GET_SIGNAL, process, 0, signal.address());
    }

    int signalCode() {
        return signal.get(JAVA_INT, SIGNAL_CODE);
    }

    long signalAddress() {
        return signal.get(JAVA_LONG, SIGNAL_ADDRESS);
    }

    MemorySegment vectors() {
        return vectors;
    }

    /** Reads the state of a stopped tracee and returns its length; -1 if the tracee is gone. */
    int readVectors(int process) {
        describeVectors(VECTOR_BYTES);
        long result = linux.call(PTRACE, GET_REGISTER_SET, process, VECTORS, vectorRange.address());
        return Linux.isError(result) ? -1 : (int) vectorRange.get(JAVA_LONG, Long.BYTES);
    }

    /** Whether the state that was read has protection keys that are not the initial ones. */
    boolean vectorsHaveProtectionKeys() {
        return (vectors.get(JAVA_LONG, VECTOR_COMPONENTS) & PROTECTION_KEYS) != 0;
    }

    /** Writes the first {@code bytes} of {@code state}, and zeros up to {@code length}, which the host wants to be that of what it gave. */
    void writeVectors(int process, byte[] state, int bytes, int length) {
        MemorySegment.copy(state, 0, vectors, ValueLayout.JAVA_BYTE, 0, bytes);
        if (bytes < length) {
            vectors.asSlice(bytes, (long) length - bytes).fill((byte) 0);
        }
        describeVectors(length);
        request("SETREGSET", SET_REGISTER_SET, process, VECTORS, vectorRange.address());
    }

    private void describeVectors(long length) {
        vectorRange.set(JAVA_LONG, 0, vectors.address());
        vectorRange.set(JAVA_LONG, Long.BYTES, length);
    }

    long peek(int process, long address) {
        request("PEEKDATA", PEEK_DATA, process, address, word.address());
        return word.get(JAVA_LONG, 0);
    }

    void poke(int process, long address, long value) {
        request("POKEDATA", POKE_DATA, process, address, value);
    }
}
