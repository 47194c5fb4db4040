package org.espalier.machine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * All that a program in ring 3 has in the processor: general registers, instruction pointer, flags, the bases of FS and GS, and the
 * vector state (x87, SSE, AVX). A context may run in any address space of any engine; one at a time.
 *
 * <p>Vector state moves lazily: an engine keeps it where the context ran until another context runs there or somebody asks for it.
 * Between traps, a context belongs to the thread of the engine that it ran on last; one that has not run belongs to whoever made it.
 */
public final class CpuContext {
    /** Interrupts enabled, and bit 1, which is always set (Intel SDM vol. 1, 3.4.3). */
    static final long INITIAL_FLAGS = 0x202;

    private static final byte[] INITIAL = {};

    private final long[] registers = new long[Register.values().length];
    private byte[] vectors = INITIAL;
    private @Nullable VectorHolder holder;
    private boolean changed = true;

    /** A context with all registers zero but the two, and vector state as after XRSTOR of an empty area. */
    public CpuContext(long instructionPointer, long stackPointer) {
        set(Register.RIP, instructionPointer);
        set(Register.RSP, stackPointer);
        set(Register.RFLAGS, INITIAL_FLAGS);
    }

    public long get(Register register) {
        return registers[register.index()];
    }

    /**
     * Sets what the register holds when the program goes on.
     *
     * @throws IllegalArgumentException for a base of FS or GS that is no address of the lower half
     */
    public void set(Register register, long value) {
        if ((register == Register.FS_BASE || register == Register.GS_BASE) && !isBase(value)) {
            throw new IllegalArgumentException(
                    register + " cannot be 0x" + Long.toHexString(value) + ", which no program may use.");
        }
        registers[register.index()] = value;
        changed = true;
    }

    /** The vector state in the standard format of XSAVE (Intel SDM vol. 1, 13.4); no bytes at all stand for the initial state. */
    public byte[] vectors() {
        if (holder != null) {
            holder.save();
        }
        return vectors.clone();
    }

    /** Replaces the vector state by one that {@link #vectors()} gave. */
    public void vectors(byte[] state) {
        if (holder != null) {
            holder.drop();
        }
        holder = null;
        vectors = state.clone();
    }

    /** Whether a base of FS or GS can be given to a program: hosts take none of the upper half from a tracer. */
    static boolean isBase(long address) {
        return address >= 0 && address < UserHalf.CANONICAL_END - Frame.BYTES;
    }

    // For engines: what is below moves state between the context and a processor.

    /** Whether registers were set since the engine last stored them. */
    boolean changed() {
        return changed;
    }

    /** Registers as the processor has them from now on. */
    void stored() {
        changed = false;
    }

    void held(@Nullable VectorHolder by) {
        holder = by;
    }

    @Nullable VectorHolder holder() {
        return holder;
    }

    /** Without a copy: engines do not change it. */
    byte[] savedVectors() {
        return vectors;
    }

    /** Takes the first {@code length} bytes. */
    void saveVectors(MemorySegment state, int length) {
        if (vectors.length != length) {
            vectors = new byte[length];
        }
        MemorySegment.copy(state, ValueLayout.JAVA_BYTE, 0, vectors, 0, length);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("CpuContext");
        for (Register register : Register.values()) {
            text.append(' ').append(register).append("=0x").append(Long.toHexString(get(register)));
        }
        return text.append(Arrays.equals(vectors, INITIAL) ? " vectors initial" : "")
                .toString();
    }
}
