package org.espalier.kernel.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.espalier.kernel.linux.ControlHierarchy.Controller;

/**
 * The control groups of one kernel: a folder of its own in each hierarchy where this process may make groups, and in it a group for each sandbox.
 * {@link #close} removes them. What a process has left that was killed is removed by the next that begins: the folder's name says whose it is.
 *
 * <p>Where the host lets this process make no groups, or not for everything, there are none, and nothing is limited by them: {@link #controllers} tells.
 * Thread-safe.
 */
final class ControlGroups implements AutoCloseable {
    /** The namespace of processes, the process, when it began, which kernel of that process, and of one beside that which sandbox. */
    private static final Pattern NAME = Pattern.compile("espalier-([0-9]+)-([0-9]+)-([0-9]+)-[0-9]+(-[0-9]+)?");

    /** Where {@code /proc/PID/stat} has when a process began, behind the name of its program. */
    private static final int BEGAN = 19;

    private static final AtomicInteger KERNELS = new AtomicInteger();

    private final List<Home> homes = new CopyOnWriteArrayList<>();
    private final AtomicInteger groups = new AtomicInteger();

    /** Where the groups of this kernel are in one hierarchy. */
    private record Home(ControlHierarchy hierarchy, Path folder) {
        /** The group of a sandbox beside it. */
        Path beside(String name) {
            return folder.resolveSibling(folder.getFileName() + "-" + name);
        }

        /** The groups of sandboxes that there are, in it and beside it. */
        List<Path> groups() throws IOException {
            List<Path> found = new ArrayList<>();
            try (DirectoryStream<Path> inside = Files.newDirectoryStream(folder, Files::isDirectory);
                    DirectoryStream<Path> beside =
                            Files.newDirectoryStream(hierarchy.folder(), folder.getFileName() + "-*")) {
                inside.forEach(found::add);
                beside.forEach(found::add);
            }
            return found;
        }
    }

    private ControlGroups() {}

    /** Removes what was left behind, and prepares to make groups wherever that is possible. */
    static ControlGroups open() {
        return open(ControlHierarchy.find());
    }

    static ControlGroups open(List<ControlHierarchy> hierarchies) {
        ControlGroups all = new ControlGroups();
        Optional<String> own = ownName();
        Set<Controller> missing = EnumSet.allOf(Controller.class);
        for (ControlHierarchy hierarchy : hierarchies) {
            sweep(hierarchy.folder());
            Set<Controller> wanted = EnumSet.copyOf(missing);
            wanted.retainAll(hierarchy.controllers());
            if (own.isPresent() && !wanted.isEmpty() && all.add(hierarchy, own.get())) {
                missing.removeAll(wanted);
            }
        }
        return all;
    }

    private boolean add(ControlHierarchy hierarchy, String name) {
        Path folder = hierarchy.folder().resolve(name);
        try {
            Files.createDirectory(folder);
        } catch (IOException e) {
            // Not this process's to use, whatever its permissions say.
            return false;
        }
        try {
            for (Controller controller : hierarchy.controllers()) {
                if (controller != Controller.CPU) {
                    hierarchy.passOn(folder, controller);
                }
            }
        } catch (IOException e) {
            boolean _ = ControlGroup.isRemoved(folder);
            return false;
        }
        homes.add(new Home(hierarchy, folder));
        return true;
    }

    /** What the groups limit. */
    Set<Controller> controllers() {
        Set<Controller> all = EnumSet.noneOf(Controller.class);
        homes.forEach(home -> all.addAll(home.hierarchy().controllers()));
        return all;
    }

    /**
     * Makes a group without limits.
     *
     * @throws IOException if the host refuses it
     */
    ControlGroup make() throws IOException {
        String name = Integer.toString(groups.incrementAndGet());
        Map<Controller, ControlGroup.Folder> folders = new EnumMap<>(Controller.class);
        ControlGroup.Processors processors = () -> makeCpu(name);
        try {
            for (Home home : homes) {
                Set<Controller> controllers = EnumSet.copyOf(home.hierarchy().controllers());
                controllers.remove(Controller.CPU);
                if (!controllers.isEmpty()) {
                    Path path = Files.createDirectory(home.folder().resolve(name));
                    ControlGroup.Folder folder =
                            new ControlGroup.Folder(home.hierarchy().unified(), path);
                    controllers.forEach(controller -> folders.putIfAbsent(controller, folder));
                }
            }
        } catch (IOException e) {
            new ControlGroup(folders, processors).close();
            throw e;
        }
        return new ControlGroup(folders, processors);
    }

    private ControlGroup.Folder makeCpu(String name) throws IOException {
        for (Home home : homes) {
            ControlHierarchy hierarchy = home.hierarchy();
            if (hierarchy.isOfProcessorsAlone()) {
                // Beside all that have none, and not in a group with others that would have one weight together.
                return new ControlGroup.Folder(
                        hierarchy.unified(), Files.createDirectories(home.beside(name)), hierarchy.niceOfTasks());
            }
            if (hierarchy.controllers().contains(Controller.CPU)) {
                hierarchy.passOn(home.folder(), Controller.CPU);
                Path path = home.folder().resolve(name);
                return new ControlGroup.Folder(hierarchy.unified(), Files.createDirectories(path));
            }
        }
        throw new IOException("no group here limits the time of processors");
    }

    /** Whether all groups that were made are closed. */
    boolean isEmpty() throws IOException {
        for (Home home : homes) {
            if (!home.groups().isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Removes all groups, and ends what is still in them. */
    @Override
    public void close() {
        for (Home home : homes) {
            try {
                home.groups().forEach(ControlGroup::remove);
            } catch (IOException e) {
                // Somebody else has removed it.
                continue;
            }
            boolean _ = ControlGroup.isRemoved(home.folder());
        }
        homes.clear();
    }

    private static void remove(Path folder) {
        try (DirectoryStream<Path> inside = Files.newDirectoryStream(folder, Files::isDirectory)) {
            inside.forEach(ControlGroup::remove);
        } catch (IOException e) {
            // Somebody else has removed it.
            return;
        }
        boolean _ = ControlGroup.isRemoved(folder);
    }

    /** Removes what processes have left in {@code folder} that have ended. */
    private static void sweep(Path folder) {
        List<Path> left = new ArrayList<>();
        try (DirectoryStream<Path> inside = Files.newDirectoryStream(folder, "espalier-*")) {
            inside.forEach(left::add);
        } catch (IOException e) {
            return;
        }
        for (Path path : left) {
            Matcher name = NAME.matcher(path.getFileName().toString());
            if (name.matches() && hasEnded(name.group(1), name.group(2), name.group(3))) {
                if (name.group(4) == null) {
                    remove(path);
                } else {
                    ControlGroup.remove(path);
                }
            }
        }
    }

    /** Whether that process is gone; one of another namespace of processes, which cannot be seen from here, is not. */
    private static boolean hasEnded(String namespace, String process, String began) {
        return namespace().filter(namespace::equals).isPresent()
                && began(process).filter(began::equals).isEmpty();
    }

    private static Optional<String> ownName() {
        String process = Long.toString(ProcessHandle.current().pid());
        return namespace()
                .flatMap(namespace -> began(process)
                        .map(began -> "espalier-" + namespace + "-" + process + "-" + began + "-"
                                + KERNELS.incrementAndGet()));
    }

    private static Optional<String> namespace() {
        try {
            return Optional.of(Files.readSymbolicLink(Path.of("/proc/self/ns/pid"))
                    .toString()
                    .replaceAll("[^0-9]", ""));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> began(String process) {
        try {
            String state = Files.readString(Path.of("/proc", process, "stat"), StandardCharsets.ISO_8859_1);
            List<String> fields =
                    List.of(state.substring(state.lastIndexOf(')') + 2).split(" "));
            // A zombie has ended, and waits for nobody but its parent.
            return fields.getFirst().equals("Z") ? Optional.empty() : Optional.of(fields.get(BEGAN));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
