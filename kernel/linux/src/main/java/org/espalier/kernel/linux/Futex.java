package org.espalier.kernel.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Words of memory that processes share, and the host's means of waiting for one of them to change. Thread-safe.
 *
 * <p>Source: futex(2), and futex_waitv in the host's documentation of futex2.
 */
final class Futex {
    private static final long WAIT = 0;
    private static final long WAKE = 1;
    private static final int VECTOR_BYTES = 24;
    private static final int VECTOR_ADDRESS = 8;
    private static final int VECTOR_FLAGS = 16;
    private static final int WORD_OF_32_BITS = 2;

    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

    private Futex() {}

    static int get(MemorySegment memory, long at) {
        return (int) INT.getAcquire(memory, at);
    }

    static void set(MemorySegment memory, long at, int value) {
        INT.setRelease(memory, at, value);
    }

    static long getLong(MemorySegment memory, long at) {
        return (long) LONG.getAcquire(memory, at);
    }

    static void setLong(MemorySegment memory, long at, long value) {
        LONG.setRelease(memory, at, value);
    }

    static void add(MemorySegment memory, long at, int count) {
        int _ = (int) INT.getAndAdd(memory, at, count);
    }

    /** Orders what was written before with what is read after. */
    static void fence() {
        VarHandle.fullFence();
    }

    /** Waits until somebody wakes those who wait for the word; returns at once where it is not {@code value}, and now and then for no reason. */
    static void await(MemorySegment memory, long at, int value) {
        long _ = Host.call(SystemCall.FUTEX, memory.address() + at, WAIT, value);
    }

    static void wake(MemorySegment memory, long at) {
        long _ = Host.call(SystemCall.FUTEX, memory.address() + at, WAKE, Integer.MAX_VALUE);
    }

    /** Several words, each with the value that it is to change from. Memory for {@code most} of them; used by one thread. */
    static final class Vector {
        private final MemorySegment entries;
        private int count;

        Vector(MemorySegment entries) {
            this.entries = entries;
        }

        static long bytes(int most) {
            return (long) VECTOR_BYTES * most;
        }

        void clear() {
            count = 0;
        }

        void add(MemorySegment memory, long at, int value) {
            long entry = (long) VECTOR_BYTES * count++;
            entries.set(ValueLayout.JAVA_LONG, entry, Integer.toUnsignedLong(value));
            entries.set(ValueLayout.JAVA_LONG, entry + VECTOR_ADDRESS, memory.address() + at);
            entries.set(ValueLayout.JAVA_LONG, entry + VECTOR_FLAGS, WORD_OF_32_BITS);
        }

        /** Waits as {@link Futex#await} does, for any of them. */
        void await() {
            long _ = Host.call(SystemCall.FUTEX_WAITV, entries.address(), count, 0);
        }
    }

    /** Whether the host can wait for several words at once. */
    static boolean canAwaitSeveral() {
        return Host.call(SystemCall.FUTEX_WAITV, 0, 0, 0) != -Host.ENOSYS;
    }
}
