package org.espalier.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.espalier.cli.Scenario;
import org.espalier.cli.ScenarioRun;
import org.espalier.core.Kernels;
import org.espalier.core.SystemState;
import org.espalier.kernel.spi.Kernel;
import org.espalier.machine.ElfImage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What processes of kernel {@code linux} may take, and what the enforcement table says of it on this host. */
final class LinuxBudgetTest {
    private static final long STACK_BYTES = 256 << 10;
    private static final long PAGE = 4096;

    /** Where {@code /proc/PID/stat} has a nice value, behind the name of the program. */
    private static final int NICE = 16;

    private static final String ATTACKER =
            "<start name=\"%s\" caps=\"200\" ram=\"2M\"> <binary name=\"bench_rpc\"/> <limits %s/>"
                    + " <config role=\"attacker\" act=\"compute\" threads=\"%d\"/> <route> <service name=\"Echo\"> <child"
                    + " name=\"server\"/> </service> <any-service> <parent/> </any-service> </route> </start>";

    private static final String SERVER =
            "<start name=\"server\" caps=\"200\" ram=\"2M\"> <binary name=\"bench_rpc\"/> <config role=\"server\"/>"
                    + " <provides> <service name=\"Echo\"/> </provides> </start>";

    @BeforeEach
    void leaveOutWhereTheHostLacksSomething() {
        assumeThat(linux().obstacle().orElse("")).isEmpty();
    }

    private static Kernel linux() {
        return Kernels.named("linux").orElseThrow();
    }

    private static boolean enforces(String subject) {
        return linux().enforcement().stream().anyMatch(row -> row.subject().equals(subject) && row.enforced());
    }

    private static Running start(String children) {
        return Running.of(LinuxTest.HEAD + children + "</config>", Map.of(), builder -> builder.kernel("linux"));
    }

    @Test
    void whoTakesMoreTimeThanItsLimitIsStoppedAndItsParentIsTold() {
        try (Running running = start(SERVER
                + ATTACKER.formatted("busy", "cpu=\"20\"", 1)
                + ATTACKER.formatted("idle", "cpu=\"60\"", 0)
                + ATTACKER.formatted("metered", "heap_total=\"1M\"", 0))) {
            LinuxTest.await(running, () -> running.count("*‘busy’*limit: the component took more than 20 %*") > 0);
            LinuxTest.await(
                    running,
                    () -> running.count("*kernel linux does not meter the heap that a component allocates*") > 0);
            assertThat(running.count("*‘idle’*limit*")).isZero();
        }
    }

    @Test
    void whoHasALimitThatThrottlesIsHeldUpAndGoesOnOrIsNotStarted() {
        try (Running running = start(SERVER + ATTACKER.formatted("throttled", "cpu=\"20\" throttle=\"yes\"", 2))) {
            if (!enforces("CPU throttling")) {
                LinuxTest.await(running, () -> running.count("*kernel linux holds no component up*") > 0);
                return;
            }
            // What a JVM begins with is over when it has taken some time, in whole tenths of a second.
            LinuxTest.await(running, () -> taken(running).toMillis() > 1000);
            long begin = System.nanoTime();
            Duration before = taken(running);
            LinuxTest.await(running, () -> taken(running).minus(before).toMillis() > 600);
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            assertThat(took)
                    .as(
                            "the least time in which 600 ms of a processor can be taken with 20 % of it, beside a tenth of a second")
                    .isGreaterThan(Duration.ofMillis(2400));
            assertThat(running.count("*‘throttled’*limit*")).isZero();
        }
    }

    @Test
    void aPriorityIsTheWeightOfAComponentsGroupAndAPartOfWhatTheParentHas() throws IOException {
        boolean byGroup = linux().enforcement().stream()
                .anyMatch(row ->
                        row.subject().equals("priority") && row.mechanism().startsWith("by control group"));
        assumeThat(byGroup).as("this host has control groups for priorities").isTrue();
        String idle = "<start name=\"%s\" priority=\"%d\" caps=\"200\" ram=\"2M\"> <binary name=\"bench_rpc\"/> <config"
                + " role=\"server\"/> <provides> <service name=\"Echo\"/> </provides> </start>\n";
        String head = LinuxTest.HEAD.replace("<config>", "<config prio_levels=\"2\">");
        String middle = "<start name=\"middle\" priority=\"-1\" caps=\"1000\" ram=\"8M\"> <binary name=\"init\"/>\n"
                + head + idle.formatted("upper", 0) + idle.formatted("lower", -1) + "</config> </start>\n";
        try (Running running = Running.of(
                head + idle.formatted("first", 0) + idle.formatted("second", -1) + middle + "</config>",
                Map.of(),
                builder -> builder.kernel("linux"))) {
            LinuxTest.await(
                    running,
                    () -> running.system.state().domains().stream()
                                    .filter(SystemState.Domain::started)
                                    .count()
                            == 7);
            // Of ‘second’, ‘middle’ and ‘upper’ half of the range is above; of ‘lower’ three quarters.
            LinuxTest.await(running, () -> weights().size() == 4);
            assertThat(weights()).isIn(weights(0), weights(nice()));
        }
    }

    private static List<Long> weights(int nice) {
        boolean unified = weightFiles().stream().anyMatch(file -> file.endsWith("cpu.weight"));
        return Stream.of(15, 10, 10, 10)
                .map(steps -> Math.round((unified ? 100 : 1024) * Math.pow(0.8, steps + nice)))
                .toList();
    }

    /** Of groups of this process that are in use, but for those that are as urgent as can be. */
    private static List<Long> weights() {
        return weightFiles().stream()
                .map(file -> Long.parseLong(text(file).strip()))
                .filter(weight -> weight != 100)
                .sorted()
                .toList();
    }

    private static List<Path> weightFiles() {
        List<Path> files = new ArrayList<>();
        try {
            for (Path group : groups(ProcessHandle.current().pid())) {
                try (Stream<Path> inside = Files.walk(group)) {
                    inside.filter(path -> path.endsWith("cpu.shares") || path.endsWith("cpu.weight"))
                            .filter(path ->
                                    !text(path.resolveSibling("cgroup.procs")).isEmpty())
                            .forEach(files::add);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // One of them was removed meanwhile: whoever asks asks again.
            return List.of();
        }
        return files;
    }

    private static int nice() throws IOException {
        String state = Files.readString(Path.of("/proc/self/stat"));
        return Integer.parseInt(
                List.of(state.substring(state.lastIndexOf(')') + 2).split(" ")).get(NICE));
    }

    private static Duration taken(Running running) {
        return running.system.state().domains().stream()
                .filter(domain -> domain.label().last().equals("throttled"))
                .flatMap(domain -> domain.cpuTime().stream())
                .findFirst()
                .orElse(Duration.ZERO);
    }

    @Test
    void whoTakesMoreOfTheHostThanItMayIsRefusedOrEndedAndItsParentIsTold() {
        assumeThat(enforces("host memory of a component") && enforces("processes and threads at the host"))
                .as("control groups can be made on this host")
                .isTrue();
        String escape =
                "<start name=\"%s\" caps=\"200\" ram=\"2M\"> <binary name=\"escape\"/> <config act=\"%<s\"/> </start>";
        try (Running running = start(escape.formatted("memory") + escape.formatted("threads"))) {
            LinuxTest.await(
                    running,
                    () -> running.count("*‘memory’ faulted: *limit: the host ended its process, which took more memory"
                                    + " beside its dataspaces than it may")
                            == 1);
            LinuxTest.await(running, () -> running.count("[init -> threads] threads: *") == 1);
            int threads = running.log.stream()
                    .filter(line -> line.startsWith("[init -> threads] threads: "))
                    .mapToInt(line -> Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
            assertThat(threads).as("beside those that a JVM has").isBetween(1024, 1088);
            assertThat(running.count("*‘threads’ faulted*")).isZero();
            assertThat(running.count("*survived*")).isZero();
        }
    }

    @Test
    void aNativeComponentPaysForItsPages() {
        Path program = Place.DIST.resolve("components/weather_server.elf");
        assumeThat(Files.exists(program)).as("native components were built").isTrue();
        long pages = ElfImage.read(Place.read(program)) instanceof ElfImage.Verdict.Good(ElfImage image)
                ? image.frames() * PAGE + STACK_BYTES
                : 0;
        String server = "<start name=\"%s\" caps=\"200\" ram=\"%s\"> <binary name=\"weather_server.elf\"/>"
                + " <provides> <service name=\"Weather\"/> </provides> </start>";
        try (Running running = start(server.formatted("rich", "2M") + server.formatted("poor", "128K"))) {
            LinuxTest.await(
                    running,
                    () -> running.count("*‘poor’ faulted: *its segments and its stack take " + pages
                                    + " bytes: OUT_OF_RAM*")
                            > 0);
            LinuxTest.await(running, () -> used(running, "rich") >= pages);
            assertThat(used(running, "rich")).isLessThan(pages + (256 << 10));
        }
    }

    private static long used(Running running, String name) {
        return running.system.state().domains().stream()
                .filter(domain -> domain.label().last().equals(name))
                .map(SystemState.Domain::quotas)
                .mapToLong(quotas -> quotas.ramUsed().bytes())
                .sum();
    }

    @Test
    void whatIsEnforcedHereCanBeRequiredAndAnythingElseIsRefused() throws InterruptedException {
        List<Kernel.Enforcement> rows = linux().enforcement();
        List<String> enforced = rows.stream()
                .filter(Kernel.Enforcement::enforced)
                .map(Kernel.Enforcement::subject)
                .toList();
        assertThat(hello(enforced)).isInstanceOf(ScenarioRun.Outcome.Met.class);
        assertThat(rows)
                .filteredOn(row -> !row.enforced())
                .allSatisfy(row -> assertThatThrownBy(() -> hello(List.of(row.subject())))
                        .hasMessage("‘" + row.subject() + "’ is required, and kernel linux does not enforce it here: "
                                + row.mechanism()));
    }

    private static ScenarioRun.Outcome hello(List<String> required) throws InterruptedException {
        List<String> log = new CopyOnWriteArrayList<>();
        Scenario scenario = Scenario.read(Place.ROOT.resolve("scenarios/hello"));
        ScenarioRun run = new ScenarioRun(
                scenario, "linux", scenario.roms().or(Place.COMPONENTS), line -> log.add(line.toString()), true, false);
        return run.run(required, LinuxTest.PATIENCE);
    }

    @Test
    void nothingOfAKilledLauncherRunsOnAndTheNextOneSweepsWhatItLeft() throws Exception {
        String config = LinuxTest.HEAD + """
                <start name="timer" caps="200" ram="2M"> <provides> <service name="Timer"/> </provides> <config/> </start>
                <start name="log_tee" caps="200" ram="2M"> <provides> <service name="LOG"/> </provides> <config/> </start>
                """
                + (Files.exists(Place.DIST.resolve("components/weather_server.elf")) ? """
                <start name="native" caps="200" ram="2M"> <binary name="weather_server.elf"/> <provides> <service name="Weather"/>
                </provides> </start>
                """ : "") + "</config>";
        Path file = Files.createTempFile("killed", ".xml");
        Process launcher = null;
        List<ProcessHandle> processes = List.of();
        try {
            Files.writeString(file, config);
            launcher = Command.builder("run", "--no-control", "--kernel", "linux", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            // init and its children, each with its monitor, and what waits.
            long deadline = System.nanoTime() + LinuxTest.PATIENCE.toNanos();
            while (processes.size() < 10 && System.nanoTime() < deadline) {
                LockSupport.parkNanos(20_000_000);
                processes = launcher.toHandle().descendants().toList();
            }
            assertThat(processes).hasSizeGreaterThanOrEqualTo(10);
            launcher.destroyForcibly();
            launcher.waitFor();
            long killed = System.nanoTime();
            while (processes.stream().anyMatch(ProcessHandle::isAlive)
                    && System.nanoTime() < killed + Duration.ofSeconds(20).toNanos()) {
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(processes).as("processes that outlive the launcher").noneMatch(ProcessHandle::isAlive);
        } finally {
            if (launcher != null) {
                launcher.destroyForcibly();
            }
            Files.delete(file);
        }
        boolean grouped = enforces("host memory of a component");
        assertThat(groups(launcher.pid()).isEmpty() || grouped).isTrue();
        for (Path group : groups(launcher.pid())) {
            try (Stream<Path> inside = Files.walk(group)) {
                assertThat(inside.filter(path -> path.endsWith("cgroup.procs")).map(LinuxBudgetTest::text))
                        .as("processes in groups of the killed launcher")
                        .containsOnly("");
            }
        }
        assertThat(hello(List.of())).isInstanceOf(ScenarioRun.Outcome.Met.class);
        assertThat(groups(launcher.pid())).as("groups that nobody has swept").isEmpty();
    }

    private static String text(Path file) {
        return new String(Place.read(file), StandardCharsets.US_ASCII);
    }

    /** The folders of control groups that a process has made, wherever this host has such. */
    static List<Path> groups(long process) throws IOException {
        Path all = Path.of("/sys/fs/cgroup");
        if (!Files.isDirectory(all)) {
            return List.of();
        }
        try (Stream<Path> found = Files.find(
                all,
                8,
                (path, attributes) -> attributes.isDirectory()
                        && path.getFileName()
                                .toString()
                                .matches("espalier-[0-9]+-" + process + "-[0-9]+-[0-9]+(-[0-9]+)?"))) {
            return found.toList();
        }
    }
}
