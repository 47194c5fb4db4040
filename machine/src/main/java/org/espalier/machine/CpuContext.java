package org.espalier.machine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;
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

    /** What {@link #copyRegistersTo} takes of memory. */
    public static final int REGISTER_BYTES = Register.values().length * Long.BYTES;

    /** What x87, SSE and AVX state take of memory (Intel SDM vol. 1, 13.4: the area for AVX ends at byte 832). */
    public static final int LEAST_VECTOR_BYTES = 832;

    /** Where the state says which extensions it has, a bit for each: XSTATE_BV, Intel SDM vol. 1, 13.4.2. */
    private static final int EXTENSIONS = 512;

    /** x87, SSE and AVX. */
    private static final long KEPT_EXTENSIONS = 7;

    private static final byte[] INITIAL = {};

    private final long[] registers = new long[Register.values().length];

    /** Vector state: the first {@link #vectorBytes} of it; none is the initial state. Longer than that once it was longer. */
    private byte[] vectors = INITIAL;

    private int vectorBytes;
    private @Nullable VectorHolder holder;
    private boolean changed = true;
    private boolean vectorsAllowed = true;

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
        if (register == Register.FS_BASE || register == Register.GS_BASE) {
            checkBase(register, value);
        }
        registers[register.index()] = value;
        changed = true;
    }

    private static void checkBase(Register register, long value) {
        if (!isBase(value)) {
            throw new IllegalArgumentException(
                    register + " cannot be 0x" + Long.toHexString(value) + ", which no program may use.");
        }
    }

    /** Whether the program may use vector state; what does so otherwise raises #NM. At first it may. */
    public boolean vectorsAllowed() {
        return vectorsAllowed;
    }

    /** See {@link #vectorsAllowed()}; what the state holds stays as it is. */
    public void vectorsAllowed(boolean allowed) {
        vectorsAllowed = allowed;
    }

    /** The vector state in the standard format of XSAVE (Intel SDM vol. 1, 13.4); no bytes at all stand for the initial state. */
    public byte[] vectors() {
        if (holder != null) {
            holder.save();
        }
        return Arrays.copyOf(vectors, vectorBytes);
    }

    /** Replaces the vector state by one that {@link #vectors()} gave. */
    public void vectors(byte[] state) {
        release();
        vectors = state.clone();
        vectorBytes = state.length;
    }

    /**
     * Copies the vector state to {@code address} of {@code memory} and returns how many bytes it takes in whole: 0 for the initial state,
     * and otherwise the same number for all states of one engine. As {@link #vectors()}, but for a kernel whose threads are in
     * physical memory: nothing is allocated once a state of that size was here.
     *
     * <p>Where it takes more than {@code capacity}, x87, SSE and AVX state are copied, and what other extensions have beyond them is
     * given up: it is initial when the state comes back.
     *
     * @param capacity bytes that may be used, at least {@link #LEAST_VECTOR_BYTES}
     * @throws IndexOutOfBoundsException if {@code capacity} is less; nothing was copied
     */
    public int saveVectors(MemoryView memory, long address, int capacity) {
        if (holder != null) {
            holder.save();
        }
        int bytes = kept(vectorBytes, capacity);
        memory.copyFrom(address, vectors, 0, bytes);
        if (bytes < vectorBytes) {
            long extensions = memory.getLong(address + EXTENSIONS) & KEPT_EXTENSIONS;
            memory.putLong(address + EXTENSIONS, extensions);
        }
        return vectorBytes;
    }

    /**
     * Replaces the vector state by the one that {@link #saveVectors} put to {@code address} with the same {@code capacity}.
     *
     * @param length what it returned; 0 is the initial state
     */
    public void loadVectors(MemoryView memory, long address, int capacity, int length) {
        int bytes = kept(length, capacity);
        Objects.checkFromIndexSize(address, bytes, memory.size());
        reserve(length);
        memory.copyTo(address, vectors, 0, bytes);
        Arrays.fill(vectors, bytes, length, (byte) 0);
        vectorBytes = length;
        release();
    }

    private static int kept(int length, int capacity) {
        if (capacity < LEAST_VECTOR_BYTES) {
            throw new IndexOutOfBoundsException(
                    "Vector state needs room for " + LEAST_VECTOR_BYTES + " bytes, and there are " + capacity + ".");
        }
        return length <= capacity ? length : LEAST_VECTOR_BYTES;
    }

    /** Copies all registers to {@code address} of {@code memory}: {@link #REGISTER_BYTES} bytes, in the order of {@link Register}. */
    public void copyRegistersTo(MemoryView memory, long address) {
        for (int i = 0; i < registers.length; i++) {
            memory.putLong(address + (long) i * Long.BYTES, registers[i]);
        }
    }

    /**
     * Sets all registers from where {@link #copyRegistersTo} put them.
     *
     * @throws IllegalArgumentException as {@link #set} does; no register was set
     */
    public void copyRegistersFrom(MemoryView memory, long address) {
        checkBase(Register.FS_BASE, memory.getLong(address + (long) Register.FS_BASE.index() * Long.BYTES));
        checkBase(Register.GS_BASE, memory.getLong(address + (long) Register.GS_BASE.index() * Long.BYTES));
        for (int i = 0; i < registers.length; i++) {
            registers[i] = memory.getLong(address + (long) i * Long.BYTES);
        }
        changed = true;
    }

    private void release() {
        if (holder != null) {
            holder.drop();
        }
        holder = null;
    }

    private void reserve(int bytes) {
        if (vectors.length < bytes) {
            vectors = new byte[bytes];
        }
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

    /** Without a copy: engines do not change it, and only the first {@link #savedBytes} are the state. */
    byte[] savedVectors() {
        return vectors;
    }

    int savedBytes() {
        return vectorBytes;
    }

    /** Takes the first {@code length} bytes. */
    void saveVectors(MemorySegment state, int length) {
        reserve(length);
        MemorySegment.copy(state, ValueLayout.JAVA_BYTE, 0, vectors, 0, length);
        vectorBytes = length;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("CpuContext");
        for (Register register : Register.values()) {
            text.append(' ').append(register).append("=0x").append(Long.toHexString(get(register)));
        }
        return text.append(vectorBytes == 0 ? " vectors initial" : "").toString();
    }
}
