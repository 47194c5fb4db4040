package org.espalier.kernel.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether a host can confine processes, found by looking and by trying. Each thing that is missing has a case of its own, with the
 * command that mends it.
 */
final class Preflight {
    private static final List<String> FOLDERS = List.of("/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin", "/sbin");
    private static final Path USER_NAMESPACES = Path.of("/proc/sys/user/max_user_namespaces");
    private static final Path USER_NAMESPACES_DEBIAN = Path.of("/proc/sys/kernel/unprivileged_userns_clone");
    private static final Path USER_NAMESPACES_APPARMOR =
            Path.of("/proc/sys/kernel/apparmor_restrict_unprivileged_userns");

    private Preflight() {}

    /** What stands in the way. */
    sealed interface Obstacle {
        /** Not Linux on x86-64. */
        record OtherHost(String host) implements Obstacle {
            @Override
            public String toString() {
                return "this kernel needs Linux on x86-64, and this is " + host;
            }
        }

        /** A C library that cannot close what a program is not to have. */
        record OtherLibrary() implements Obstacle {
            @Override
            public String toString() {
                return "this kernel needs the GNU C library from version 2.34 on";
            }
        }

        /** This build has no programs of its own, for lack of a compiler. */
        record NoPrograms() implements Obstacle {
            @Override
            public String toString() {
                return "this build has no native programs, for there was no compiler for C: apt-get install -y gcc, and build again";
            }
        }

        /** A program of the host is missing. */
        record NoProgram(String program, String debianPackage) implements Obstacle {
            @Override
            public String toString() {
                return program + " is missing: apt-get install -y " + debianPackage;
            }
        }

        /** The JVM is where the user that components run as cannot go. */
        record HiddenJvm(Path home, Path folder) implements Obstacle {
            @Override
            public String toString() {
                return "components run as nobody, who cannot enter " + folder + " on the way to the JVM in " + home
                        + ": use one in /usr/lib/jvm or /opt, by ESPALIER_JAVA_HOME, or: chmod o+x " + folder;
            }
        }

        /** The host lets nobody, or only its administrator, make user namespaces. */
        record NoUserNamespaces(Path setting, String value, String mend) implements Obstacle {
            @Override
            public String toString() {
                return "the host makes no user namespaces for this user, " + setting + " is " + value + ": sysctl -w "
                        + mend;
            }
        }

        /** All seems to be there, and still no sandbox can be set up. */
        record Refused(String reason) implements Obstacle {
            @Override
            public String toString() {
                return "no sandbox can be set up on this host: " + reason;
            }
        }
    }

    /** What stands in the way; takes some ten milliseconds, for in the end a sandbox is set up. */
    static Optional<Obstacle> run() {
        String host = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
        if (!host.equals("Linux on amd64")) {
            return Optional.of(new Obstacle.OtherHost(host));
        }
        if (!Spawner.works()) {
            return Optional.of(new Obstacle.OtherLibrary());
        }
        if (Confinement.class.getResource(Confinement.STARTER) == null) {
            return Optional.of(new Obstacle.NoPrograms());
        }
        if (find("bwrap").isEmpty()) {
            return Optional.of(new Obstacle.NoProgram("bubblewrap", "bubblewrap"));
        }
        if (isRoot() && find("setpriv").isEmpty()) {
            return Optional.of(new Obstacle.NoProgram("setpriv", "util-linux"));
        }
        Path home = Path.of(System.getProperty("java.home")).toAbsolutePath();
        Optional<Path> hidden = hidingFolder(home);
        if (hidden.isPresent()) {
            return hidden.map(folder -> new Obstacle.HiddenJvm(home, folder));
        }
        return attempt().map(Preflight::explained);
    }

    /** The folder that keeps the user that components run as from {@code path}, if there is one; where this process is not root's, that user is its own. */
    static Optional<Path> hidingFolder(Path path) {
        if (!isRoot()) {
            return Optional.empty();
        }
        return Stream.iterate(path, each -> each != null, Path::getParent)
                .filter(Files::isDirectory)
                .filter(folder -> !isOpenToAll(folder))
                .findFirst();
    }

    private static boolean isOpenToAll(Path folder) {
        try {
            return Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_EXECUTE);
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether this process may do everything at the host, so that what it starts has to become nobody first. */
    static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts what is no program: where the sandbox works, its starter says so. */
    private static Optional<Obstacle> attempt() {
        try (Confinement confinement = new Confinement();
                MemoryFile empty = MemoryFile.holding("empty", new byte[0])) {
            return switch (confinement.start(empty, new Confinement.Limits(16, 1L << 30))) {
                case Start.Started started -> {
                    started.process().close();
                    throw new IllegalStateException("An empty file was started as a program.");
                }
                case Start.Failed(StartFailure failure) ->
                    failure.step() == StartFailure.Step.HEADER
                            ? Optional.empty()
                            : Optional.of(new Obstacle.Refused(failure.toString()));
            };
        } catch (HostException e) {
            return Optional.of(new Obstacle.Refused(String.valueOf(e.getMessage())));
        }
    }

    /** The setting of the host that may be why; a setting alone says little, for a program can be exempt from it. */
    private static Obstacle explained(Obstacle refused) {
        return Stream.of(
                        setting(USER_NAMESPACES, "0", "user.max_user_namespaces=10000"),
                        setting(USER_NAMESPACES_DEBIAN, "0", "kernel.unprivileged_userns_clone=1"),
                        setting(USER_NAMESPACES_APPARMOR, "1", "kernel.apparmor_restrict_unprivileged_userns=0"))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(refused);
    }

    private static Optional<Obstacle> setting(Path path, String bad, String mend) {
        return read(path).filter(bad::equals).map(value -> new Obstacle.NoUserNamespaces(path, value, mend));
    }

    private static Optional<String> read(Path path) {
        try {
            return Optional.of(Files.readString(path).strip());
        } catch (IOException e) {
            // The host has no such setting.
            return Optional.empty();
        }
    }

    /** The path of a program of the host. The folders are fixed: whoever sets PATH does not choose what confines components. */
    static Optional<Path> find(String program) {
        return FOLDERS.stream()
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
