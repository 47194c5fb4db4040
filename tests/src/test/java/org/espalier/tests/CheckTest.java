package org.espalier.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.espalier.check.Answer;
import org.espalier.check.Check;
import org.espalier.check.Finding;
import org.espalier.check.Manifest;
import org.espalier.cli.Scenario;
import org.espalier.cli.ScenarioCheck;
import org.espalier.config.ConfigReader;
import org.espalier.config.Node;
import org.espalier.config.ReadResult;
import org.espalier.config.Schema;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The command {@code check} on what is installed: every component says what it needs, and every scenario is as it should be. */
final class CheckTest {
    /** What is wrong with scenarios, nearly all of it on purpose. */
    private static final Map<String, List<String>> WRONG = Map.ofEntries(
            Map.entry(
                    "bomb",
                    List.of(
                            "unknown 82:9 children of ‘init -> bomb_host -> bomb’ are not all known: it decides when it runs")),
            Map.entry(
                    "denied",
                    List.of(
                            "not-started 9:19 child ‘init -> ghost’ cannot be started: route of ‘ghost’ for service ROM leads to"
                                    + " core, which has no ROM module ‘no_such_program’",
                            "denied 25:3 no rule in the route of ‘client’ speaks of service Weather, label ‘without a rule’",
                            "denied 28:7 route of ‘client’ for service Weather leads to the parent, which does not provide it",
                            "denied 29:7 route of ‘client’ for service Weather leads to child ‘nobody’, which does not exist",
                            "denied 30:7 route of ‘client’ for service Weather leads to child ‘client’, which does not provide it",
                            "denied 31:7 route of ‘client’ for service Weather leads to any child, and more than one provides it:"
                                    + " server, second_server",
                            "denied 32:7 route of ‘client’ for service Weather leads to child ‘ghost’, which cannot be started",
                            "denied 34:7 route of ‘client’ for service Weather leads to child ‘nobody’, which does not exist, and"
                                    + " to child ‘client’, which does not provide it",
                            "denied 35:7 route of ‘client’ for service ROM leads to core, which has no ROM module"
                                    + " ‘no_such_module’")),
            Map.entry(
                    "dummy",
                    List.of(
                            "configuration 50:7 unknown node <slep>; did you mean <sleep>?",
                            "configuration 51:14 attribute ‘ms’ of <sleep>: expected a number of milliseconds such as 500, found ‘soon’")),
            Map.entry(
                    "dynamic_rom",
                    List.of(
                            "denied 23:5 ‘init -> dynamic_rom’ denies ‘init -> reader’ the service ROM: it has no ROM ‘snow’",
                            "configuration 35:9 unknown node <slep>; did you mean <sleep>?")),
            Map.entry("hid", List.of("configuration 43:38 unknown attribute ‘capz’ of <start>; did you mean ‘caps’?")),
            Map.entry(
                    "over_quota",
                    List.of(
                            "quota 37:3 children of ‘init’ are promised 102402M of RAM, and it has 512M; ‘giant’ is the first for"
                                    + " whom not enough is left",
                            "quota 37:3 children of ‘init’ are promised 1000200 capabilities, and it has 200000; ‘giant’ is the"
                                    + " first for whom not enough is left")),
            Map.entry(
                    "report_rom",
                    List.of(
                            "denied 14:5 ‘init -> report_rom’ denies ‘init -> stranger’ the service ROM: no policy is for its ROM"
                                    + " session ‘stranger -> weather’")),
            Map.entry(
                    "rom_fallback",
                    List.of(
                            "denied 52:7 ‘init -> rom_fallback’ finds nobody who has the ROM session ‘reader -> advice’ of ‘init ->"
                                    + " reader’ (" + Place.ROOT.resolve("scenarios/rom_fallback/config.xml")
                                    + ":15:5: ‘init -> local’ denies ‘init -> rom_fallback’ the service ROM: no policy is for its ROM"
                                    + " session ‘rom_fallback -> local -> reader -> advice’; "
                                    + Place.ROOT.resolve("scenarios/rom_fallback/config.xml")
                                    + ":27:7: route of ‘rom_fallback’ for service ROM leads to core, which has no ROM module ‘advice’)")),
            Map.entry(
                    "rom_logger",
                    List.of(
                            "denied 12:5 route of ‘denied’ for service ROM leads to core, which has no ROM module ‘snow’",
                            "configuration 47:5 <config> has no attribute ‘rom’",
                            "configuration 47:13 attribute ‘format’ of <config>: expected text or hexdump, found ‘hex’",
                            "configuration 47:26 unknown attribute ‘rome’ of <config>; did you mean ‘rom’?",
                            "configuration 53:13 attribute ‘format’ of <config>: expected text or hexdump, found ‘hex’")),
            Map.entry(
                    "test_init",
                    List.of(
                            "unknown 41:3 children of ‘init -> init’ are not all known: its configuration is made when the system"
                                    + " runs")),
            Map.entry(
                    "test_init_genode",
                    List.of(
                            "unknown 28:3 needs of ‘init -> test-init’ are not all known: its configuration is made when the"
                                    + " system runs",
                            "unknown 41:3 children of ‘init -> init’ are not all known: its configuration is made when the system"
                                    + " runs")));

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Path> jars() {
        return files(Place.DIST.resolve("components")).stream()
                .filter(file -> file.toString().endsWith(".jar"))
                .toList();
    }

    static Check check(Path folder) {
        Scenario scenario = Scenario.read(folder);
        return ScenarioCheck.of(scenario, scenario.roms().or(Place.COMPONENTS));
    }

    @Test
    void everyComponentHasAManifestThatCanBeRead() throws IOException {
        List<Path> components = jars();
        assertThat(components).hasSizeGreaterThan(20);
        for (Path component : components) {
            try (ZipFile jar = new ZipFile(component.toFile())) {
                Optional<ZipEntry> entry = Optional.ofNullable(jar.getEntry(Manifest.ENTRY));
                assertThat(entry).as("the manifest of %s", component).isPresent();
                assertThat(Manifest.read(
                                component.getFileName() + ":" + Manifest.ENTRY,
                                jar.getInputStream(entry.orElseThrow()).readAllBytes()))
                        .isInstanceOf(Manifest.Reading.Read.class);
            }
        }
    }

    @Test
    void everyComponentThatReadsAConfigurationHasASchemaThatCanBeRead() throws IOException {
        List<String> withSchema = new ArrayList<>();
        for (Path component : jars()) {
            try (ZipFile jar = new ZipFile(component.toFile())) {
                if (!readsAConfigurationOfItsOwn(jar)) {
                    continue;
                }
                Optional<ZipEntry> entry = Optional.ofNullable(jar.getEntry(Schema.ENTRY));
                assertThat(entry).as("the schema of %s", component).isPresent();
                assertThat(Schema.read(
                                component.getFileName() + ":" + Schema.ENTRY,
                                jar.getInputStream(entry.orElseThrow()).readAllBytes()))
                        .isInstanceOf(Schema.Reading.Read.class);
                withSchema.add(String.valueOf(component.getFileName()));
            }
        }
        assertThat(withSchema).hasSizeGreaterThan(15).doesNotContain("init.jar");
    }

    /** Whether its manifest asks for the ROM module {@code config}, which is not a sandbox's: that has its rules in code. */
    private static boolean readsAConfigurationOfItsOwn(ZipFile jar) throws IOException {
        byte[] text = jar.getInputStream(jar.getEntry(Manifest.ENTRY)).readAllBytes();
        if (!(ConfigReader.read(jar.getName(), text) instanceof ReadResult.Parsed(Node manifest))) {
            throw new AssertionError("the manifest of " + jar.getName() + " cannot be read");
        }
        boolean isSandbox = manifest.child("hosts")
                .filter(hosts -> hosts.child("config").isEmpty() && !hosts.has("children"))
                .isPresent();
        return !isSandbox
                && manifest.child("requires").stream()
                        .flatMap(requires -> requires.children("service").stream())
                        .anyMatch(service -> service.string("name", "").equals("ROM")
                                && service.string("label", "").equals("config"));
    }

    @TestFactory
    Stream<DynamicTest> everyScenarioIsCleanButForWhatItIsThereFor() {
        return files(Place.ROOT.resolve("scenarios")).stream()
                .filter(Files::isDirectory)
                .map(folder -> DynamicTest.dynamicTest(
                        String.valueOf(folder.getFileName()),
                        () -> assertThat(findings(folder))
                                .containsExactlyElementsOf(
                                        WRONG.getOrDefault(String.valueOf(folder.getFileName()), List.of()))));
    }

    /** Kind, line, column and message of the findings. */
    private static List<String> findings(Path folder) {
        return check(folder).findings().stream().map(CheckTest::brief).toList();
    }

    private static String brief(Finding finding) {
        return finding.kind().id() + " " + finding.position().line() + ":"
                + finding.position().column() + " " + finding.message();
    }

    @Test
    void exitCodesTellCleanFromFindingsFromUnreadable() {
        Command clean = Command.run("check", "scenarios/hello");
        assertThat(clean.err()).isEmpty();
        assertThat(clean.code()).isZero();
        assertThat(clean.out()).endsWith("2 components, 9 sessions, nothing is wrong\n");
        Command findings = Command.run("check", "--findings", "scenarios/denied");
        assertThat(findings.code()).isEqualTo(1);
        assertThat(findings.out())
                .contains(
                        "config.xml:29:7: route of ‘client’ for service Weather leads to child ‘nobody’, which does not"
                                + " exist [denied]\n");
        Command unreadable = Command.run("check", "scenarios/no_such_scenario");
        assertThat(unreadable.code()).isEqualTo(2);
        assertThat(unreadable.err()).contains("is neither a scenario's folder nor a configuration file.");
    }

    @Test
    void oneSessionIsExplainedDecisionByDecision() {
        Command why = Command.run("check", "scenarios/nested", "--why", "client", "Weather");
        assertThat(why.code()).isZero();
        assertThat(why.out()).startsWith("init -> middle -> inner -> client asks for Weather\n");
        assertThat(why.out().lines().filter(line -> line.contains("decided by the route of")))
                .hasSize(3);
        assertThat(why.out()).endsWith("  reaches init -> server as ‘middle -> inner -> client’\n");
        Command nobody = Command.run("check", "scenarios/nested", "--why", "nobody", "Weather");
        assertThat(nobody.code()).isEqualTo(2);
        assertThat(nobody.err()).isEqualTo("espalier: There is no component ‘nobody’.\n");
    }

    @Test
    void toolsGetJsonOrAGraph() {
        Command json = Command.run("check", "scenarios/client_server", "--format", "json");
        assertThat(json.code()).isZero();
        assertThat(json.out())
                .startsWith(
                        "{\"format\":1,\"clean\":true,\"components\":[\"init\",\"init -> client\",\"init -> server\"],"
                                + "\"findings\":[],\"sessions\":[{\"client\":\"init\",");
        Command graph = Command.run("check", "scenarios/client_server", "--graph");
        assertThat(graph.code()).isZero();
        assertThat(graph.out())
                .startsWith("digraph system {")
                .contains("\"init -> client\" -> \"init -> server\" [label=\"Weather\"];");
    }

    @Test
    void theGraphNamesEveryComponentOfANestedSystem() {
        Check check = check(Place.ROOT.resolve("scenarios/nested"));
        assertThat(check.components())
                .containsExactly(
                        "init",
                        "init -> server",
                        "init -> middle",
                        "init -> middle -> inner",
                        "init -> middle -> inner -> client");
        assertThat(check.answers()).allMatch(Answer::isReached);
    }
}
