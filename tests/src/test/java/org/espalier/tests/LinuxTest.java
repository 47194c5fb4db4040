package org.espalier.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.base.Quotas;
import org.espalier.cli.Scenario;
import org.espalier.cli.ScenarioRun;
import org.espalier.core.EspalierSystem;
import org.espalier.core.Kernels;
import org.espalier.core.SystemState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Systems whose components are processes. */
final class LinuxTest {
    /** Each component starts a JVM of its own, and other tests run beside. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final List<String> SUBSET =
            List.of("hello", "client_server", "packet_stream", "timer", "nested", "fault_detection", "kmem");

    /** Components that serve until they are ended, and what they serve. */
    private static final Map<String, String> SERVERS =
            Map.of("timer", "Timer", "log_tee", "LOG", "weather_server", "Weather");

    /** As many digits as the last one. */
    private static final int FIRST_VERSION = 100_000;

    private static final String TO_PROBE = " <route> <service name=\"Probe\"> <child name=\"%s\"/> </service>"
            + " <any-service> <parent/> </any-service> </route> ";

    static final String HEAD = """
            <config>
              <parent-provides>
                <service name="ROM"/> <service name="LOG"/> <service name="PD"/> <service name="CPU"/>
                <service name="Alarm"/> <service name="RTC"/> <service name="Entropy"/> <service name="RM"/>
              </parent-provides>
              <default-route> <any-service> <parent/> </any-service> </default-route>
            """;

    @BeforeEach
    void leaveOutWhereTheHostLacksSomething() {
        assumeThat(Kernels.named("linux").orElseThrow().obstacle().orElse("")).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> scenariosThatUseEveryMechanismAreMetOnLinux() {
        return SUBSET.stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> isMet(Place.ROOT.resolve("scenarios/" + name))));
    }

    private static void isMet(Path folder) throws InterruptedException {
        Scenario scenario = Scenario.read(folder);
        List<String> log = new CopyOnWriteArrayList<>();
        ScenarioRun run = new ScenarioRun(
                scenario, "linux", scenario.roms().or(Place.COMPONENTS), line -> log.add(line.toString()), true, false);
        assertThat(run.run(scenario.settings().requires(), PATIENCE))
                .as("the log:%n%s", String.join("\n", log))
                .isInstanceOf(ScenarioRun.Outcome.Met.class);
    }

    @Test
    void aManagedDataspaceIsRefusedWithTheReason() throws InterruptedException {
        try (Running running = Running.of(
                HEAD
                        + "<start name=\"services_test\" caps=\"200\" ram=\"2M\"> <exit propagate=\"yes\"/> </start></config>",
                Map.of(),
                builder -> builder.kernel("linux"))) {
            await(running, () -> running.count("*the RM session*denied: This kernel has no managed dataspaces*") > 0);
        }
    }

    @Test
    void callsInACircleOfProcessesAreRefusedAndEverybodyGoesOn() {
        String member =
                "<start name=\"%s\" caps=\"200\" ram=\"2M\"> <binary name=\"hostile\"/> <config act=\"circle\"/>"
                        + " <provides> <service name=\"Probe\"/> </provides>" + TO_PROBE + "</start>\n";
        String driver =
                "<start name=\"driver\" caps=\"200\" ram=\"2M\"> <binary name=\"hostile\"/> <config act=\"drive\"/>"
                        + TO_PROBE + "</start>\n";
        try (Running running = Running.of(
                HEAD + member.formatted("east", "west") + member.formatted("west", "east") + driver.formatted("east")
                        + "</config>",
                Map.of(),
                builder -> builder.kernel("linux"))) {
            await(running, () -> running.count("[init -> driver] sum *") > 0);
            assertThat(running.count("[init -> driver] 200 rounds: [Ok[value=the last was refused: DEADLOCK]]"))
                    .as("the log:%n%s", String.join("\n", running.log))
                    .isEqualTo(1);
            assertThat(running.count("[init -> driver] sum 3")).isEqualTo(1);
            assertThat(running.count("*faulted*")).isZero();
        }
    }

    @Test
    void killingAnyProcessLosesNothing() throws IOException {
        kill(20);
    }

    @Tag("slow")
    @Test
    void killingAnyProcessAThousandTimesLosesNothing() throws IOException {
        kill(Integer.getInteger("espalier.rounds", 1000));
    }

    /** Kills processes at random, has their components started anew, and looks for what is lost or left. */
    private static void kill(int rounds) throws IOException {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        Random random = new Random(seed);
        long descriptors = descriptors();
        Map<String, Integer> versions = new TreeMap<>();
        SERVERS.keySet().forEach(server -> versions.put(server, FIRST_VERSION));
        try (Running running = Running.of(config(Map.of()), Map.of(), builder -> builder.kernel("linux"))) {
            await(running, () -> isAlone(running.system, "init"));
            // Sandboxes are used in the order in which they were made, and init is the first to use one.
            ProcessHandle init = processes().getFirst();
            // What init has once had children it keeps: room for a configuration of that length, and the like.
            reconfigure(running, versions);
            await(running, () -> allRun(running.system));
            reconfigure(running, Map.of());
            await(running, () -> isAlone(running.system, "init"));
            Quotas before = settled(running);
            reconfigure(running, versions);
            await(running, () -> allRun(running.system));
            int processes = settledProcesses();
            long groups = groupsNow();
            for (int round = 0; round < rounds; round++) {
                Set<ProcessHandle> killed = new HashSet<>();
                Map<String, Integer> earlier = Map.copyOf(versions);
                List<ProcessHandle> victims = victims(init);
                if (!victims.isEmpty()) {
                    killed.add(victims.get(random.nextInt(victims.size())));
                    killed.forEach(ProcessHandle::destroyForcibly);
                }
                LockSupport.parkNanos(random.nextInt(20_000_000));
                List<ProcessHandle> next = victims(init);
                if (!next.isEmpty() && random.nextInt(4) == 0) {
                    // Whoever begins at this moment is killed as well.
                    killed.add(next.getLast());
                    next.getLast().destroyForcibly();
                }
                await(running, () -> killed.stream().noneMatch(ProcessHandle::isAlive));
                await(running, () -> {
                    // Again, for the end of a process is seen a moment before its component's fault.
                    revive(running, versions);
                    return processes().size() == processes && groupsAre(groups);
                });
                assertThat(versions.entrySet())
                        .as("components that faulted for %d kills in round %d, seed %d", killed.size(), round, seed)
                        .filteredOn(version -> !version.getValue().equals(earlier.get(version.getKey())))
                        .hasSizeLessThanOrEqualTo(killed.size());
            }
            reconfigure(running, Map.of());
            await(running, () -> isAlone(running.system, "init"));
            assertThat(settled(running))
                    .as("init's quota, seed %d; the log:%n%s", seed, String.join("\n", running.log))
                    .isEqualTo(before);
        }
        assertThat(processes()).as("processes that are left, seed %d", seed).isEmpty();
        assertThat(descriptors()).as("open descriptors, seed %d", seed).isEqualTo(descriptors);
        assertThat(groupsNow()).as("control groups, seed %d", seed).isZero();
    }

    /** Those of all components and of what waits for some, each with its monitor, when none are being made. */
    private static int settledProcesses() {
        int last = -1;
        for (int same = 0; same < 100; ) {
            LockSupport.parkNanos(10_000_000);
            int now = processes().size();
            same = now == last ? same + 1 : 0;
            last = now;
        }
        return last;
    }

    /** Whether there are so many control groups. */
    private static boolean groupsAre(long expected) {
        try {
            return groupsNow() == expected;
        } catch (IOException | UncheckedIOException e) {
            // One of those that were being counted was removed meanwhile.
            return false;
        }
    }

    /** Control groups of sandboxes that this process has, in the hierarchy where it has most. */
    private static long groupsNow() throws IOException {
        Map<Path, Long> groups = new HashMap<>();
        for (Path home : LinuxBudgetTest.groups(ProcessHandle.current().pid())) {
            try (Stream<Path> inside = Files.list(home)) {
                groups.merge(home.getParent(), inside.filter(Files::isDirectory).count(), Long::sum);
            }
        }
        return groups.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /** All but those of init, with which the system would end; oldest first. */
    private static List<ProcessHandle> victims(ProcessHandle init) {
        return processes().stream()
                .filter(process -> !process.equals(init)
                        && !process.parent().map(init::equals).orElse(true))
                .toList();
    }

    private static String config(Map<String, Integer> versions) {
        return HEAD
                + versions.entrySet().stream()
                        .map(server -> "<start name=\"" + server.getKey() + "\" version=\"" + server.getValue()
                                + "\" caps=\"200\" ram=\"2M\"> <provides> <service name=\""
                                + SERVERS.get(server.getKey())
                                + "\"/> </provides> <config/> </start>\n")
                        .collect(Collectors.joining())
                + "</config>";
    }

    /** Has every server that has failed started anew, until all of them run. */
    private static void revive(Running running, Map<String, Integer> versions) {
        await(running, () -> {
            assertThat(running.system.exit())
                    .as("the log:%n%s", String.join("\n", running.log))
                    .isNotDone();
            boolean changed = false;
            for (SystemState.Domain domain : running.system.state().domains()) {
                String name = domain.label().last();
                if (!domain.fault().isEmpty() && versions.containsKey(name)) {
                    versions.merge(name, 1, Integer::sum);
                    changed = true;
                }
            }
            if (changed) {
                reconfigure(running, versions);
                LockSupport.parkNanos(50_000_000);
            }
            return !changed && allRun(running.system);
        });
    }

    private static boolean allRun(EspalierSystem system) {
        List<SystemState.Domain> domains = system.state().domains();
        return SERVERS.keySet().stream()
                .allMatch(server -> domains.stream()
                        .anyMatch(domain -> domain.label().last().equals(server)
                                && domain.started()
                                && domain.fault().isEmpty()));
    }

    private static void reconfigure(Running running, Map<String, Integer> versions) {
        assertThat(running.system.reconfigure("test.xml", config(versions))).isEmpty();
    }

    /** Whether there is no component but this one, which has done all that it does by itself. */
    private static boolean isAlone(EspalierSystem system, String name) {
        List<SystemState.Domain> domains = system.state().domains();
        return domains.size() == 2 && domains.getLast().label().last().equals(name);
    }

    /** What init owns and uses when it has changed nothing for a while: sessions of children that are gone are still being closed. */
    private static Quotas settled(Running running) {
        Quotas last = quotas(running.system, "init");
        int same = 0;
        for (int looks = 0; same < 200 && looks < 10_000; looks++) {
            LockSupport.parkNanos(10_000_000);
            Quotas now = quotas(running.system, "init");
            same = now.equals(last) ? same + 1 : 0;
            last = now;
        }
        return last;
    }

    private static Quotas quotas(EspalierSystem system, String name) {
        return system.state().domains().stream()
                .filter(domain -> domain.label().last().equals(name))
                .map(SystemState.Domain::quotas)
                .findFirst()
                .orElseThrow();
    }

    private static List<ProcessHandle> processes() {
        List<ProcessHandle> processes =
                new ArrayList<>(ProcessHandle.current().descendants().toList());
        processes.removeIf(process -> !process.info().commandLine().orElse("").contains("espalier"));
        processes.sort(Comparator.comparing(
                        (ProcessHandle process) -> process.info().startInstant().orElse(Instant.MAX))
                .thenComparingLong(ProcessHandle::pid));
        return processes;
    }

    /** Files of memory, sockets and descriptors of processes that are open here; the JVM has none of its own. */
    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.map(LinuxTest::target)
                    .filter(target -> target.startsWith("/memfd:")
                            || target.startsWith("socket:")
                            || target.startsWith("anon_inode:[pidfd"))
                    .count();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            // Closed meanwhile.
            return "";
        }
    }

    static void await(Running running, BooleanSupplier happened) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Within " + PATIENCE + " it did not happen; " + running.system.state()
                        + "; the log:\n" + String.join("\n", running.log));
            }
            LockSupport.parkNanos(5_000_000);
        }
    }
}
