package org.espalier.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * On which processors the calling thread runs, and all threads and processes that are started by it or by theirs.
 *
 * <p>Source: sched_setaffinity(2).
 */
final class Affinity {
    private static final int MASK_BYTES = 128;

    private Affinity() {}

    /** To the first processor of the host. */
    static void pinToOneProcessor() throws Refused {
        set((byte) 1, (byte) 0);
    }

    /** To all of them. */
    static void unpin() throws Refused {
        set((byte) -1, (byte) -1);
    }

    /** What the host refuses. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    @SuppressWarnings("restricted") // The host has no other means for it.
    private static void set(byte first, byte others) throws Refused {
        Linker linker = Linker.nativeLinker();
        MethodHandle call = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("sched_setaffinity"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK_BYTES);
            mask.fill(others);
            mask.set(ValueLayout.JAVA_BYTE, 0, first);
            if ((int) call.invokeExact(0, (long) MASK_BYTES, mask) != 0) {
                throw new Refused("The host does not let this program choose its processors.");
            }
        } catch (Refused e) {
            throw e;
        } catch (Throwable impossible) {
            throw new IllegalStateException("The C library throws nothing.", impossible);
        }
    }
}
