package org.espalier.kernel.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

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
 * <p>A program gets no environment and no descriptors but those that it is given. Thread-safe.
 */
final class Spawner implements AutoCloseable {
    /** {@code posix_spawn_file_actions_t} of the C libraries for Linux has 76 or 80 bytes. */
    private static final int ACTIONS_BYTES = 256;

    private static final int F_DUPFD_CLOEXEC = 1030;

    /** Above all numbers that a program is given, so that none is overwritten before it is copied. */
    private static final int ASIDE = 64;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("espalier-spawner").factory());

    private static final class Linked {
        private static final Linker LINKER = Linker.nativeLinker();
        private static final MethodHandle INITIALIZE =
                function("posix_spawn_file_actions_init", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        private static final MethodHandle DESTROY =
                function("posix_spawn_file_actions_destroy", FunctionDescriptor.of(JAVA_INT, ADDRESS));
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
        try (Arena arena = Arena.ofConfined()) {
            for (Descriptor descriptor : descriptors) {
                aside.add(new Descriptor(Host.demand(SystemCall.FCNTL, descriptor.number(), F_DUPFD_CLOEXEC, ASIDE)));
            }
            MemorySegment actions = arena.allocate(ACTIONS_BYTES, Long.BYTES);
            demand("posix_spawn_file_actions_init", (int) Linked.INITIALIZE.invokeExact(actions));
            try {
                for (int i = 0; i < aside.size(); i++) {
                    demand("posix_spawn_file_actions_adddup2", (int)
                            Linked.DUPLICATE.invokeExact(actions, aside.get(i).number(), i));
                }
                demand("posix_spawn_file_actions_addclosefrom_np", (int)
                        Linked.CLOSE_FROM.invokeExact(actions, aside.size()));
                MemorySegment process = arena.allocate(JAVA_INT);
                demand(command.getFirst(), (int) Linked.SPAWN.invokeExact(
                        process,
                        arena.allocateFrom(command.getFirst()),
                        actions,
                        MemorySegment.NULL,
                        strings(arena, command),
                        strings(arena, List.of())));
                // Its number cannot be another's yet: nobody has waited for it.
                return new Descriptor(Host.demand(SystemCall.PIDFD_OPEN, process.get(JAVA_INT, 0), 0, 0));
            } finally {
                int _ = (int) Linked.DESTROY.invokeExact(actions);
            }
        } catch (HostException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable impossible) {
            throw new IllegalStateException("The C library throws nothing.", impossible);
        } finally {
            aside.forEach(Descriptor::close);
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

    /** Ends all that was started here. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
