package org.espalier.kernel.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.espalier.base.Placement.Range;
import org.espalier.kernel.linux.ConfinedProcess.Ended;
import org.espalier.kernel.linux.ControlHierarchy.Controller;
import org.espalier.testkit.Choices;
import org.espalier.testkit.ForAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups are made for sandboxes, hold them to their budgets, and do not stay; not those of a killed process either. */
final class ControlGroupsTest {
    private static final int SIGKILL = 9;
    private static final Confinement.Limits LIMITS = new Confinement.Limits(16, 1L << 30);

    @TempDir
    Path folder;

    private ControlHierarchy hierarchy() {
        return new ControlHierarchy(false, folder, Set.of(Controller.MEMORY));
    }

    private List<Path> inside(Path path) throws IOException {
        try (Stream<Path> found = Files.list(path)) {
            return found.map(path::relativize).sorted().toList();
        }
    }

    @Test
    void nothingIsLeftOfGroupsThatAreClosed() throws IOException {
        try (ControlGroups groups = ControlGroups.open(List.of(hierarchy()))) {
            assertThat(groups.controllers()).containsExactly(Controller.MEMORY);
            ControlGroup first = groups.make();
            ControlGroup second = groups.make();
            Path home = folder.resolve(inside(folder).getFirst());
            assertThat(inside(home)).containsExactly(Path.of("1"), Path.of("2"));
            first.close();
            assertThat(inside(home)).containsExactly(Path.of("2"));
            assertThat(second.hasRunOut()).isFalse();
        }
        assertThat(inside(folder)).isEmpty();
    }

    @Test
    void aGroupForTimeAloneIsBesideThoseWithoutAndGoesWithItsSandboxOrWithAll() throws IOException {
        ControlHierarchy hierarchy = new ControlHierarchy(false, folder, Set.of(Controller.CPU));
        try (ControlGroups groups = ControlGroups.open(List.of(hierarchy))) {
            Path home = inside(folder).getFirst();
            ControlGroup first = groups.make();
            ControlGroup second = groups.make();
            assertThat(inside(folder)).containsExactly(home);
            assertThat(groups.isEmpty()).isTrue();
            for (ControlGroup group : List.of(first, second)) {
                // Here is no host that would have made the file that a process is written to.
                assertThatThrownBy(() -> group.limitCpu(20, 17)).isInstanceOf(NoSuchFileException.class);
            }
            assertThat(inside(folder)).containsExactly(home, Path.of(home + "-1"), Path.of(home + "-2"));
            assertThat(groups.isEmpty()).isFalse();
            first.close();
            assertThat(inside(folder)).containsExactly(home, Path.of(home + "-2"));
        }
        assertThat(inside(folder)).isEmpty();
    }

    @Test
    void whatAKilledProcessHasLeftIsRemovedByTheNextThatBegins() throws IOException {
        String name = ownName();
        String killed = name.replaceFirst("-[0-9]+-[0-9]+$", "-1-7");
        String foreign = name.replaceFirst("-[0-9]+-", "-1-");
        for (String left : List.of(name, killed, foreign, "espalier-others", "others")) {
            Files.createDirectories(folder.resolve(left).resolve("3"));
        }
        Files.createDirectory(folder.resolve(killed + "-4"));
        ControlGroups.open(List.of(hierarchy())).close();
        assertThat(inside(folder))
                .as("those of who runs, of who cannot be seen from here, and of others stay")
                .containsExactlyInAnyOrder(
                        Path.of(name), Path.of(foreign), Path.of("espalier-others"), Path.of("others"));
    }

    /** The name of the folder of a kernel of this process. */
    private String ownName() throws IOException {
        try (ControlGroups _ = ControlGroups.open(List.of(hierarchy()))) {
            return inside(folder).getFirst().toString();
        }
    }

    @Test
    void aFolderThatCannotBeMadeLimitsNothing() {
        ControlHierarchy none =
                new ControlHierarchy(false, folder.resolve("none"), Set.of(Controller.MEMORY, Controller.PROCESSES));
        try (ControlGroups groups = ControlGroups.open(List.of(none))) {
            assertThat(groups.controllers()).isEmpty();
        }
    }

    @Test
    void limitsAreWrittenToTheFilesOfEachVersion() throws IOException {
        assertThat(written(true))
                .isEqualTo(Map.of(
                        "cgroup.procs", "17",
                        "memory.max", "1048576",
                        "memory.swap.max", "0",
                        "pids.max", "3",
                        "cpu.max", "20000 100000",
                        "cpu.weight", "11"));
        assertThat(written(false))
                .isEqualTo(Map.of(
                        "cgroup.procs", "17",
                        "memory.limit_in_bytes", "1048576",
                        "memory.memsw.limit_in_bytes", "1048576",
                        "pids.max", "3",
                        "cpu.cfs_period_us", "100000",
                        "cpu.cfs_quota_us", "20000",
                        "cpu.shares", "110"));
    }

    /** What a group in which everything is limited has written, by file. */
    private Map<String, String> written(boolean unified) throws IOException {
        List<String> names = unified
                ? List.of("memory.max", "memory.swap.max", "pids.max", "cpu.max", "cpu.weight", "cgroup.procs")
                : List.of(
                        "memory.limit_in_bytes",
                        "memory.memsw.limit_in_bytes",
                        "pids.max",
                        "cpu.cfs_period_us",
                        "cpu.cfs_quota_us",
                        "cpu.shares",
                        "cgroup.procs");
        Path path = Files.createDirectory(folder.resolve(unified ? "2" : "1"));
        for (String name : names) {
            Files.createFile(path.resolve(name));
        }
        ControlGroup.Folder own = new ControlGroup.Folder(unified, path);
        ControlGroup group = new ControlGroup(Map.of(Controller.MEMORY, own, Controller.PROCESSES, own), () -> own);
        group.limitMemory(1 << 20);
        group.limitProcesses(3);
        group.limitCpu(20, 17);
        group.weigh(Urgency.of(Range.part(1, 1, 2), Urgency.Means.GROUP), 17);
        Map<String, String> found = new TreeMap<>();
        for (String name : names) {
            found.put(name, Files.readString(path.resolve(name)));
        }
        return found;
    }

    @Test
    void whetherAGroupRanOutIsReadFromTheFilesOfEachVersion() throws IOException {
        for (boolean unified : new boolean[] {true, false}) {
            Path path = Files.createDirectory(folder.resolve(unified ? "2" : "1"));
            Path events = path.resolve(unified ? "memory.events" : "memory.oom_control");
            ControlGroup group =
                    new ControlGroup(Map.of(Controller.MEMORY, new ControlGroup.Folder(unified, path)), () -> {
                        throw new IOException("no group");
                    });
            Files.writeString(events, "oom 4\noom_kill 0\n");
            assertThat(group.hasRunOut()).isFalse();
            Files.writeString(events, "oom 4\noom_kill 1\n");
            assertThat(group.hasRunOut()).isTrue();
        }
    }

    @Test
    void whatAGroupHasIsReadFromTheFilesOfEachVersion() throws IOException {
        for (boolean unified : new boolean[] {true, false}) {
            Path path = Files.createDirectory(folder.resolve(unified ? "2" : "1"));
            Files.writeString(path.resolve(unified ? "memory.current" : "memory.usage_in_bytes"), "24379392\n");
            ControlGroup.Processors none = () -> {
                throw new IOException("no group");
            };
            assertThat(new ControlGroup(Map.of(Controller.MEMORY, new ControlGroup.Folder(unified, path)), none)
                            .memory())
                    .hasValue(24379392);
            assertThat(new ControlGroup(Map.of(), none).memory()).isEmpty();
        }
    }

    // ---- on this host

    private static ControlGroups groupsOfThisHost(Controller controller) {
        Hosts.assumeConfinement();
        ControlGroups groups = ControlGroups.open();
        boolean works = groups.controllers().contains(controller);
        if (!works) {
            groups.close();
        }
        assumeThat(works)
                .as("control groups for " + controller + " can be made on this host")
                .isTrue();
        return groups;
    }

    private static Confinement confinement(ControlGroups groups) throws HostException {
        return new Confinement(Confinement.Content.starter(), Optional.of(groups));
    }

    private static ConfinedProcess start(Confinement confinement, Confinement.Budget budget) throws IOException {
        try (MemoryFile program = MemoryFile.holding("attempts", Hosts.attempts())) {
            return ((Start.Started) confinement.prepare().begin(program, LIMITS, budget)).process();
        }
    }

    private static void say(ConfinedProcess process, String what) throws IOException {
        assertThat(process.channel().send(what.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Channel.Sent.SENT);
    }

    @Test
    void whoTakesMoreMemoryOfTheHostThanItsBudgetIsEnded() throws IOException {
        try (ControlGroups groups = groupsOfThisHost(Controller.MEMORY);
                Confinement confinement = confinement(groups)) {
            try (ConfinedProcess process =
                    start(confinement, new Confinement.Budget(1 << 20, 1, Confinement.Budget.UNLIMITED))) {
                say(process, "write all of its memory");
                assertThat(process.channel().receive()).isInstanceOf(Channel.Received.Closed.class);
                assertThat(process.await()).isEqualTo(Ended.by(SIGKILL));
                assertThat(process.hasRunOutOfMemory()).isTrue();
            }
            try (ConfinedProcess process =
                    start(confinement, new Confinement.Budget(8 << 20, 1, Confinement.Budget.UNLIMITED))) {
                say(process, "write all of its memory");
                assertThat(process.channel().receive()).isInstanceOf(Channel.Received.Message.class);
                assertThat(process.hasRunOutOfMemory()).isFalse();
                assertThat(process.hostBytes()).isBetween(4096L, 8L << 20);
            }
        }
    }

    @Test
    void aStartHoldsASandboxToItsOwnBudgetWhateverItWasHeldToWhileItWaited() throws IOException {
        Confinement.Budget small = new Confinement.Budget(1 << 20, 1, Confinement.Budget.UNLIMITED);
        Confinement.Budget large = new Confinement.Budget(8 << 20, 2, Confinement.Budget.UNLIMITED);
        try (ControlGroups groups = groupsOfThisHost(Controller.MEMORY);
                Confinement confinement = confinement(groups);
                MemoryFile program = MemoryFile.holding("attempts", Hosts.attempts())) {
            for (boolean isSmall : new boolean[] {true, false}) {
                Sandbox sandbox = confinement.prepare();
                while (!sandbox.settle(isSmall ? large : small)) {
                    LockSupport.parkNanos(1_000_000);
                }
                try (ConfinedProcess process =
                        ((Start.Started) sandbox.begin(program, LIMITS, isSmall ? small : large)).process()) {
                    say(process, "write all of its memory");
                    assertThat(process.channel().receive())
                            .isInstanceOf(isSmall ? Channel.Received.Closed.class : Channel.Received.Message.class);
                    assertThat(process.hasRunOutOfMemory()).isEqualTo(isSmall);
                }
            }
        }
    }

    @Test
    void whoHasALimitOfTimeIsHeldUp() throws IOException {
        try (ControlGroups groups = groupsOfThisHost(Controller.CPU);
                Confinement confinement = confinement(groups);
                ConfinedProcess process =
                        start(confinement, new Confinement.Budget(Confinement.Budget.UNLIMITED, 1, 10))) {
            say(process, "never return");
            long begin = System.nanoTime();
            long taken;
            do {
                taken = process.activity().cpuNanos();
            } while (taken < 200_000_000);
            // 10 % of a processor, with the tenth of a second that it may begin with, and the host's own way of
            // counting.
            assertThat(System.nanoTime() - begin).isGreaterThan(1_000_000_000);
        }
    }

    @Test
    void whoIsLessUrgentGetsTheLesserShareOfAProcessorThatBothWant() throws Exception {
        assumeThat(Preflight.find("taskset")).as("taskset of util-linux").isPresent();
        Confinement.Budget less = new Confinement.Budget(
                Confinement.Budget.UNLIMITED,
                1,
                Confinement.Budget.UNLIMITED,
                Urgency.of(Range.part(1, 1, 2), Urgency.Means.GROUP));
        try (ControlGroups groups = groupsOfThisHost(Controller.CPU);
                Confinement confinement = confinement(groups);
                ConfinedProcess urgent = start(confinement, Confinement.Budget.NONE);
                ConfinedProcess other = start(confinement, less)) {
            for (ConfinedProcess process : List.of(urgent, other)) {
                pinToTheFirstProcessor(process);
                say(process, "never return");
            }
            long urgentBefore = urgent.activity().cpuNanos();
            long otherBefore = other.activity().cpuNanos();
            long urgentTook;
            do {
                LockSupport.parkNanos(10_000_000);
                urgentTook = urgent.activity().cpuNanos() - urgentBefore;
            } while (urgentTook < 1_000_000_000);
            assertThat(other.activity().cpuNanos() - otherBefore)
                    .as("nanoseconds of the one with 110 shares, beside a second of the one with 1024")
                    .isLessThan(urgentTook / 3);
        }
    }

    private static void pinToTheFirstProcessor(ConfinedProcess process) throws Exception {
        String first = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .map(line -> line.replaceFirst(".*:\\s*([0-9]+).*", "$1"))
                .findFirst()
                .orElseThrow();
        Process taskset = new ProcessBuilder("taskset", "-pc", first, Long.toString(process.confined()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(taskset.waitFor()).isZero();
    }

    @Test
    void aSandboxThatIsEndedWhileItIsMadeLeavesNothing() throws IOException {
        try (ControlGroups groups = groupsOfThisHost(Controller.PROCESSES);
                Confinement confinement = confinement(groups)) {
            ForAll.forAll((Choices choices) -> choices.below(8_000), 30, micros -> {
                Sandbox sandbox = confinement.prepare();
                LockSupport.parkNanos(1000L * micros);
                sandbox.close();
                // The host removes no group that still has a process.
                assertThat(groups.isEmpty()).isTrue();
            });
        }
    }

    @Test
    void aSandboxWhoseMonitorIsKilledWhileItIsMadeLeavesNothing() throws IOException {
        try (ControlGroups groups = groupsOfThisHost(Controller.PROCESSES);
                Confinement confinement = confinement(groups);
                MemoryFile program = MemoryFile.holding("attempts", Hosts.attempts())) {
            ForAll.forAll((Choices choices) -> choices.below(8_000), 30, micros -> {
                Sandbox sandbox = confinement.prepare();
                LockSupport.parkNanos(1000L * micros);
                sandbox.kill();
                assertThat(sandbox.begin(program, LIMITS)).isInstanceOf(Start.Failed.class);
                assertThat(groups.isEmpty()).isTrue();
            });
        }
    }
}
