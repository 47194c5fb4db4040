package org.espalier.kernel.linux;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Makes sandboxes for native programs, where they can do nothing: in namespaces of their own, as nobody, with an empty file system, no network and
 * no other processes, under seccomp programs that leave some eleven system calls, and with a channel to this process as the only
 * descriptor. Whoever holds this object owns them all; closing it, and the end of this process in whatever way, ends them.
 *
 * <p>bubblewrap sets the sandbox up, as nobody also where this process is root's. In it runs the starter, a program of this module,
 * which waits for a {@link Sandbox#begin program}, maps it and gives up what only a start needs. Thread-safe.
 */
final class Confinement implements AutoCloseable {
    /** The resource that holds the starter. */
    static final String STARTER = "starter.elf";

    private static final String NOBODY = "65534";

    /** bubblewrap's descriptors, behind those that what it executes has from the start. */
    private static final int FILTER = 5;

    private static final int FILE = 6;

    private static final int DIAGNOSTIC_BYTES = 4096;

    private final Spawner spawner = new Spawner();
    private final List<String> command;
    private final Optional<ControlGroups> groups;
    private final MemoryFile file;
    private final MemoryFile firstFilter;
    private final MemoryFile secondFilter;

    /**
     * What a program may take of the host.
     *
     * @param descriptors that it may have open
     * @param addressSpace bytes that it may have mapped, those of the starter included
     */
    record Limits(int descriptors, long addressSpace) {}

    /**
     * What all processes of a sandbox may take of the host together, where the host's control groups count it.
     *
     * @param memory bytes, what the host keeps for them included; dataspaces are the kernel's own and are not in it
     * @param processes processes and threads
     * @param cpuPercent time of one processor beyond which they are held up, or {@link #UNLIMITED}
     * @param urgency how they share processors with others
     */
    record Budget(long memory, int processes, long cpuPercent, Urgency urgency) {
        static final long UNLIMITED = Long.MAX_VALUE;

        /** Nothing is limited. */
        static final Budget NONE = new Budget(UNLIMITED, Integer.MAX_VALUE, UNLIMITED);

        /** That of who is as urgent as can be. */
        Budget(long memory, int processes, long cpuPercent) {
            this(memory, processes, cpuPercent, Urgency.MOST);
        }
    }

    /**
     * What is in a sandbox, and what is executed there.
     *
     * @param arguments further ones for bubblewrap: what else its file system holds
     * @param file a file that its file system holds a copy of, at {@code path}; owned by who is given this
     * @param command what is executed
     * @param first the seccomp program that it is executed under
     * @param second the one that it is to put in place itself; it finds that as a descriptor
     */
    record Content(
            List<String> arguments, MemoryFile file, String path, List<String> command, Seccomp first, Seccomp second) {
        /** A starter for native programs, and nothing else. */
        static Content starter() throws HostException {
            return new Content(
                    List.of("--perms", "0555"),
                    MemoryFile.holding("starter", read(STARTER)),
                    "/start",
                    List.of("/start"),
                    Filters.starter(),
                    Filters.component());
        }
    }

    /**
     * Sandboxes for native programs, for a host that {@link Preflight} finds nothing missing on.
     *
     * @throws HostException if the host refuses memory
     */
    Confinement() throws HostException {
        this(Content.starter(), Optional.empty());
    }

    /**
     * Sandboxes with a certain content, whose program waits for a component and speaks as the starter does.
     *
     * @param groups where each is to have a group of its own; they stay the caller's
     */
    Confinement(Content content, Optional<ControlGroups> groups) throws HostException {
        this.groups = groups;
        file = content.file();
        command = command(content);
        firstFilter = MemoryFile.holding("first-filter", content.first().bytes());
        secondFilter = MemoryFile.holding("second-filter", content.second().bytes());
    }

    private static List<String> command(Content content) {
        List<String> command = new ArrayList<>();
        if (Preflight.isRoot()) {
            command.addAll(List.of(
                    path("setpriv"),
                    "--reuid=" + NOBODY,
                    "--regid=" + NOBODY,
                    "--clear-groups",
                    "--no-new-privs",
                    "--"));
        }
        command.addAll(List.of(path("bwrap"), "--die-with-parent", "--new-session", "--as-pid-1", "--clearenv"));
        command.addAll(List.of(
                "--unshare-user",
                "--unshare-ipc",
                "--unshare-pid",
                "--unshare-net",
                "--unshare-uts",
                "--unshare-cgroup-try"));
        command.addAll(List.of("--uid", NOBODY, "--gid", NOBODY, "--hostname", "component", "--cap-drop", "ALL"));
        command.addAll(content.arguments());
        command.addAll(List.of("--ro-bind-data", Integer.toString(FILE), content.path()));
        command.addAll(List.of("--remount-ro", "/", "--seccomp", Integer.toString(FILTER), "--"));
        command.addAll(content.command());
        return List.copyOf(command);
    }

    private static String path(String program) {
        return Preflight.find(program)
                .orElseThrow(() -> new IllegalStateException(program + " was there when the host was looked at."))
                .toString();
    }

    private static byte[] read(String resource) {
        try (InputStream content = Confinement.class.getResourceAsStream(resource)) {
            return Objects.requireNonNull(content, resource).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a program in a sandbox that is made for it, and waits until it has begun: for some milliseconds, and never for the program
     * itself.
     *
     * @param program a static ELF program for x86-64; stays the caller's
     * @throws HostException if the host refuses what a process is made of
     */
    Start start(MemoryFile program, Limits limits) throws HostException {
        return prepare().begin(program, limits);
    }

    /**
     * Makes a sandbox for a program that is not known yet. Does not wait until it is complete.
     *
     * @throws HostException if the host refuses what a process is made of
     */
    Sandbox prepare() throws HostException {
        MemoryFile diagnostics = MemoryFile.create("diagnostics", DIAGNOSTIC_BYTES);
        try {
            Optional<ControlGroup> group = makeGroup();
            try {
                return new Sandbox(spawn(diagnostics.descriptor(), group), spawner, diagnostics);
            } catch (HostException | RuntimeException e) {
                group.ifPresent(ControlGroup::close);
                throw e;
            }
        } catch (HostException | RuntimeException e) {
            diagnostics.close();
            throw e;
        }
    }

    private Optional<ControlGroup> makeGroup() throws HostException {
        try {
            return groups.isPresent() ? Optional.of(groups.get().make()) : Optional.empty();
        } catch (IOException e) {
            throw new HostException("a control group", e);
        }
    }

    private ConfinedProcess spawn(Descriptor messages, Optional<ControlGroup> group) throws HostException {
        Channel.Pair channel = Channel.pair();
        // The process gets a copy of its end; another one here would keep the connection open when it has ended.
        try (Descriptor there = channel.there();
                Descriptor filter = firstFilter.reader();
                Descriptor content = file.reader()) {
            List<Descriptor> descriptors =
                    List.of(messages, messages, messages, there, secondFilter.descriptor(), filter, content);
            return new ConfinedProcess(spawner.spawn(command, descriptors), channel.here(), group);
        } catch (HostException | RuntimeException e) {
            channel.here().close();
            throw e;
        }
    }

    @Override
    public void close() {
        spawner.close();
        file.close();
        firstFilter.close();
        secondFilter.close();
    }
}
