package org.espalier.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.espalier.cli.Scenario;
import org.espalier.cli.ScenarioRun;
import org.espalier.core.Kernels;
import org.espalier.kernel.spi.HeldCapability;
import org.espalier.kernel.spi.Kernel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Systems on kernel {@code sel4}. That all memory of the machine is untyped again when a system has ended is looked at by the kernel whenever one
 * does: it throws if an object was left.
 */
final class Sel4Test {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @BeforeEach
    void leaveOutWhereTheHostLacksSomething() {
        assumeThat(Kernels.named("sel4").orElseThrow().obstacle().orElse("")).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> everyScenarioIsMetOnSel4OrRefusedForWhatItRequires() throws IOException {
        List<Path> folders = new ArrayList<>();
        try (Stream<Path> all = Files.list(Place.ROOT.resolve("scenarios"))) {
            all.filter(Files::isDirectory).sorted().forEach(folders::add);
        }
        return folders.stream()
                .map(folder -> DynamicTest.dynamicTest(String.valueOf(folder.getFileName()), () -> run(folder)));
    }

    /** Hostile components end as they do on hw, and the system goes on: when it is closed, nothing of them may be left. */
    @Test
    void hostileComponentsLeaveNothingOfTheirs() {
        try (Running running = Running.of(
                Running.HEAD + Running.hostile("idle", "nothing") + Running.hostile("broken", "fault") + "</config>",
                Map.of(),
                builder -> builder.kernel("sel4"))) {
            running.awaits("*child ‘broken’*fault*");
            assertThat(running.system.capabilities().orElseThrow())
                    .anyMatch(one -> one.holder().equals("init -> idle"));
            assertThat(running.system.reconfigure("empty.xml", Running.HEAD + "</config>"))
                    .isEmpty();
            running.await(
                    "the end of both",
                    () -> running.system.capabilities().orElseThrow().stream()
                            .noneMatch(one -> one.holder().startsWith("init -> ")));
        }
    }

    /** What {@code inspect} shows: each capability stands behind its parent, and nobody has more rights than who it comes from. */
    @Test
    void eachCapabilityIsShownBehindTheOneThatItWasDerivedFrom() {
        try (Running running = Running.of(
                Running.HEAD + Running.hostile("idle", "nothing") + "</config>",
                Map.of(),
                builder -> builder.kernel("sel4"))) {
            running.await(
                    "the child",
                    () -> running.system.capabilities().orElseThrow().stream()
                            .anyMatch(one -> one.holder().equals("init -> idle")
                                    && one.type().equals("Endpoint")));
            Map<Long, HeldCapability> seen = new HashMap<>();
            for (HeldCapability one : running.system.capabilities().orElseThrow()) {
                HeldCapability parent = seen.get(one.parent());
                assertThat(one.parent() == 0 || parent != null).as("%s", one).isTrue();
                if (parent != null
                        && parent.type().equals(one.type())
                        && !one.rights().isEmpty()) {
                    assertThat(parent.rights())
                            .as("%s", one)
                            .contains(one.rights().split("", -1));
                }
                seen.put(one.slot(), one);
            }
        }
    }

    private static void run(Path folder) throws InterruptedException {
        Scenario scenario = Scenario.read(folder);
        Kernel kernel = Kernels.named("sel4").orElseThrow();
        Set<String> enforced = Set.copyOf(kernel.enforcement().stream()
                .filter(Kernel.Enforcement::enforced)
                .map(Kernel.Enforcement::subject)
                .toList());
        if (!enforced.containsAll(scenario.settings().requires())) {
            Command refused = Command.run("run", "--kernel", "sel4", folder.toString());
            assertThat(refused.code()).isEqualTo(6);
            return;
        }
        for (String module : scenario.settings().modules()) {
            assumeThat(scenario.roms().or(Place.COMPONENTS).module(module))
                    .as("module %s, which does not come with the scenario", module)
                    .isPresent();
        }
        List<String> log = new CopyOnWriteArrayList<>();
        ScenarioRun run = new ScenarioRun(
                scenario, "sel4", scenario.roms().or(Place.COMPONENTS), line -> log.add(line.toString()), true, false);
        assertThat(run.run(scenario.settings().requires(), PATIENCE))
                .as("the log:%n%s", String.join("\n", log))
                .isInstanceOf(ScenarioRun.Outcome.Met.class);
    }
}
