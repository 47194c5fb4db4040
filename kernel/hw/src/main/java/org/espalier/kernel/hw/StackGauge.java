package org.espalier.kernel.hw;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How much of its stack a thread has left. Java does not tell, so a function of two instructions does: it returns the stack pointer
 * (about 6 ns). Where the stack ends is asked of the C library, which takes some microseconds: once for each thread of the host.
 *
 * <p>A virtual thread runs on the stack of whatever thread carries it at the moment, and Java does not tell which that is. So the stacks
 * of carriers are remembered by their addresses. One is forgotten when another is found to overlap it, for then it has ended.
 *
 * <p>It works on Linux on x86-64, where this module may use native access; elsewhere nobody is told, and the enforcement
 * table says so. Thread-safe.
 */
final class StackGauge {
    private static final long PAGE = 4096;
    private static final int READ_WRITE = 3;
    private static final int READ_EXECUTE = 5;
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final long ATTRIBUTES_BYTES = 128;

    /** {@code mov rax, rsp; ret} */
    private static final byte[] CODE = {0x48, (byte) 0x89, (byte) 0xe0, (byte) 0xc3};

    /** The functions of the host; {@code null} where they are not available. */
    private static final @Nullable Host HOST = Host.find().orElse(null);

    /** Constant, so that calls of it are compiled like those of a method. */
    private static final MethodHandle STACK_POINTER =
            HOST == null ? MethodHandles.constant(long.class, 0L) : HOST.stackPointer;

    private volatile List<Stack> carriers = List.of();

    /** The addresses of a stack, from {@code low} up to {@code high}. */
    record Stack(long low, long high) {
        /** Nobody's: whoever is on none has nothing left. */
        static final Stack NONE = new Stack(Long.MAX_VALUE, Long.MAX_VALUE);

        boolean contains(long address) {
            return address >= low && address < high;
        }

        private boolean overlaps(Stack other) {
            return low < other.high && other.low < high;
        }
    }

    static boolean works() {
        return HOST != null;
    }

    /** The stack that the calling thread is on, where {@code pointer} is; {@link Stack#NONE} if the host does not tell. */
    Stack at(long pointer) {
        if (HOST == null) {
            return Stack.NONE;
        }
        if (!Thread.currentThread().isVirtual()) {
            return HOST.locate();
        }
        for (Stack carrier : carriers) {
            if (carrier.contains(pointer)) {
                return carrier;
            }
        }
        Stack found = HOST.locate();
        remember(found);
        return found;
    }

    private synchronized void remember(Stack carrier) {
        carriers = Stream.concat(carriers.stream().filter(known -> !known.overlaps(carrier)), Stream.of(carrier))
                .toList();
    }

    /** The stack pointer of the calling thread, where the gauge {@link #works}. */
    static long stackPointer() {
        try {
            return (long) STACK_POINTER.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException("Reading the stack pointer throws nothing.", e);
        }
    }

    /** What the C library offers, and the function made here. */
    @SuppressWarnings("restricted") // What this class is for; it is asked first whether that is allowed.
    private static final class Host {
        private final Linker linker = Linker.nativeLinker();
        private final MethodHandle self = function("pthread_self", FunctionDescriptor.of(JAVA_LONG));
        private final MethodHandle attributes =
                function("pthread_getattr_np", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS));
        private final MethodHandle stack =
                function("pthread_attr_getstack", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
        private final MethodHandle destroy = function("pthread_attr_destroy", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        private final MethodHandle stackPointer = stackPointer();

        static Optional<Host> find() {
            boolean allowed = StackGauge.class.getModule().isNativeAccessEnabled();
            String host = System.getProperty("os.name") + " " + System.getProperty("os.arch");
            if (!allowed || !host.equals("Linux amd64") || ADDRESS.byteSize() != Long.BYTES) {
                return Optional.empty();
            }
            try {
                return Optional.of(new Host());
            } catch (IllegalStateException e) {
                // Another C library, or a host that lets no program make code.
                return Optional.empty();
            }
        }

        private MethodHandle function(String name, FunctionDescriptor type) {
            return linker.downcallHandle(
                    linker.defaultLookup()
                            .find(name)
                            .orElseThrow(() -> new IllegalStateException("There is no function " + name + ".")),
                    type);
        }

        /** Makes the function in a page of its own, which is never written again and stays for as long as the JVM. */
        private MethodHandle stackPointer() {
            MethodHandle map = function(
                    "mmap",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
            MethodHandle protect =
                    function("mprotect", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
            try {
                long page = (long) map.invokeExact(0L, PAGE, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
                if (page == -1) {
                    throw new IllegalStateException("The host gives no page.");
                }
                MemorySegment code = MemorySegment.ofAddress(page).reinterpret(PAGE);
                MemorySegment.copy(CODE, 0, code, JAVA_BYTE, 0, CODE.length);
                if ((int) protect.invokeExact(page, PAGE, READ_EXECUTE) != 0) {
                    throw new IllegalStateException("The host lets nobody make code.");
                }
                return linker.downcallHandle(code, FunctionDescriptor.of(JAVA_LONG), Linker.Option.critical(false));
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        Stack locate() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment of = arena.allocate(ATTRIBUTES_BYTES, Long.BYTES);
                MemorySegment low = arena.allocate(ValueLayout.JAVA_LONG);
                MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
                Stack found = Stack.NONE;
                if ((int) attributes.invokeExact((long) self.invokeExact(), of) == 0) {
                    if ((int) stack.invokeExact(of, low, size) == 0) {
                        found = new Stack(low.get(JAVA_LONG, 0), low.get(JAVA_LONG, 0) + size.get(JAVA_LONG, 0));
                    }
                    int _ = (int) destroy.invokeExact(of);
                }
                return found;
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
