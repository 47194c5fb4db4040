package org.espalier.tests.escape;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.LinkedHashMap;
import java.util.Map;

/** System calls of the host, as a hostile component makes them: with the JDK's own means. */
@SuppressWarnings("restricted")
final class SystemCalls {
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final MethodHandle SYSCALL = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                    Linker.Option.captureCallState("errno"));

    private static final long PIECE = 1 << 20;

    private SystemCalls() {}

    /** What the host returns, or the error number negated. */
    private static long call(long number, long a, long b, long c, long d, long e) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long result = (long) SYSCALL.invokeExact(state, number, a, b, c, d, e, 0L);
            return result == -1 ? -state.get(JAVA_INT, 0) : result;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Attempts that are survived, by name, with what the host says. */
    static Map<String, Long> attempts() {
        Map<String, Long> results = new LinkedHashMap<>();
        try (Arena arena = Arena.ofConfined()) {
            long path = arena.allocateFrom("/etc/passwd").address();
            long memory = arena.allocate(4096, 8).address();
            results.put("open", call(2, path, 0, 0, 0, 0));
            results.put("openat", call(257, -100, path, 0, 0, 0));
            results.put("openat2", call(437, -100, path, memory, 24, 0));
            results.put("creat", call(85, path, 0, 0, 0, 0));
            results.put("mkdir", call(83, path, 0, 0, 0, 0));
            results.put("unlink", call(87, path, 0, 0, 0, 0));
            results.put("chroot", call(161, path, 0, 0, 0, 0));
            results.put("mount", call(165, path, path, path, 0, 0));
            results.put("name_to_handle_at", call(303, -100, path, memory, memory, 0));
            results.put("open_by_handle_at", call(304, -100, memory, 0, 0, 0));
            results.put("execve", call(59, path, 0, 0, 0, 0));
            results.put("execveat", call(322, -100, path, 0, 0, 0));
            results.put("fork", call(57, 0, 0, 0, 0, 0));
            results.put("vfork", call(58, 0, 0, 0, 0, 0));
            results.put("clone a process", call(56, 17, 0, 0, 0, 0));
            results.put("clone namespaces", call(56, 0x10000 | 0x10000000, 0, 0, 0, 0));
            results.put("clone3", call(435, memory, 88, 0, 0, 0));
            results.put("unshare", call(272, 0x10000000, 0, 0, 0, 0));
            results.put("setns", call(308, 3, 0, 0, 0, 0));
            results.put("kill the launcher", call(62, 1, 9, 0, 0, 0));
            results.put("kill all", call(62, -1, 9, 0, 0, 0));
            results.put("tgkill", call(234, 1, 1, 9, 0, 0));
            results.put("pidfd_open", call(434, 1, 0, 0, 0, 0));
            results.put("pidfd_getfd", call(438, 3, 0, 0, 0, 0));
            results.put("ptrace", call(101, 0, 0, 0, 0, 0));
            results.put("process_vm_readv", call(310, 1, memory, 1, memory, 1));
            results.put("process_vm_writev", call(311, 1, memory, 1, memory, 1));
            results.put("socket", call(41, 2, 1, 0, 0, 0));
            results.put("socketpair", call(53, 1, 1, 0, memory, 0));
            results.put("connect", call(42, 3, memory, 16, 0, 0));
            results.put("bind", call(49, 3, memory, 16, 0, 0));
            results.put("setsockopt", call(54, 3, 1, 7, memory, 4));
            results.put("memfd_create", call(319, path, 2, 0, 0, 0));
            results.put("ftruncate", call(77, 3, 0, 0, 0, 0));
            results.put("fcntl", call(72, 3, 1033, 1, 0, 0));
            results.put("dup", call(32, 3, 0, 0, 0, 0));
            results.put("ioctl", call(16, 3, 0x5412, memory, 0, 0));
            results.put("eventfd", call(290, 0, 0, 0, 0, 0));
            results.put("io_uring_setup", call(425, 8, memory, 0, 0, 0));
            results.put("bpf", call(321, 0, memory, 64, 0, 0));
            results.put("perf_event_open", call(298, memory, 0, -1, -1, 0));
            results.put("userfaultfd", call(323, 0, 0, 0, 0, 0));
            results.put("keyctl", call(250, 0, -3, 0, 0, 0));
            results.put("add_key", call(248, path, path, memory, 8, -3));
            results.put("shmget", call(29, 0, 4096, 0x3b6, 0, 0));
            results.put("msgget", call(68, 0, 0x3b6, 0, 0, 0));
            results.put("seccomp", call(317, 0, 0, 0, 0, 0));
            results.put("prctl dumpable", call(157, 4, 1, 0, 0, 0));
            results.put("prlimit64", call(302, 0, 7, 0, memory, 0));
            results.put("setuid", call(105, 0, 0, 0, 0, 0));
            results.put("capset", call(126, memory, memory, 0, 0, 0));
            results.put("clock_settime", call(227, 0, memory, 0, 0, 0));
            results.put("timer_create", call(222, 0, 0, memory, 0, 0));
            results.put("sched_setscheduler", call(144, 0, 1, memory, 0, 0));
            results.put("setpriority", call(141, 0, 0, -20, 0, 0));
            results.put("mlock", call(149, memory, 4096, 0, 0, 0));
            results.put("modify_ldt", call(154, 0, memory, 16, 0, 0));
            results.put("iopl", call(172, 3, 0, 0, 0, 0));
            results.put("reboot", call(169, 0xfee1dead, 672274793, 0x1234567, 0, 0));
            results.put("futex on foreign memory", call(202, 0xffffffff81000000L, 1, 1, 0, 0));
            results.put("descriptors that can be guessed", guess(memory));
        }
        return results;
    }

    /** How many of the first thousand numbers name a socket beside the channel of this thread. */
    private static long guess(long memory) {
        long found = 0;
        for (int number = 0; number < 1000; number++) {
            // Shut down for neither side, which nobody minds, and only a socket answers otherwise than with an error.
            long result = number == 3 ? -1 : call(47, number, memory, 0x40, 0, 0);
            found += result >= 0 || result == -11 ? 1 : 0;
        }
        return found;
    }

    /** Takes memory beside the heap, a page at a time, until the host refuses more; how many bytes that were. */
    static long takeMemory() {
        long taken = 0;
        while (true) {
            long at = call(9, 0, PIECE, 3, 0x22, -1);
            if (at < 0) {
                return taken;
            }
            MemorySegment.ofAddress(at).reinterpret(PIECE).fill((byte) 1);
            taken += PIECE;
        }
    }

    /** Reads where nothing is. */
    static void crash() {
        MemorySegment.NULL.reinterpret(8).get(JAVA_LONG, 0);
    }

    /** Sends a packet on the channel of the initial entrypoint that the library would not send. */
    static void packet(int operation, int bytes, int length, int descriptors) {
        send(operation, bytes, length, 0, 0, descriptors);
    }

    /** Sends a packet that names {@code caps} capabilities and accepts as many. */
    static void capabilities(int operation, int caps) {
        send(operation, 56, 0, caps, caps, 0);
    }

    private static void send(int operation, int bytes, int length, int caps, long accepted, int descriptors) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packet = arena.allocate(Math.max(bytes, 56), 8);
            packet.set(JAVA_INT, 0, operation);
            packet.set(JAVA_LONG, 8, accepted);
            packet.set(JAVA_INT, 36, length);
            packet.set(JAVA_INT, 40, caps);
            MemorySegment vector = arena.allocate(16, 8);
            vector.set(ADDRESS, 0, packet);
            vector.set(JAVA_LONG, 8, bytes);
            MemorySegment header = arena.allocate(56, 8);
            header.set(ADDRESS, 16, vector);
            header.set(JAVA_LONG, 24, 1);
            if (descriptors > 0) {
                MemorySegment rights = arena.allocate(16 + 4L * descriptors, 8);
                rights.set(JAVA_LONG, 0, 16 + 4L * descriptors);
                rights.set(JAVA_INT, 8, 1);
                rights.set(JAVA_INT, 12, 1);
                for (int i = 0; i < descriptors; i++) {
                    rights.set(JAVA_INT, 16 + 4L * i, 3);
                }
                header.set(ADDRESS, 32, rights);
                header.set(JAVA_LONG, 40, 16 + 4L * descriptors);
            }
            call(46, 3, header.address(), 0, 0, 0);
        }
    }

    /** Closes a descriptor. */
    static void close(int number) {
        call(3, number, 0, 0, 0, 0);
    }
}
