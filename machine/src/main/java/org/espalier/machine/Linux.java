package org.espalier.machine;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * Calls of the host, all through one downcall shape: seven {@code long} arguments and a {@code long} result. Each further shape
 * would cost start-up time. A refused call returns its negative error number, as in the kernel's own interface.
 *
 * <p>An object holds the error number of the call in progress, so it serves one thread at a time; it lives as long as the arena
 * that it was made in.
 */
final class Linux {
    /** Linux gives error numbers up to this one; results from its negative on are errors (errno(3), {@code MAX_ERRNO}). */
    private static final long MAX_ERRNO = 4095;

    static final long EPERM = -1;
    static final long ENOENT = -2;
    static final long EINTR = -4;
    static final long ENXIO = -6;
    static final long ENOMEM = -12;
    static final long EACCES = -13;
    static final long ENODEV = -19;
    static final long EINVAL = -22;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle CALL = shape();
    private static final MemorySegment SYSCALL = function("syscall");
    private static final long ERRNO_OFFSET =
            Linker.Option.captureStateLayout().byteOffset(PathElement.groupElement("errno"));

    private final MemorySegment state;

    Linux(Arena arena) {
        state = arena.allocate(Linker.Option.captureStateLayout());
    }

    @SuppressWarnings("restricted") // The machine room's one door to native code.
    private static MethodHandle shape() {
        return LINKER.downcallHandle(
                FunctionDescriptor.of(
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.firstVariadicArg(1),
                Linker.Option.captureCallState("errno"));
    }

    /** A function of the C library. */
    static MemorySegment function(String name) {
        SymbolLookup library = LINKER.defaultLookup();
        return library.find(name)
                .orElseThrow(() -> new HostFailure("The host's C library has no function " + name + "."));
    }

    /** The system call of that number; its result, or its negative error number. */
    long call(long number, long a, long b, long c, long d, long e, long f) {
        long result = invoke(SYSCALL, number, a, b, c, d, e, f);
        return result == -1 ? -state.get(JAVA_INT, ERRNO_OFFSET) : result;
    }

    long call(long number, long a, long b, long c, long d) {
        return call(number, a, b, c, d, 0, 0);
    }

    /** As {@link #call(long, long, long, long, long)}, for a call that has to succeed. */
    long require(String name, long number, long a, long b, long c, long d) {
        return required(name, call(number, a, b, c, d));
    }

    static long required(String name, long result) {
        if (isError(result)) {
            throw HostFailure.of(name, result);
        }
        return result;
    }

    static boolean isError(long result) {
        return result < 0 && result >= -MAX_ERRNO;
    }

    /** A function of the C library whose arguments are integers and pointers, at most seven of them. */
    long invoke(MemorySegment function, long a, long b, long c, long d, long e, long f, long g) {
        try {
            return (long) CALL.invokeExact(function, state, a, b, c, d, e, f, g);
        } catch (RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable thrown) {
            throw new IllegalStateException("A downcall throws nothing that is checked.", thrown);
        }
    }
}
