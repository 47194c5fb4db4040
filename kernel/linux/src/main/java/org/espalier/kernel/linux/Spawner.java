package org.espalier.kernel.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Starts programs of the host, all from one thread that lives as long as this object: the signal by which the host ends a child when its
 * parent dies follows the thread that has started it. So closing this ends all that was started here.
 *
 * <p>A program gets no environment and no descriptors but those that it is given, and is in a group of processes of its own. Thread-safe.
 */
final class Spawner implements AutoCloseable {
    /** {@code posix_spawn_file_actions_t} of the C libraries for Linux has up to 80 bytes, {@code posix_spawnattr_t} up to 336. */
    private static final int STRUCTURE_BYTES = 512;

    private static final int SIGNAL_SET_BYTES = 128;

    /** 1 to 31, but for SIGKILL and SIGSTOP, which nobody can ignore. */
    private static final long STANDARD_SIGNALS = 0x7fffffffL & ~(1L << 8) & ~(1L << 18);

    private static final int SET_GROUP = 2;
    private static final int SET_DEFAULT = 4;
    private static final int SET_MASK = 8;
    private static final int SIGKILL = 9;
    private static final int P_PID = 1;
    private static final int WEXITED = 4;

    private static final int F_DUPFD_CLOEXEC = 1030;

    /** Above all numbers that a program is given, so that none is overwritten before it is copied. */
    private static final int ASIDE = 64;

    /** Not of the kind that ends by itself when nobody refers to it: what was started would end with it. */
    private final ExecutorService thread = Executors.newFixedThreadPool(
            1, Thread.ofPlatform().daemon().name("espalier-spawner").factory());

    private static final class Linked {
        private static final Linker LINKER = Linker.nativeLinker();
        private static final MethodHandle INITIALIZE =
                function("posix_spawn_file_actions_init", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        private static final MethodHandle DESTROY =
                function("posix_spawn_file_actions_destroy", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        private static final MethodHandle INITIALIZE_ATTRIBUTES =
                function("posix_spawnattr_init", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        private static final MethodHandle DESTROY_ATTRIBUTES =
                function("posix_spawnattr_destroy", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        private static final MethodHandle SET_MASK =
                function("posix_spawnattr_setsigmask", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
        private static final MethodHandle SET_DEFAULT =
                function("posix_spawnattr_setsigdefault", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
        private static final MethodHandle SET_FLAGS =
                function("posix_spawnattr_setflags", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_SHORT));
        private static final MethodHandle DUPLICATE = function(
                "posix_spawn_file_actions_adddup2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
        private static final MethodHandle CLOSE_FROM = function(
                "posix_spawn_file_actions_addclosefrom_np", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        private static final MethodHandle SPAWN = function(
                "posix_spawn", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));

        @SuppressWarnings("restricted") // The machine room of a kernel.
        private static MethodHandle function(String name, FunctionDescriptor type) {
            return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type);
        }
    }

    /**
     * Starts a program.
     *
     * @param command path of the program and its arguments
     * @param descriptors what the program has as descriptors 0, 1, 2 and so on; they stay the caller's
     * @return the program's process
     * @throws HostException if the host does not start it
     */
    Descriptor spawn(List<String> command, List<Descriptor> descriptors) throws HostException {
        Future<Descriptor> started = thread.submit(() -> spawnHere(command, descriptors));
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return started.get();
                } catch (InterruptedException e) {
                    // What was begun would have no owner.
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HostException refused) {
                throw refused;
            }
            throw new IllegalStateException("Starting " + command.getFirst() + " failed.", e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Descriptor spawnHere(List<String> command, List<Descriptor> descriptors) throws HostException {
        List<Descriptor> aside = new ArrayList<>();
        try {
            for (Descriptor descriptor : descriptors) {
                aside.add(new Descriptor(descriptor.demand(SystemCall.FCNTL, F_DUPFD_CLOEXEC, ASIDE)));
            }
            int process = spawnWith(command, aside);
            try {
                // Its number cannot be another's yet: nobody has waited for it.
                return new Descriptor(Host.demand(SystemCall.PIDFD_OPEN, process, 0, 0));
            } catch (HostException e) {
                long _ = Host.call(SystemCall.KILL, process, SIGKILL, 0);
                long _ = Host.call(SystemCall.WAITID, P_PID, process, 0, WEXITED, 0, 0);
                throw e;
            }
        } finally {
            aside.forEach(Descriptor::close);
        }
    }

    /** Starts the program with copies of {@code aside}, which nobody else uses; its number. */
    private static int spawnWith(List<String> command, List<Descriptor> aside) throws HostException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment actions = arena.allocate(STRUCTURE_BYTES, Long.BYTES);
            MemorySegment attributes = arena.allocate(STRUCTURE_BYTES, Long.BYTES);
            demand("posix_spawn_file_actions_init", (int) Linked.INITIALIZE.invokeExact(actions));
            demand("posix_spawnattr_init", (int) Linked.INITIALIZE_ATTRIBUTES.invokeExact(attributes));
            try {
                int target = 0;
                for (Descriptor descriptor : aside) {
                    int number = descriptor.hold();
                    descriptor.release();
                    demand("posix_spawn_file_actions_adddup2", (int)
                            Linked.DUPLICATE.invokeExact(actions, number, target++));
                }
                demand("posix_spawn_file_actions_addclosefrom_np", (int)
                        Linked.CLOSE_FROM.invokeExact(actions, aside.size()));
                // Whatever this process was told to ignore or to block, bubblewrap has to hear of its child.
                MemorySegment signals = arena.allocate(SIGNAL_SET_BYTES, Long.BYTES);
                demand("posix_spawnattr_setsigmask", (int) Linked.SET_MASK.invokeExact(attributes, signals));
                signals.set(JAVA_LONG, 0, STANDARD_SIGNALS);
                demand("posix_spawnattr_setsigdefault", (int) Linked.SET_DEFAULT.invokeExact(attributes, signals));
                // A group of its own, as new attributes say: what a terminal sends to this process's group is for this
                // process, which ends in its own order what it has started.
                demand("posix_spawnattr_setflags", (int)
                        Linked.SET_FLAGS.invokeExact(attributes, (short) (SET_GROUP | SET_DEFAULT | SET_MASK)));
                MemorySegment process = arena.allocate(JAVA_INT);
                demand(command.getFirst(), (int) Linked.SPAWN.invokeExact(
                        process,
                        arena.allocateFrom(command.getFirst()),
                        actions,
                        attributes,
                        strings(arena, command),
                        strings(arena, List.of())));
                return process.get(JAVA_INT, 0);
            } finally {
                int _ = (int) Linked.DESTROY.invokeExact(actions);
                int _ = (int) Linked.DESTROY_ATTRIBUTES.invokeExact(attributes);
            }
        } catch (HostException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable impossible) {
            throw new IllegalStateException("The C library throws nothing.", impossible);
        }
    }

    private static void demand(String operation, int error) throws HostException {
        if (error != 0) {
            throw new HostException(operation, error);
        }
    }

    private static MemorySegment strings(Arena arena, List<String> strings) {
        MemorySegment all = arena.allocate(ADDRESS, strings.size() + 1L);
        for (int i = 0; i < strings.size(); i++) {
            all.setAtIndex(ADDRESS, i, arena.allocateFrom(strings.get(i)));
        }
        return all;
    }

    /** Whether the C library can start programs as this class needs it. */
    static boolean works() {
        try {
            return Linked.SPAWN != null;
        } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
            return false;
        }
    }

    /** Whether the thread that everything here was started by goes on. */
    boolean isOpen() {
        return !thread.isShutdown();
    }

    /** Ends all that was started here. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
