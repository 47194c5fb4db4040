package org.espalier.kernel.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A hierarchy of control groups as this process finds it. Sources: cgroups(7), proc(5) for {@code /proc/self/mountinfo}.
 *
 * @param unified whether it is that of version 2, whose files have other names
 * @param folder where groups of this process's own may be made: its own group, or with version 2 also the one above, for there a group that
 *     has processes passes no controllers on
 * @param controllers what groups in {@code folder} can limit
 */
record ControlHierarchy(boolean unified, Path folder, Set<ControlHierarchy.Controller> controllers) {
    /** What a group can limit. */
    enum Controller {
        MEMORY("memory"),
        PROCESSES("pids"),
        CPU("cpu");

        /** Its name at the host. */
        final String hostName;

        Controller(String hostName) {
            this.hostName = hostName;
        }

        static Set<Controller> named(Stream<String> names) {
            Set<String> given = Set.copyOf(names.toList());
            Set<Controller> found = EnumSet.noneOf(Controller.class);
            for (Controller controller : values()) {
                if (given.contains(controller.hostName)) {
                    found.add(controller);
                }
            }
            return found;
        }
    }

    /** The fields of {@code mountinfo} before its separator, as far as they are used. */
    private static final int ROOT = 3;

    private static final int MOUNT_POINT = 4;

    /** The number of the folder at the top, also where a namespace shows another folder as the top. */
    private static final Long TOP = 1L;

    private static final String PASSED_ON = "cgroup.subtree_control";
    private static final String PROCESSES = "cgroup.procs";

    /** A mounted hierarchy. */
    private record Mount(boolean unified, String root, Path point, List<String> options) {}

    /** The hierarchies in which this process may make groups that limit something. */
    static List<ControlHierarchy> find() {
        try {
            return find(
                    Files.readAllLines(Path.of("/proc/self/mountinfo")),
                    Files.readAllLines(Path.of("/proc/self/cgroup")));
        } catch (IOException e) {
            // The host shows no processes, and so no groups of theirs.
            return List.of();
        }
    }

    /** The same, with what the host says of mounts, and of this process's groups. */
    static List<ControlHierarchy> find(List<String> mounts, List<String> groups) {
        List<ControlHierarchy> found = new ArrayList<>();
        for (String line : mounts) {
            mount(line)
                    .ifPresent(mount -> own(mount, groups)
                            .flatMap(
                                    folder -> mount.unified() ? unified(folder, mount.point()) : divided(mount, folder))
                            .ifPresent(found::add));
        }
        return List.copyOf(found);
    }

    private static Optional<Mount> mount(String line) {
        int separator = line.indexOf(" - ");
        if (separator < 0) {
            return Optional.empty();
        }
        List<String> before = List.of(line.substring(0, separator).split(" "));
        List<String> behind = List.of(line.substring(separator + " - ".length()).split(" "));
        boolean isGroups =
                behind.getFirst().equals("cgroup") || behind.getFirst().equals("cgroup2");
        return isGroups && before.size() > MOUNT_POINT
                ? Optional.of(new Mount(
                        behind.getFirst().equals("cgroup2"),
                        before.get(ROOT),
                        Path.of(before.get(MOUNT_POINT)),
                        List.of(behind.getLast().split(","))))
                : Optional.empty();
    }

    /** The folder of this process's own group, as far as the mount shows it. */
    private static Optional<Path> own(Mount mount, List<String> groups) {
        for (String line : groups) {
            List<String> fields = List.of(line.split(":", 3));
            List<String> controllers =
                    fields.size() < 3 ? List.of() : List.of(fields.get(1).split(","));
            boolean isThis = fields.size() == 3
                    && (mount.unified()
                            ? fields.getFirst().equals("0")
                            : !fields.get(1).isEmpty() && mount.options().containsAll(controllers));
            if (isThis) {
                String path = fields.get(2);
                String shown = mount.root().equals("/")
                        ? path
                        : path.startsWith(mount.root())
                                ? path.substring(mount.root().length())
                                : "";
                return Optional.of(mount.point().resolve(shown.replaceFirst("^/+", "")))
                        .filter(Files::isDirectory);
            }
        }
        return Optional.empty();
    }

    private static Optional<ControlHierarchy> divided(Mount mount, Path folder) {
        Set<Controller> controllers = Controller.named(mount.options().stream());
        return !controllers.isEmpty() && Files.isWritable(folder)
                ? Optional.of(new ControlHierarchy(false, folder, controllers))
                : Optional.empty();
    }

    private static Optional<ControlHierarchy> unified(Path own, Path top) {
        return Stream.of(own, own.getParent())
                .filter(folder -> folder.startsWith(top)
                        && Files.isWritable(folder)
                        && Files.isWritable(folder.resolve(PROCESSES)))
                .map(folder -> new ControlHierarchy(true, folder, passedOn(folder)))
                .filter(hierarchy -> !hierarchy.controllers().isEmpty())
                .findFirst();
    }

    private static Set<Controller> passedOn(Path folder) {
        try {
            return Controller.named(Stream.of(
                    Files.readString(folder.resolve(PASSED_ON)).strip().split(" ")));
        } catch (IOException e) {
            return Set.of();
        }
    }

    /** Whether it limits time alone: then there are groups for some, and all others are where this process is. */
    boolean isOfProcessorsAlone() {
        return controllers.equals(Set.of(Controller.CPU));
    }

    /** The nice value by which the host weighs what is in {@link #folder} and in no group within it. */
    int niceOfTasks() throws IOException {
        // At the top of the hierarchy the host has groups of its own for sessions, if it does, and those have the usual
        // weight.
        boolean isTop = Files.getAttribute(folder, "unix:ino").equals(TOP);
        return isTop && Niceness.isOfSessionsAlone() ? 0 : Niceness.own();
    }

    /** Has a group that was made in {@link #folder} pass a controller on to groups within it. */
    void passOn(Path group, Controller controller) throws IOException {
        if (unified) {
            ControlGroup.write(group.resolve(PASSED_ON), "+" + controller.hostName);
        }
    }
}
