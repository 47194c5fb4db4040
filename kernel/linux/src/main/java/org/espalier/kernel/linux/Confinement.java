package org.espalier.kernel.linux;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Makes sandboxes for native programs, where they can do nothing: in namespaces of their own, as nobody, with an empty file system, no network and
 * no other processes, under seccomp programs that leave some ten system calls, and with a channel to this process as the only
 * descriptor. Whoever holds this object owns them all; closing it, and the end of this process in whatever way, ends them.
 *
 * <p>bubblewrap sets the sandbox up, as nobody also where this process is root's. In it runs the starter, a program of this module,
 * which waits for a {@link Sandbox#begin program}, maps it and gives up what only a start needs. Thread-safe.
 */
final class Confinement implements AutoCloseable {
    /** The resource that holds the starter. */
    static final String STARTER = "starter.elf";

    private static final String NOBODY = "65534";

    /** The starter's descriptors, in the order of their numbers; the last two are bubblewrap's. */
    private static final int STARTER_FILE = 5;

    private static final int STARTER_FILTER = 6;

    private static final int DIAGNOSTIC_BYTES = 4096;

    private final Spawner spawner = new Spawner();
    private final List<String> command;
    private final MemoryFile starter;
    private final MemoryFile starterFilter;
    private final MemoryFile componentFilter;

    /**
     * What a program may take of the host.
     *
     * @param descriptors that it may have open
     * @param addressSpace bytes that it may have mapped, those of the starter included
     */
    record Limits(int descriptors, long addressSpace) {}

    /**
     * For a host that {@link Preflight} finds nothing missing on.
     *
     * @throws HostException if the host refuses memory
     */
    Confinement() throws HostException {
        command = command();
        starter = MemoryFile.holding("starter", read(STARTER));
        starterFilter = MemoryFile.holding("starter-filter", Filters.starter().bytes());
        componentFilter =
                MemoryFile.holding("component-filter", Filters.component().bytes());
    }

    private static List<String> command() {
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
        command.addAll(List.of("--perms", "0555", "--ro-bind-data", Integer.toString(STARTER_FILE), "/start"));
        command.addAll(List.of("--remount-ro", "/", "--seccomp", Integer.toString(STARTER_FILTER), "--", "/start"));
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
            return new Sandbox(spawn(diagnostics.descriptor()), spawner, diagnostics);
        } catch (HostException | RuntimeException e) {
            diagnostics.close();
            throw e;
        }
    }

    private ConfinedProcess spawn(Descriptor messages) throws HostException {
        Channel.Pair channel = Channel.pair();
        // The process gets a copy of its end; another one here would keep the connection open when it has ended.
        try (Descriptor there = channel.there();
                Descriptor starterFile = starter.reader();
                Descriptor filter = starterFilter.reader()) {
            List<Descriptor> descriptors =
                    List.of(messages, messages, messages, there, componentFilter.descriptor(), starterFile, filter);
            return new ConfinedProcess(spawner.spawn(command, descriptors), channel.here());
        } catch (HostException | RuntimeException e) {
            channel.here().close();
            throw e;
        }
    }

    @Override
    public void close() {
        spawner.close();
        starter.close();
        starterFilter.close();
        componentFilter.close();
    }
}
