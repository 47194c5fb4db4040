package org.espalier.kernel.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.espalier.kernel.linux.ControlHierarchy.Controller;

/**
 * What the processes of one sandbox may take of the host together, counted and limited by the host: a control group in each hierarchy that
 * there is. What it does not have a controller for it does not limit. Owned by whoever has made it; {@link #close} removes it when its
 * processes have ended. Thread-safe.
 */
final class ControlGroup implements AutoCloseable {
    private static final String PROCESSES = "cgroup.procs";
    private static final long PERIOD_MICROS = 100_000;
    private static final int SIGKILL = 9;
    private static final int LOOKS = 1000;
    private static final int LOOKS_BEFORE_END = 20;
    private static final long LOOK_NANOS = 1_000_000;

    /** By controller, the folder of the group that has it. */
    private final Map<Controller, Folder> folders;

    private final Processors processors;

    private long memory = Long.MAX_VALUE;

    /**
     * A group in one hierarchy.
     *
     * @param niceOfOthers nice value of the tasks that it shares processors with; 0 where those are groups
     */
    record Folder(boolean unified, Path path, int niceOfOthers) {
        Folder(boolean unified, Path path) {
            this(unified, path, 0);
        }
    }

    /** Makes what limits the time of a group, when it is asked for: such groups cost whatever their processes do. */
    interface Processors {
        /** The folder; it may be that of another controller as well. */
        Folder make() throws IOException;
    }

    ControlGroup(Map<Controller, Folder> folders, Processors processors) {
        this.folders = new ConcurrentHashMap<>(folders);
        this.processors = processors;
    }

    private Iterable<Path> paths() {
        return folders.values().stream().map(Folder::path).distinct().toList();
    }

    /**
     * Has a process be in the group, with those that it starts from now on.
     *
     * @throws IOException if the host refuses it, as it does for one that has ended
     */
    void take(long process) throws IOException {
        for (Path path : paths()) {
            write(path.resolve(PROCESSES), Long.toString(process));
        }
    }

    /** Whether a process is in the group, in all hierarchies. */
    boolean has(long process) throws IOException {
        for (Path path : paths()) {
            if (Files.readAllLines(path.resolve(PROCESSES)).stream().noneMatch(Long.toString(process)::equals)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Has the host end a process of the group when all of them would have more memory than this, their share of the host's own included. Called by one
     * thread at a time.
     */
    void limitMemory(long bytes) throws IOException {
        Folder folder = folders.get(Controller.MEMORY);
        if (folder == null) {
            return;
        }
        // The host refuses a limit of memory above that of memory with swap.
        if (bytes > memory) {
            limitSwap(folder, bytes);
        }
        write(folder.path().resolve(folder.unified() ? "memory.max" : "memory.limit_in_bytes"), Long.toString(bytes));
        if (bytes <= memory) {
            limitSwap(folder, bytes);
        }
        memory = bytes;
    }

    private static void limitSwap(Folder folder, long bytes) throws IOException {
        Path swap = folder.path().resolve(folder.unified() ? "memory.swap.max" : "memory.memsw.limit_in_bytes");
        // Without swap there is no such file.
        if (Files.exists(swap)) {
            write(swap, Long.toString(folder.unified() ? 0 : bytes));
        }
    }

    /** Bytes that all of them have, their share of the host's own included; nothing where they are not counted. */
    OptionalLong memory() throws IOException {
        Folder folder = folders.get(Controller.MEMORY);
        if (folder == null) {
            return OptionalLong.empty();
        }
        Path file = folder.path().resolve(folder.unified() ? "memory.current" : "memory.usage_in_bytes");
        return OptionalLong.of(
                Long.parseLong(Files.readString(file, StandardCharsets.US_ASCII).strip()));
    }

    /** Has the host refuse the group more processes and threads than {@code most}. */
    void limitProcesses(int most) throws IOException {
        Folder folder = folders.get(Controller.PROCESSES);
        if (folder != null) {
            write(folder.path().resolve("pids.max"), Integer.toString(most));
        }
    }

    /**
     * Has the host hold the group up once it has taken {@code percent} of one processor in a tenth of a second. For a group in which
     * {@code process} is what takes time.
     */
    void limitCpu(long percent, long process) throws IOException {
        Folder folder = processors(process);
        long micros = Math.multiplyExact(percent, PERIOD_MICROS / 100);
        if (folder.unified()) {
            write(folder.path().resolve("cpu.max"), micros + " " + PERIOD_MICROS);
        } else {
            write(folder.path().resolve("cpu.cfs_period_us"), Long.toString(PERIOD_MICROS));
            write(folder.path().resolve("cpu.cfs_quota_us"), Long.toString(micros));
        }
    }

    /** Has the host give the group processors by its weight, where others want them, too. For a group in which {@code process} is what takes time. */
    void weigh(Urgency urgency, long process) throws IOException {
        Folder folder = processors(process);
        long weight = folder.unified() ? urgency.weight(folder.niceOfOthers()) : urgency.shares(folder.niceOfOthers());
        write(folder.path().resolve(folder.unified() ? "cpu.weight" : "cpu.shares"), Long.toString(weight));
    }

    /** What limits its time, with {@code process} in it; made when there is none yet. */
    private Folder processors(long process) throws IOException {
        Folder known = folders.get(Controller.CPU);
        if (known != null) {
            return known;
        }
        Folder made = processors.make();
        folders.put(Controller.CPU, made);
        write(made.path().resolve(PROCESSES), Long.toString(process));
        return made;
    }

    /** Whether the host has ended a process of the group for its memory. */
    boolean hasRunOut() {
        Folder folder = folders.get(Controller.MEMORY);
        if (folder == null) {
            return false;
        }
        try {
            return Files.readAllLines(folder.path().resolve(folder.unified() ? "memory.events" : "memory.oom_control"))
                    .stream()
                    .anyMatch(line -> line.startsWith("oom_kill ") && !line.equals("oom_kill 0"));
        } catch (IOException e) {
            return false;
        }
    }

    /** Removes it, and ends what is still in it. */
    @Override
    public void close() {
        paths().forEach(ControlGroup::remove);
    }

    /**
     * Removes the folder of a group. A process that has just ended still is in its group for a moment, for which this waits; one that has not is ended: it
     * is what bubblewrap leaves when it is killed while it sets a sandbox up. Should all that take long, the folder is left for the next that
     * removes what is left.
     */
    static void remove(Path group) {
        for (int look = 0; look < LOOKS && !isRemoved(group); look++) {
            if (look >= LOOKS_BEFORE_END) {
                endAll(group);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Ends all that is in it. */
    void end() {
        paths().forEach(ControlGroup::endAll);
    }

    private static void endAll(Path group) {
        try {
            for (String process : Files.readAllLines(group.resolve(PROCESSES))) {
                end(group, Long.parseLong(process));
            }
        } catch (IOException e) {
            // Removed by somebody else meanwhile, or a process that has ended by itself.
            return;
        }
    }

    private static void end(Path group, long process) throws IOException {
        try (Descriptor held = new Descriptor(Host.demand(SystemCall.PIDFD_OPEN, process, 0, 0))) {
            // Looked at once more: from here on the number cannot be another's.
            if (Files.readAllLines(group.resolve(PROCESSES)).contains(Long.toString(process))) {
                long _ = held.call(SystemCall.PIDFD_SEND_SIGNAL, SIGKILL, 0);
            }
        }
    }

    /** Removes the folder of a group, which the host allows when no process is in it; whether it is gone. */
    static boolean isRemoved(Path group) {
        try {
            Files.delete(group);
            return true;
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            // It is still in use.
            return false;
        }
    }

    /** Writes to a file of the host's, which takes what is written at once. */
    static void write(Path file, String text) throws IOException {
        try {
            Files.write(file, text.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            // The host's reason alone says nothing of what it was about.
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
