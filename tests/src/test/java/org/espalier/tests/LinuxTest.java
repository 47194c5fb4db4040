package org.espalier.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
            List.of("hello", "client_server", "packet_stream", "timer", "nested", "fault_detection");

    private static final List<String> SERVERS = List.of("timer", "report_rom", "weather_server");

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
                scenario,
                "linux",
                scenario.roms().or(Place.COMPONENTS),
                line -> log.add(line.toString()),
                true,
                false);
        assertThat(run.run(scenario.settings().requires(), PATIENCE))
                .as("the log:%n%s", String.join("\n", log))
                .isInstanceOf(ScenarioRun.Outcome.Met.class);
    }

    @Test
    void aManagedDataspaceIsRefusedWithTheReason() throws InterruptedException {
        try (Running running = Running.of(
                Running.HEAD + "<start name=\"services_test\"> <exit propagate=\"yes\"/> </start></config>",
                Map.of(),
                builder -> builder.kernel("linux"))) {
            await(
                    running,
                    () -> running.count("*the RM session*denied: This kernel has no managed dataspaces*") > 0);
        }
    }

    @Test
    void killingAnyProcessLosesNothing() throws IOException {
        kill(50);
    }

    @Tag("slow")
    @Test
    void killingAnyProcessAThousandTimesLosesNothing() throws IOException {
        kill(1000);
    }

    /** Kills processes at random, has their components started anew, and looks for what is lost or left. */
    private static void kill(int rounds) throws IOException {
        long seed = Long.getLong("espalier.seed", System.nanoTime());
        Random random = new Random(seed);
        long descriptors = descriptors();
        Map<String, Integer> versions = new TreeMap<>();
        SERVERS.forEach(server -> versions.put(server, 0));
        try (Running running = Running.of(config(versions), Map.of(), builder -> builder.kernel("linux"))) {
            await(running, () -> allRun(running.system));
            long init = processes().getFirst().pid();
            Quotas before = quotas(running.system, "init");
            long used = ramOfServers(running.system);
            for (int round = 0; round < rounds; round++) {
                List<ProcessHandle> victims = processes().stream()
                        .filter(process -> process.pid() != init)
                        .filter(process -> process.parent().map(ProcessHandle::pid).orElse(0L) != init)
                        .toList();
                victims.get(random.nextInt(victims.size())).destroyForcibly();
                LockSupport.parkNanos(random.nextInt(20_000_000));
                if (random.nextInt(4) == 0) {
                    // Whoever begins at this moment is killed as well.
                    processes().getLast().destroyForcibly();
                }
                revive(running, versions);
            }
            await(running, () -> allRun(running.system));
            assertThat(quotas(running.system, "init"))
                    .as("init's quota, seed %d; the log:%n%s", seed, String.join("\n", running.log))
                    .isEqualTo(before);
            assertThat(ramOfServers(running.system)).as("seed %d", seed).isEqualTo(used);
        }
        assertThat(processes()).as("processes that are left, seed %d", seed).isEmpty();
        assertThat(descriptors()).as("open descriptors, seed %d", seed).isLessThanOrEqualTo(descriptors + 4);
    }

    private static String config(Map<String, Integer> versions) {
        return Running.HEAD
                + versions.entrySet().stream()
                        .map(server -> "<start name=\"" + server.getKey() + "\" version=\"" + server.getValue()
                                + "\" caps=\"200\" ram=\"2M\"> <config/> </start>\n")
                        .collect(Collectors.joining())
                + "</config>";
    }

    /** Has every server that has failed started anew, until all of them run. */
    private static void revive(Running running, Map<String, Integer> versions) {
        await(running, () -> {
            boolean changed = false;
            for (SystemState.Domain domain : running.system.state().domains()) {
                String name = domain.label().last();
                if (!domain.fault().isEmpty() && versions.containsKey(name)) {
                    versions.merge(name, 1, Integer::sum);
                    changed = true;
                }
            }
            if (changed) {
                assertThat(running.system.reconfigure("test.xml", config(versions)))
                        .isEmpty();
                LockSupport.parkNanos(50_000_000);
            }
            return !changed && allRun(running.system);
        });
    }

    private static boolean allRun(EspalierSystem system) {
        List<SystemState.Domain> domains = system.state().domains();
        return SERVERS.stream()
                .allMatch(server -> domains.stream()
                        .anyMatch(domain -> domain.label().last().equals(server)
                                && domain.started()
                                && domain.fault().isEmpty()));
    }

    private static Quotas quotas(EspalierSystem system, String name) {
        return system.state().domains().stream()
                .filter(domain -> domain.label().last().equals(name))
                .map(SystemState.Domain::quotas)
                .findFirst()
                .orElseThrow();
    }

    private static long ramOfServers(EspalierSystem system) {
        return SERVERS.stream()
                .mapToLong(server -> quotas(system, server).ram().bytes())
                .sum();
    }

    private static List<ProcessHandle> processes() {
        List<ProcessHandle> processes =
                new ArrayList<>(ProcessHandle.current().descendants().toList());
        processes.removeIf(process -> !process.info().commandLine().orElse("").contains("espalier"));
        processes.sort(Comparator.comparing(ProcessHandle::pid));
        return processes;
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private static void await(Running running, BooleanSupplier happened) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "Within " + PATIENCE + " it did not happen; the log:\n" + String.join("\n", running.log));
            }
            LockSupport.parkNanos(2_000_000);
        }
    }
}
