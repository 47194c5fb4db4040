package org.espalier.kernel.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.espalier.kernel.linux.ControlHierarchy.Controller;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where control groups may be made, by what a host says of itself; folders stand in for its hierarchies. */
final class ControlHierarchyTest {
    @TempDir
    Path host;

    private Path group(String path, String passedOn) throws IOException {
        Path folder = Files.createDirectories(host.resolve(path));
        Files.writeString(folder.resolve("cgroup.procs"), "");
        Files.writeString(folder.resolve("cgroup.subtree_control"), passedOn + "\n");
        return folder;
    }

    private String mount(String root, String point, String type, String options) {
        return "30 23 0:26 " + root + " " + host.resolve(point) + " rw,relatime shared:4 - " + type + " " + type
                + " rw," + options;
    }

    @Test
    void eachHierarchyOfVersion1IsUsedAtTheOwnGroup() throws IOException {
        Path memory = group("memory/session/4", "");
        Path processors = group("cpu,cpuacct", "");
        assertThat(ControlHierarchy.find(
                        List.of(
                                "24 1 0:22 / /proc rw - proc proc rw",
                                mount("/", "memory", "cgroup", "memory"),
                                mount("/", "cpu,cpuacct", "cgroup", "cpu,cpuacct"),
                                mount("/", "freezer", "cgroup", "freezer")),
                        List.of("9:freezer:/", "5:cpu,cpuacct:/", "4:memory:/session/4", "0::/")))
                .containsExactly(
                        new ControlHierarchy(false, memory, Set.of(Controller.MEMORY)),
                        new ControlHierarchy(false, processors, Set.of(Controller.CPU)));
    }

    @Test
    void aMountThatShowsAPartIsReadFromThere() throws IOException {
        Path own = group("memory/inner", "");
        assertThat(ControlHierarchy.find(
                        List.of(mount("/docker/7", "memory", "cgroup", "memory")), List.of("4:memory:/docker/7/inner")))
                .containsExactly(new ControlHierarchy(false, own, Set.of(Controller.MEMORY)));
    }

    @Test
    void ofVersion2TheGroupAboveIsUsedWhereTheOwnPassesNothingOn() throws IOException {
        Path above = group("unified/user/app", "cpu memory pids");
        group("unified/user/app/terminal", "");
        assertThat(ControlHierarchy.find(
                        List.of(mount("/", "unified", "cgroup2", "nsdelegate")), List.of("0::/user/app/terminal")))
                .containsExactly(new ControlHierarchy(
                        true, above, Set.of(Controller.MEMORY, Controller.PROCESSES, Controller.CPU)));
    }

    @Test
    void nothingIsUsedAboveWhatIsMounted() throws IOException {
        group("", "memory pids");
        group("unified", "");
        assertThat(ControlHierarchy.find(List.of(mount("/", "unified", "cgroup2", "nsdelegate")), List.of("0::/")))
                .isEmpty();
    }

    @Test
    void whatIsNoHierarchyIsLeftOut() {
        assertThat(ControlHierarchy.find(
                        List.of("", "no separator", "30 23 - cgroup2", "1 2 3 4 5 - cgroup memory rw,memory"),
                        List.of("", "4", "4:memory")))
                .isEmpty();
    }
}
