package org.espalier.kernel.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The way into the host's kernel: the C library's {@code syscall} in one shape, seven words in and one out. One shape alone, for each
 * further one costs a starting JVM some ten milliseconds, and no sandboxed JVM is to link what it does not need. Addresses are words;
 * who passes one keeps what is there alive.
 *
 * <p>Thread-safe.
 */
final class Host {
    /** The host's error numbers that decide about something here. */
    static final int EPERM = 1;

    static final int EINTR = 4;
    static final int EIO = 5;
    static final int ENOSYS = 38;

    static final int ECHILD = 10;
    static final int EAGAIN = 11;
    static final int EPIPE = 32;
    static final int ECONNRESET = 104;

    private static final int LONGEST_SENTENCE = 1024;

    /** Linked when the first call is made: a host that is not Linux has no such function, and is to be told so by {@link Preflight}. */
    private static final class Linked {
        private static final Linker LINKER = Linker.nativeLinker();
        private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
        private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

        @SuppressWarnings("restricted") // The machine room of a kernel.
        private static final MethodHandle SYSCALL = LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow("syscall"),
                FunctionDescriptor.of(
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.captureCallState("errno"));

        private static final ThreadLocal<MemorySegment> CAPTURED =
                ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));
    }

    /** Linked only where an error is described: a further shape, which no JVM in a sandbox needs. */
    private static final class Described {
        @SuppressWarnings("restricted")
        private static final MethodHandle STRERROR = Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow("strerror"),
                        FunctionDescriptor.of(ADDRESS, JAVA_INT));
    }

    private Host() {}

    /** Makes a system call; what the host returns, or its error number negated. */
    static long call(SystemCall call, long a, long b, long c, long d, long e, long f) {
        MemorySegment state = Linked.CAPTURED.get();
        long result;
        try {
            result = (long) Linked.SYSCALL.invokeExact(state, (long) call.number, a, b, c, d, e, f);
        } catch (Throwable impossible) {
            throw new IllegalStateException("A system call throws nothing.", impossible);
        }
        return result == -1 ? -(int) Linked.ERRNO.get(state, 0L) : result;
    }

    static long call(SystemCall call, long a, long b, long c) {
        return call(call, a, b, c, 0, 0, 0);
    }

    /**
     * A call that is to succeed, made again when a signal has interrupted it.
     *
     * @throws HostException if the host refuses it
     */
    static long demand(SystemCall call, long a, long b, long c, long d, long e, long f) throws HostException {
        while (true) {
            long result = call(call, a, b, c, d, e, f);
            if (result >= 0) {
                return result;
            }
            if (result != -EINTR) {
                throw new HostException(call, (int) -result);
            }
        }
    }

    static long demand(SystemCall call, long a, long b, long c) throws HostException {
        return demand(call, a, b, c, 0, 0, 0);
    }

    /** The host's sentence for an error number. */
    @SuppressWarnings("restricted")
    static String describe(int error) {
        try {
            MemorySegment sentence = (MemorySegment) Described.STRERROR.invokeExact(error);
            return sentence.reinterpret(LONGEST_SENTENCE).getString(0);
        } catch (Throwable impossible) {
            throw new IllegalStateException("Describing an error throws nothing.", impossible);
        }
    }
}
