package org.espalier.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.base.Label;
import org.espalier.check.Answer;
import org.espalier.check.Check;
import org.espalier.check.Finding;
import org.espalier.cli.Scenario;
import org.espalier.cli.ScenarioRun;
import org.espalier.core.Kernels;
import org.espalier.core.RomSource;
import org.espalier.kernel.spi.Kernel;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every scenario shows what it promises. */
final class ScenarioTest {
    private static List<Path> scenarios() throws IOException {
        try (Stream<Path> folders = Files.list(Place.ROOT.resolve("scenarios"))) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    @Test
    void thereAreScenariosAndEachHasItsFiles() throws IOException {
        assertThat(scenarios()).isNotEmpty();
        for (Path folder : scenarios()) {
            assertThat(Files.exists(folder.resolve("config.xml")))
                    .as("%s has one configuration, in either notation", folder)
                    .isNotEqualTo(Files.exists(folder.resolve("config.hid")));
            assertThat(folder.resolve("README.md")).isRegularFile();
            if (!Files.exists(folder.resolve("scenario.xml"))) {
                assertThat(folder.resolve("expected.txt")).isRegularFile();
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> everyScenarioIsMetOnHwOrRefusedForWhatItRequires() throws IOException {
        return scenarios().stream()
                .map(folder -> DynamicTest.dynamicTest(String.valueOf(folder.getFileName()), () -> run(folder)));
    }

    private static void run(Path folder) throws InterruptedException {
        Scenario scenario = Scenario.read(folder);
        List<String> log = new CopyOnWriteArrayList<>();
        Set<String> asked = ConcurrentHashMap.newKeySet();
        RomSource roms = scenario.roms().or(Place.COMPONENTS);
        RomSource observed = name -> {
            asked.add(name);
            return roms.module(name);
        };
        ScenarioRun run = new ScenarioRun(scenario, "hw", observed, line -> log.add(line.toString()), true, false);
        List<String> required = scenario.settings().requires();
        if (isRefused(required)) {
            Command refused = Command.run("run", folder.toString());
            assertThat(refused.code()).isEqualTo(6);
            assertThat(refused.err()).startsWith("espalier: ‘").contains("’ is required, and ");
            return;
        }
        for (String module : scenario.settings().modules()) {
            if (scenario.roms().or(Place.COMPONENTS).module(module).isEmpty()) {
                Command refused = Command.run("run", folder.toString());
                assertThat(refused.code()).isEqualTo(5);
                assertThat(refused.err())
                        .isEqualTo("espalier: Scenario " + scenario.name() + " needs the ROM module ‘" + module
                                + "’, which does not come with it; its README.md says where it is to be had. Name the"
                                + " file with --rom " + module + "=FILE.\n");
                return;
            }
        }
        assertThat(run.run(required, null))
                .as("the log:%n%s", String.join("\n", log))
                .isInstanceOf(ScenarioRun.Outcome.Met.class);
        assertForeseen(folder, asked);
    }

    /** Whatever core was asked for is a session that the command check foresees, unless it says that it cannot know. */
    private static void assertForeseen(Path folder, Set<String> asked) {
        Check check = CheckTest.check(folder);
        if (check.findings().stream().anyMatch(finding -> finding.kind() == Finding.Kind.UNKNOWN)) {
            return;
        }
        Set<String> foreseen = check.answers().stream()
                .filter(answer -> answer.service().equals("ROM"))
                .map(ScenarioTest::module)
                .collect(Collectors.toSet());
        assertThat(foreseen).as("ROM modules that check foresees").containsAll(asked);
    }

    private static String module(Answer answer) {
        return switch (answer.outcome()) {
            case Answer.Outcome.Reached(String server, String seen) -> new Label(seen).last();
            case Answer.Outcome.Denied denied -> new Label(answer.label().orElse("")).last();
        };
    }

    private static boolean isRefused(List<String> required) {
        List<String> enforced = Kernels.named("hw").orElseThrow().enforcement().stream()
                .filter(Kernel.Enforcement::enforced)
                .map(Kernel.Enforcement::subject)
                .toList();
        return !enforced.containsAll(required);
    }
}
