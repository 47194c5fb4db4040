package org.espalier.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.espalier.cli.Scenario;
import org.espalier.cli.ScenarioRun;
import org.espalier.core.Kernels;
import org.espalier.kernel.spi.Kernel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
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
