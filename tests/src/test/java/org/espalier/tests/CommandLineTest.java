package org.espalier.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.espalier.kernel.verifier.Verdict;
import org.espalier.kernel.verifier.Verifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line in a process of its own: exit codes, messages, files. */
final class CommandLineTest {
    private static final String HELLO = Place.ROOT.resolve("scenarios/hello").toString();
    private static final String HELLO_LINE =
            "[init -> hello] Hello from a component that has nothing but its environment.";

    @TempDir
    Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** A message for people: one line behind the name of the program, and no stack trace. */
    private static void isMessage(Command command, String message) {
        assertThat(command.err()).isEqualTo("espalier: " + message + System.lineSeparator());
        assertThat(command.out()).doesNotContain("Exception");
    }

    @Test
    void aScenarioThatShowsWhatIsExpectedEndsWith0() {
        Command command = Command.run("run", HELLO);
        assertThat(command.code()).isZero();
        assertThat(command.out().lines()).contains(HELLO_LINE);
        isMessage(command, "scenario hello: all 2 expected lines have appeared");
    }

    @Test
    void anExpectedLineThatDoesNotAppearEndsWith1() throws IOException {
        Files.copy(Path.of(HELLO, "config.xml"), folder.resolve("config.xml"));
        file("expected.txt", HELLO_LINE + "\n# a comment\n\n[init -> hello] Good bye *\n");
        Command command = Command.run("run", folder.toString(), "--for", "5s");
        assertThat(command.code()).isEqualTo(1);
        isMessage(
                command,
                "scenario " + folder.getFileName()
                        + ": 5000 ms were over before this line appeared: [init -> hello] Good bye *");
    }

    @Test
    void aRunEndsBeforeItsLimitWhenInitHasEndedWithoutTheLine() throws IOException {
        Files.copy(Path.of(HELLO, "config.xml"), folder.resolve("config.xml"));
        file("expected.txt", HELLO_LINE + "\n[init -> hello] Good bye *\n");
        Command command = Command.run("run", folder.toString(), "--for", "1h");
        assertThat(command.code()).isEqualTo(1);
        isMessage(
                command,
                "scenario " + folder.getFileName()
                        + ": init ended with the value 0 before this line appeared: [init -> hello] Good bye *");
    }

    @Test
    void aFileMayBeNamedAsARomModule() throws IOException {
        Path config = file("config.xml", """
                <config>
                  <parent-provides>
                    <service name="ROM"/> <service name="LOG"/> <service name="PD"/> <service name="CPU"/>
                  </parent-provides>
                  <default-route> <any-service> <parent/> </any-service> </default-route>
                  <start name="rom_logger" ram="1M" caps="100"> <config rom="given"/> </start>
                </config>
                """);
        Path given = file("given.txt", "this is it");
        Command command = Command.run("run", config.toString(), "--rom", "given=" + given, "--for", "3s");
        assertThat(command.code()).isZero();
        assertThat(command.out().lines()).contains("[init -> rom_logger]   this is it");
    }

    @Test
    void aRomModuleWithoutItsFileEndsWith5() {
        Command command = Command.run("run", HELLO, "--rom", "given=nowhere.txt");
        assertThat(command.code()).isEqualTo(5);
        isMessage(command, "The file of ROM module ‘given’ does not exist: nowhere.txt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "frobnicate",
                "run --for",
                "run --for soon scenarios/hello",
                "run --log-format xml scenarios/hello",
                "run --no-such-option",
                "kernels superfluous",
                "convert",
                "convert --to yaml scenarios/hello/config.xml"
            })
    void aWrongCommandLineEndsWith2(String line) {
        Command command = Command.run(line.split(" ", -1));
        assertThat(command.code()).isEqualTo(2);
        assertThat(command.err()).isNotEmpty().doesNotContain("Exception", "\tat ");
    }

    @Test
    void aMalformedConfigurationEndsWith5AndItsPosition() throws IOException {
        Path config = file("wrong.xml", "<config>\n  <start name='a'\n</config>\n");
        Command command = Command.run("run", config.toString());
        assertThat(command.code()).isEqualTo(5);
        assertThat(command.err()).startsWith("espalier: " + config + ":3:1: ").doesNotContain("Exception", "\tat ");
        assertThat(command.err().lines()).hasSize(1);
    }

    @Test
    void whatIsNoScenarioEndsWith5() {
        Command missing = Command.run("run", folder.resolve("missing").toString());
        assertThat(missing.code()).isEqualTo(5);
        isMessage(missing, folder.resolve("missing") + " is neither a scenario's folder nor a configuration file.");
        Command empty = Command.run("run", folder.toString());
        assertThat(empty.code()).isEqualTo(5);
        isMessage(empty, folder + " is no scenario: it holds no config.xml and no config.hid.");
    }

    @Test
    void anUnknownKernelEndsWith6() {
        Command command = Command.run("run", "--kernel", "hurd", HELLO);
        assertThat(command.code()).isEqualTo(6);
        isMessage(command, "There is no kernel ‘hurd’; there is hw, linux, sel4.");
    }

    @Test
    void aComponentThatIsLetInVerifiesWith0() {
        Command command =
                Command.run("verify", Place.DIST.resolve("components/hello.jar").toString());
        assertThat(command.code()).isZero();
        assertThat(command.out())
                .isEqualTo("hello.jar: 2 classes, nothing to reject by the list for JDK "
                        + Verifier.forThisJdk().release() + System.lineSeparator());
    }

    @Test
    void aComponentThatIsNotLetInVerifiesWith1AndEachPlace() {
        Command command =
                Command.run("verify", Place.DIST.resolve("lib/espalier-cli.jar").toString());
        assertThat(command.code()).isEqualTo(1);
        assertThat(command.out().lines())
                .contains(
                        "org.espalier.cli.ApplyCommand: java.nio.file.Path is not among the classes that a component may use")
                .anyMatch(line ->
                        line.matches("org\\.espalier\\.cli\\.ApplyCommand\\.<init>\\(ApplyCommand\\.java:[0-9]+\\):"
                                + " .* is not among the JDK members that a component may use"));
        assertThat(command.out()).containsPattern("… and [0-9]+ more\n");
    }

    @Test
    void toolsGetTheVerdictAsJson() throws IOException {
        int release = Verifier.forThisJdk().release();
        Command clean = Command.run(
                "verify",
                "--format",
                "json",
                Place.DIST.resolve("components/hello.jar").toString());
        assertThat(clean.err()).isEmpty();
        assertThat(clean.out())
                .isEqualTo("{\"format\":1,\"clean\":true,\"file\":\"hello.jar\",\"release\":" + release
                        + ",\"classes\":2,\"rejections\":[],\"further\":0}\n");
        assertThat(clean.code()).isZero();
        Path jar = Files.write(folder.resolve("spe\"aker.jar"), Jar.of(Speaker.class));
        Command rejected = Command.run("verify", "--format", "json", jar.toString());
        assertThat(rejected.err()).isEmpty();
        assertThat(rejected.out())
                .isEqualTo("{\"format\":1,\"clean\":false,\"file\":\"spe\\\"aker.jar\",\"release\":" + release
                        + ",\"classes\":1,\"rejections\":[{\"class\":\"org.espalier.tests.Speaker\","
                        + "\"method\":\"construct\",\"file\":\"Speaker.java\",\"line\":10,"
                        + "\"member\":\"java.lang.System.lineSeparator()\","
                        + "\"reason\":\"java.lang.System.lineSeparator() is not among the JDK members that a component"
                        + " may use\"}],"
                        + "\"further\":0}\n");
        assertThat(rejected.code()).isEqualTo(1);
    }

    @Test
    void theVerdictAsJsonCountsTheRejectionsThatItDoesNotHold() {
        Command command = Command.run(
                "verify",
                "--format",
                "json",
                Place.DIST.resolve("lib/espalier-cli.jar").toString());
        assertThat(command.code()).isEqualTo(1);
        assertThat(command.out().split("\\{\"class\":", -1)).hasSize(1 + Verdict.MAX_REJECTIONS);
        assertThat(command.out()).containsPattern("\\],\"further\":[1-9][0-9]*}\n$");
    }

    @Test
    void whatCannotBeVerifiedHasNoJsonEither() throws IOException {
        String missing = folder.resolve("missing.jar").toString();
        Command command = Command.run("verify", missing, "--format", "json");
        assertThat(command.code()).isEqualTo(2);
        assertThat(command.out()).isEmpty();
        isMessage(command, missing + " cannot be read: there is no such file.");
        String text = file("text.jar", "no JAR").toString();
        Command other = Command.run("verify", text, "--format", "json");
        assertThat(other.code()).isEqualTo(2);
        assertThat(other.out()).isEmpty();
        isMessage(other, text + " cannot be read: The JAR is empty, or none at all.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"check --format xml scenarios/hello", "verify --format xml hello.jar", "ps --format xml"})
    void anUnknownFormatIsToldWhichOnesThereAre(String line) {
        Command command = Command.run(line.split(" ", -1));
        assertThat(command.code()).isEqualTo(2);
        assertThat(command.out()).isEmpty();
        assertThat(command.err().lines().findFirst())
                .hasValue("Invalid value for option '--format': expected text or json, found ‘xml’");
    }

    @Test
    void whatCannotBeVerifiedEndsWith2() throws IOException {
        String missing = folder.resolve("missing.jar").toString();
        Command command = Command.run("verify", missing);
        assertThat(command.code()).isEqualTo(2);
        isMessage(command, missing + " cannot be read: there is no such file.");
        String text = file("text.jar", "no JAR").toString();
        Command other = Command.run("verify", text);
        assertThat(other.code()).isEqualTo(2);
        isMessage(other, text + " cannot be read: The JAR is empty, or none at all.");
    }

    @Test
    void whatTheKernelDoesNotEnforceEndsWith6() {
        Command refused = Command.run("run", "--require", "security boundary", HELLO);
        assertThat(refused.code()).isEqualTo(6);
        assertThat(refused.err())
                .startsWith("espalier: ‘security boundary’ is required, and kernel hw does not enforce it here: not a");
        Command unknown = Command.run("run", "--require", "peace", HELLO);
        assertThat(unknown.code()).isEqualTo(6);
        assertThat(unknown.err())
                .startsWith(
                        "espalier: ‘peace’ is required, and the enforcement table of kernel hw has no such subject; it has");
        assertThat(Command.run("run", "--require", "capabilities", HELLO).code())
                .isZero();
    }

    @Test
    void aSystemThatEndsItselfWithAnotherValueEndsWith7() throws IOException {
        Files.copy(Place.ROOT.resolve("target/tests/components/hostile.jar"), folder.resolve("hostile.jar"));
        file(
                "config.xml",
                Running.HEAD + "<start name=\"hostile\"> <config act=\"exit\" value=\"3\"/>"
                        + " <exit propagate=\"yes\"/> </start></config>");
        Command command = Command.run("run", folder.toString());
        assertThat(command.code()).isEqualTo(7);
        isMessage(command, "init ended with the value 3");
    }

    @Test
    void aBareConfigurationRunsForAsLongAsItIsTold() throws IOException {
        Path config = file("bare.xml", Running.HEAD + "<start name=\"hello\"/></config>");
        Command command = Command.run("run", config.toString(), "--for", "1s");
        assertThat(command.code()).isZero();
        assertThat(command.out().lines()).contains(HELLO_LINE);
        assertThat(command.err()).isEmpty();
    }

    @Test
    void theLogGoesToAFileAsWell() {
        Path log = folder.resolve("log.txt");
        Command command = Command.run("run", HELLO, "--log", log.toString());
        assertThat(command.code()).isZero();
        assertThat(log).hasContent(command.out());
        assertThat(command.out().lines()).contains(HELLO_LINE);
    }

    @Test
    void aLogFileThatCannotBeWrittenIsAMessage() {
        Path log = folder.resolve("no/such/folder/log.txt");
        Command command = Command.run("run", HELLO, "--log", log.toString());
        assertThat(command.code()).isEqualTo(2);
        isMessage(command, log + " cannot be written: its folder does not exist.");
    }

    @Test
    void jsonLinesAreJson() {
        Command command = Command.run("run", HELLO, "--log-format", "json");
        assertThat(command.code()).isZero();
        String string = "\"(?:[^\"\\\\\\x00-\\x1f]|\\\\[\"\\\\/bfnrt]|\\\\u[0-9a-f]{4})*\"";
        Pattern line = Pattern.compile("\\{\"nanos\":[0-9]+,\"label\":" + string + ",\"text\":" + string + "}");
        assertThat(command.out().lines())
                .isNotEmpty()
                .allMatch(text -> line.matcher(text).matches());
        assertThat(command.out()).contains("\"label\":\"init -> hello\",\"text\":\"Hello from");
    }

    @Test
    void timestampsStandInFrontOfEachLine() {
        Command command = Command.run("run", HELLO, "--timestamps");
        assertThat(command.code()).isZero();
        Pattern line = Pattern.compile(" *[0-9]+\\.[0-9]{6} \\[[^\\]]+\\] .*");
        assertThat(command.out().lines())
                .isNotEmpty()
                .allMatch(text -> line.matcher(text).matches());
    }

    @Test
    void virtualThreadsAndDebugShowTheSame() {
        Command command = Command.run("run", HELLO, "--virtual-threads", "--debug");
        assertThat(command.code()).isZero();
        assertThat(command.out().lines()).contains(HELLO_LINE);
    }

    @Test
    void anEngineThatIsNotThereIsRefused() {
        for (String kernel : List.of("hw", "sel4")) {
            Command command = Command.run("run", HELLO, "--kernel", kernel, "--engine", "steam");
            assertThat(command.code()).isEqualTo(6);
            isMessage(
                    command,
                    "Kernel " + kernel
                            + " cannot run with engine ‘steam’ here: There is no engine ‘steam’, but ptrace, kvm, best.");
        }
    }

    @Test
    void kernelsSayWhatTheyEnforce() {
        Command command = Command.run("kernels");
        assertThat(command.code()).isZero();
        assertThat(command.out()).contains("hw: ", "not a security boundary", "costs: ");
        assertThat(command.err()).isEmpty();
    }

    @Test
    void aScenarioMayBeInHid() throws IOException {
        file("config.hid", Command.run("convert", HELLO + "/config.xml").out());
        file("scenario.hid", "scenario | limit_ms: 20000\n-\n");
        file("expected.txt", HELLO_LINE + "\n");
        Command command = Command.run("run", folder.toString());
        assertThat(command.code()).isZero();
        isMessage(command, "scenario " + folder.getFileName() + ": all 1 expected lines have appeared");
        file("config.xml", "<config/>");
        Command both = Command.run("run", folder.toString());
        assertThat(both.code()).isEqualTo(5);
        isMessage(both, folder + " holds both config.xml and config.hid; one of them must go.");
    }

    @Test
    void aConfigurationIsConvertedThereAndBack() throws IOException {
        Command hid = Command.run("convert", HELLO + "/config.xml");
        assertThat(hid.code()).isZero();
        assertThat(hid.out()).startsWith("config").endsWith("-\n");
        assertThat(hid.err()).isEmpty();
        Path file = file("config.hid", hid.out());
        Path xml = folder.resolve("config.xml");
        Command back = Command.run("convert", "--to", "xml", file.toString(), "-o", xml.toString());
        assertThat(back.code()).isZero();
        assertThat(back.out()).isEmpty();
        assertThat(Command.run("convert", xml.toString()).out()).isEqualTo(hid.out());
    }

    @Test
    void standardInputIsConverted() throws IOException {
        Process process = Command.builder("convert", "-").start();
        try (OutputStream in = process.getOutputStream()) {
            in.write("<a b='ü'/>".getBytes(StandardCharsets.UTF_8));
        }
        Command command = Command.await(process);
        assertThat(command.out()).isEqualTo("a | b: ü\n-\n");
        assertThat(command.code()).isZero();
    }

    @Test
    void whatCannotBeConvertedEndsWith5AndItsPosition() throws IOException {
        Path wrong = file("wrong.hid", "config\n+ start a\n  caps: 1| ram: 1M\n-\n");
        Command malformed = Command.run("convert", wrong.toString());
        assertThat(malformed.code()).isEqualTo(5);
        isMessage(
                malformed,
                wrong + ":3:10: found ‘|’, expected a blank before it (it separates, and no value can hold it)");
        Path mixed = file("mixed.xml", "<config>\n  <a>text<b/></a>\n</config>\n");
        Command refused = Command.run("convert", mixed.toString(), "--to", "hid");
        assertThat(refused.code()).isEqualTo(5);
        isMessage(
                refused,
                mixed
                        + ":2:3: found node <a> with text and nodes, expected either text or nodes: HID cannot express it");
        Path missing = folder.resolve("missing.xml");
        Command absent = Command.run("convert", missing.toString());
        assertThat(absent.code()).isEqualTo(5);
        isMessage(absent, missing + " cannot be read: there is no such file.");
        Path nowhere = folder.resolve("no/such/folder/out.hid");
        Command unwritten = Command.run("convert", HELLO + "/config.xml", "-o", nowhere.toString());
        assertThat(unwritten.code()).isEqualTo(2);
        isMessage(unwritten, nowhere + " cannot be written: its folder does not exist.");
    }

    @Test
    void aCompletionScriptIsPrinted() {
        Command command = Command.run("generate-completion");
        assertThat(command.code()).isZero();
        assertThat(command.out())
                .startsWith("#!/")
                .contains("complete ", "espalier", "--kernel", "--dry-run", "--interval");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "help",
                "run --help",
                "check --help",
                "verify --help",
                "kernels --help",
                "convert --help",
                "ps --help",
                "top --help",
                "apply --help",
                "new --help",
                "new component --help",
                "generate-completion --help",
                "help run"
            })
    void everyCommandExplainsItself(String line) {
        Command command = Command.run(line.split(" ", -1));
        assertThat(command.code()).isZero();
        assertThat(command.out()).contains("Usage: espalier");
        assertThat(command.err()).isEmpty();
    }

    @Test
    void theVersionNamesTheJdkAsWell() {
        Command command = Command.run("--version");
        assertThat(command.code()).isZero();
        assertThat(command.out()).startsWith("Espalier ").contains("JDK " + Runtime.version());
    }

    @Test
    void ctrlCEndsInOrderWith130() throws IOException, InterruptedException {
        Files.copy(Place.ROOT.resolve("target/tests/components/hostile.jar"), folder.resolve("hostile.jar"));
        Path log = folder.resolve("log.txt");
        file(
                "config.xml",
                Running.HEAD + "<start name=\"server\"> <binary name=\"hostile\"/> <config act=\"serve\"/>"
                        + " <provides> <service name=\"Probe\"/> </provides> </start>"
                        + "<start name=\"client\"> <binary name=\"hostile\"/> <config act=\"connect\"/> </start></config>");
        Process process = Command.builder("run", folder.toString(), "--log", log.toString())
                .redirectErrorStream(true)
                .start();
        BufferedReader out =
                new BufferedReader(new java.io.InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        while (line != null && !line.equals("[init -> client] sum 42")) {
            line = out.readLine();
        }
        assertThat(line).as("the last line before the process ended").isEqualTo("[init -> client] sum 42");

        assertThat(process.supportsNormalTermination()).isTrue();
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();

        assertThat(process.waitFor(60, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(130);
        assertThat(out.lines()).noneMatch(text -> text.contains("Exception"));
        assertThat(log).content(StandardCharsets.UTF_8).contains("[init -> client] sum 42");
    }
}
