package org.espalier.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.espalier.config.Node;
import org.espalier.control.ControlChannel;
import org.espalier.control.RunningSystem;
import org.espalier.control.SystemView;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Systems that run in processes of their own, seen and changed by other processes over their control channels. */
final class ControlTest {
    private static final String SOME = Running.hostile("idle", "nothing") + Running.hostile("broken", "fault");
    private static final Pattern BROKEN = Pattern.compile(".*child ‘broken’.*fault.*");

    @TempDir
    Path folder;

    private Path runtime = Path.of("/");
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void privateFolder() throws IOException {
        runtime = Files.createDirectory(
                folder.resolve("run"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Nothing is left behind by any test: neither process nor socket. */
    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        for (Process process : started) {
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(sockets()).isEmpty();
    }

    private List<Path> sockets() {
        Path sockets = runtime.resolve("espalier");
        if (!Files.isDirectory(sockets)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(sockets)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ProcessBuilder builder(String... arguments) {
        ProcessBuilder builder = Command.builder(arguments);
        builder.environment().put("XDG_RUNTIME_DIR", runtime.toString());
        // Where nobody else has systems that these tests would find.
        builder.command().add(1, "-Djava.io.tmpdir=" + folder);
        return builder;
    }

    private Command command(String... arguments) {
        try {
            return Command.await(builder(arguments).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path scenario(String name, String body) throws IOException {
        Path scenario = Files.createDirectories(folder.resolve(name));
        Files.copy(
                Place.ROOT.resolve("target/tests/components/hostile.jar"),
                scenario.resolve("hostile.jar"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(scenario.resolve("config.xml"), Running.HEAD + body + "</config>\n");
        return scenario;
    }

    /** A system in a process of its own, and its log. */
    private record Host(Process process, BufferedReader log) {
        void awaits(Pattern pattern) throws IOException {
            String line = log.readLine();
            while (line != null && !pattern.matcher(line).matches()) {
                line = log.readLine();
            }
            assertThat(line)
                    .as("a line like %s before the process ended", pattern)
                    .isNotNull();
        }
    }

    private Host start(Path scenario, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("run", scenario.toString()));
        arguments.addAll(List.of(options));
        Process process = builder(arguments.toArray(String[]::new))
                .redirectErrorStream(true)
                .start();
        started.add(process);
        return new Host(
                process,
                new BufferedReader(new java.io.InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
    }

    /** One whose child {@code broken} has faulted, so that it has its channel, too. */
    private Host ready(String name, String... options) throws IOException {
        Host host = start(scenario(name, SOME), options);
        host.awaits(BROKEN);
        return host;
    }

    private void awaitSockets(int count) {
        long deadline = System.nanoTime() + Running.PATIENCE.toNanos();
        while (sockets().size() != count || sockets().stream().anyMatch(ControlTest::isUnfinished)) {
            assertThat(System.nanoTime())
                    .as("%d sockets, there are %s", count, sockets())
                    .isLessThan(deadline);
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }

    private static boolean isUnfinished(Path socket) {
        return socket.getFileName().toString().startsWith(".");
    }

    private static void isMessage(Command command, int code, String message) {
        assertThat(command.err()).isEqualTo("espalier: " + message + System.lineSeparator());
        assertThat(command.out()).isEmpty();
        assertThat(command.code()).isEqualTo(code);
    }

    // ---- ps and top

    @Test
    void theTreeIsShownWithStatesAndFaults() throws IOException {
        Host host = ready("some");
        awaitSockets(1);
        Command command = command("ps");
        assertThat(command.err()).isEmpty();
        assertThat(command.code()).isZero();
        List<String> lines = command.out().lines().toList();
        assertThat(lines.get(0))
                .matches(
                        "some: process " + host.process().pid() + ", kernel hw, 4 components, [0-9]+ threads? at work");
        assertThat(lines.get(1).split(" +"))
                .containsExactly(
                        "COMPONENT",
                        "STATE",
                        "TRUSTED",
                        "RAM",
                        "USED",
                        "FREE",
                        "LIMIT",
                        "CAPS",
                        "USED",
                        "FREE",
                        "LIMIT",
                        "THREADS",
                        "CPU",
                        "S",
                        "HOST",
                        "KB");
        String rest =
                " +[0-9]+[KMG]? +[0-9]+[KMG]? +[0-9]+[KMG]? +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+\\.[0-9]{3} +n/a";
        assertThat(lines.get(2)).matches("core +running +yes" + rest);
        assertThat(lines.get(3)).matches("  init +running +yes" + rest);
        assertThat(lines.get(4)).matches("    idle +running +no" + rest);
        assertThat(lines.get(5)).matches("    broken +faulted +no" + rest);
        assertThat(lines.get(6)).startsWith("fault of init -> broken: ").contains("told to [core] fail");
        assertThat(lines).hasSize(7);
        assertThat(lines.subList(1, 6).stream().map(String::length).distinct()).hasSize(1);
    }

    @Test
    void jsonHasTheNumbersAndTheyAddUp() throws IOException {
        Host host = ready("some");
        awaitSockets(1);
        Command command = command("ps", "--format", "json", "some");
        assertThat(command.code()).isZero();
        assertThat(command.out().lines()).hasSize(1);
        assertThat(command.out())
                .startsWith(
                        "{\"pid\":" + host.process().pid() + ",\"scenario\":\"some\",\"kernel\":\"hw\",\"threads\":")
                .contains("\"label\":\"init -> idle\",\"state\":\"running\",\"fault\":\"\",\"trusted\":false,")
                .endsWith("],\"quarantine\":[]}" + System.lineSeparator());
        Matcher amounts = Pattern.compile("\\{\"used\":([0-9]+),\"available\":([0-9]+),\"limit\":([0-9]+)\\}")
                .matcher(command.out());
        int seen = 0;
        while (amounts.find()) {
            assertThat(Long.parseLong(amounts.group(1)) + Long.parseLong(amounts.group(2)))
                    .isEqualTo(Long.parseLong(amounts.group(3)));
            seen++;
        }
        assertThat(seen).isEqualTo(8);
    }

    @Test
    void whoRunsUnverifiedIsShown() throws IOException {
        Host host = start(scenario(
                "some",
                Running.hostile("driver", "nothing").replace("<start ", "<start trusted=\"yes\" ")
                        + Running.hostile("broken", "fault")));
        host.awaits(BROKEN);
        awaitSockets(1);
        assertThat(command("ps")
                        .out()
                        .lines()
                        .skip(2)
                        .limit(4)
                        .map(line -> line.strip().split(" +")))
                .extracting(cells -> cells[0], cells -> cells[2])
                .containsExactly(
                        tuple("core", "yes"), tuple("init", "yes"), tuple("driver", "yes"), tuple("broken", "no"));
        assertThat(command("ps", "--format", "json").out())
                .contains("\"label\":\"init -> driver\",\"state\":\"running\",\"fault\":\"\",\"trusted\":true,")
                .containsPattern("\"label\":\"init -> broken\",\"state\":\"faulted\",[^{]*,\"trusted\":false,");
        assertThat(command("top", "--count", "1", "--interval", "100ms")
                        .out()
                        .lines()
                        .skip(2))
                .extracting(line -> line.replaceFirst("^.* (yes|no) +", "$1 "))
                .containsExactlyInAnyOrder("yes core", "yes init", "yes init -> driver", "no init -> broken");
    }

    @Test
    void topEndsAfterAsManyRefreshesAsAreAskedFor() throws IOException {
        ready("some");
        awaitSockets(1);
        Command command = command("top", "--count", "2", "--interval", "100ms", "--sort", "ram", "--rows", "1");
        assertThat(command.err()).isEmpty();
        assertThat(command.code()).isZero();
        List<String> lines = command.out().lines().toList();
        assertThat(lines).hasSize(7);
        assertThat(lines.get(3)).isEmpty();
        assertThat(lines.get(2)).matches(" *[0-9]+\\.[0-9] +[0-9]+\\.[0-9]{3} +[0-9]+K .* core");
        assertThat(command.out()).doesNotContain("\u001b");
    }

    @Test
    void onVirtualThreadsNoCpuTimeIsInvented() throws IOException {
        ready("some", "--virtual-threads");
        awaitSockets(1);
        assertThat(command("ps").out().lines().filter(line -> line.endsWith("n/a")))
                .hasSize(4);
        assertThat(command("ps", "--format", "json").out()).contains("\"cpu_ns\":null");
        assertThat(command("top", "--count", "1", "--interval", "100ms")
                        .out()
                        .lines()
                        .filter(line -> line.stripLeading().startsWith("n/a")))
                .hasSize(4);
    }

    @Test
    void sessionsThatNobodyReportsAreNotInvented() throws IOException {
        ready("some");
        awaitSockets(1);
        Command command = command("ps", "--sessions");
        assertThat(command.code()).isZero();
        assertThat(command.err())
                .isEqualTo(
                        "espalier: n/a: sessions: init tells of those between its children when its configuration has"
                                + " <report requested=\"yes\" provided=\"yes\"/>" + System.lineSeparator());
    }

    @Test
    void sessionsAreThoseThatInitReports() throws IOException {
        Host host = start(scenario("reporting", "<report requested=\"yes\"/>" + SOME));
        host.awaits(BROKEN);
        awaitSockets(1);
        // The report follows the fault, and so may come after it.
        String shown = "";
        long deadline = System.nanoTime() + Running.PATIENCE.toNanos();
        while (!shown.contains("<child name=\"broken\"") && System.nanoTime() < deadline) {
            Command command = command("ps", "--sessions");
            assertThat(command.code()).isZero();
            shown = command.out();
        }
        assertThat(shown)
                .contains("<state>", "<child name=\"broken\"", "<session service=\"PD\" label=\"broken\"", "</state>");
    }

    // ---- which system

    @ParameterizedTest
    @ValueSource(strings = {"ps", "top", "apply scenarios/hello"})
    void withoutASystemEachCommandEndsWith8(String line) {
        isMessage(command(line.split(" ", -1)), 8, "No system is running that can be controlled.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ps --format xml",
                "ps a b",
                "top --interval 1ms",
                "top --interval soon",
                "top --count 0",
                "top --rows none",
                "top --sort name",
                "apply"
            })
    void aWrongCommandLineEndsWith2(String line) {
        Command command = command(line.split(" ", -1));
        assertThat(command.code()).isEqualTo(2);
        assertThat(command.err()).isNotEmpty().doesNotContain("Exception", "\tat ");
    }

    @Test
    void amongSeveralSystemsOneMustBeNamed() throws IOException {
        Host first = ready("first");
        Host second = ready("second");
        Host other = ready("second");
        awaitSockets(3);
        Command unclear = command("ps");
        assertThat(unclear.code()).isEqualTo(2);
        assertThat(unclear.out()).isEmpty();
        assertThat(unclear.err().lines())
                .hasSize(4)
                .contains("espalier: Several systems are running; name one of them:")
                .contains("  %7d  first".formatted(first.process().pid()))
                .contains("  %7d  second".formatted(second.process().pid()));
        assertThat(command("ps", "first").out())
                .startsWith("first: process " + first.process().pid());
        assertThat(command("ps", Long.toString(other.process().pid())).out())
                .startsWith("second: process " + other.process().pid());
        Command twice = command("ps", "second");
        assertThat(twice.code()).isEqualTo(2);
        assertThat(twice.err())
                .startsWith("espalier: Several running systems are named ‘second’; name the process of one:");
        Command unknown = command("ps", "third");
        assertThat(unknown.code()).isEqualTo(8);
        assertThat(unknown.err()).startsWith("espalier: There is no running system ‘third’; there is");
    }

    // ---- apply

    @Test
    void aDifferenceIsShownAndThenApplied() throws IOException {
        Host host = ready("some");
        awaitSockets(1);
        Path next = Files.writeString(
                folder.resolve("next.xml"),
                Running.HEAD + Running.hostile("idle", "nothing").replace("<start ", "<start ram=\"2M\" ")
                        + Running.hostile("late", "fault") + "</config>");
        String difference =
                "- child broken%n~ child idle: RAM 1M → 2M%n+ child late: binary hostile, RAM 1M, capabilities 200%n"
                        .formatted();

        Command dry = command("apply", "--dry-run", next.toString());
        assertThat(dry.out()).isEqualTo(difference);
        assertThat(dry.err())
                .isEqualTo("espalier: not applied to system some (process "
                        + host.process().pid() + ")" + System.lineSeparator());
        assertThat(dry.code()).isZero();
        assertThat(command("ps", "--config").out()).isEqualTo(Files.readString(folder.resolve("some/config.xml")));

        Command applied = command("apply", next.toString(), "some");
        assertThat(applied.out()).isEqualTo(difference);
        assertThat(applied.err())
                .isEqualTo("espalier: applied to system some (process "
                        + host.process().pid() + ")" + System.lineSeparator());
        assertThat(applied.code()).isZero();
        host.awaits(Pattern.compile(".*child ‘late’.*fault.*"));
        assertThat(command("ps", "--config").out()).isEqualTo(Files.readString(next));
        assertThat(command("ps").out()).contains("    idle ", "    late ").doesNotContain("broken");

        // A folder stands for the configuration in it.
        Command back = command("apply", folder.resolve("some").toString());
        assertThat(back.code()).isZero();
        assertThat(back.out()).startsWith("- child late").contains("+ child broken: binary hostile");
        host.awaits(BROKEN);
    }

    @Test
    void whatCannotBeReadChangesNothing() throws IOException {
        ready("some");
        awaitSockets(1);
        Path wrong = Files.writeString(folder.resolve("wrong.xml"), "<config>\n  <start name='a'\n</config>\n");
        Command malformed = command("apply", wrong.toString());
        assertThat(malformed.code()).isEqualTo(5);
        assertThat(malformed.err()).startsWith("espalier: " + wrong + ":3:1: ");
        assertThat(malformed.err().lines()).hasSize(1);
        Path missing = folder.resolve("missing");
        isMessage(
                command("apply", missing.toString()),
                5,
                missing + " is neither a scenario's folder nor a configuration file.");
        Path large = Files.writeString(folder.resolve("large.xml"), "<config>" + " ".repeat(5 << 20) + "</config>");
        Command tooLarge = command("apply", large.toString());
        assertThat(tooLarge.code()).isEqualTo(5);
        assertThat(tooLarge.err()).startsWith("espalier: a request has at most 4194304 bytes, and this one has 52");
        assertThat(command("ps", "--config").out()).isEqualTo(Files.readString(folder.resolve("some/config.xml")));
    }

    // ---- the socket

    @Test
    void nobodyElseCanReachTheSocket() throws IOException {
        ready("some");
        awaitSockets(1);
        assertThat(Files.getPosixFilePermissions(runtime.resolve("espalier")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(sockets().getFirst()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-INT", "-TERM"})
    void theSocketGoesWithTheSystem(String signal) throws IOException, InterruptedException {
        Host host = ready("some");
        awaitSockets(1);
        new ProcessBuilder("kill", signal, Long.toString(host.process().pid()))
                .start()
                .waitFor();
        assertThat(host.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(sockets()).isEmpty();
    }

    @Test
    void theSocketGoesWithASystemThatEndsItself() throws IOException {
        Command command = command("run", Place.ROOT.resolve("scenarios/hello").toString());
        assertThat(command.code()).isZero();
        assertThat(runtime.resolve("espalier")).isEmptyDirectory();
    }

    @Test
    void theSocketOfADeadProcessIsRemoved() throws IOException, InterruptedException {
        Host host = ready("some");
        awaitSockets(1);
        host.process().destroyForcibly();
        assertThat(host.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(sockets()).hasSize(1);
        isMessage(command("ps"), 8, "No system is running that can be controlled.");
        assertThat(sockets()).isEmpty();
    }

    @Test
    void aSystemWithoutChannelIsNotSeen() throws IOException {
        Host host = ready("some", "--no-control");
        assertThat(runtime).isEmptyDirectory();
        isMessage(command("ps"), 8, "No system is running that can be controlled.");
        assertThat(host.process().isAlive()).isTrue();
    }

    @Test
    void aChannelThatCannotBeMadeIsOneWarning() throws IOException {
        Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString("rwxr-xr-x"));
        int uid = (Integer) Files.getAttribute(runtime, "unix:uid");
        Path open = Files.createDirectory(folder.resolve("espalier-" + uid));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Command command = command("run", Place.ROOT.resolve("scenarios/hello").toString());
        assertThat(command.code()).isZero();
        assertThat(command.err().lines())
                .containsExactly(
                        "espalier: this system cannot be controlled from outside: the mode of " + open
                                + " is 777, not 700",
                        "espalier: scenario hello: all 2 expected lines have appeared");
    }

    // ---- hostile peers

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(sockets().getFirst()));
        return channel;
    }

    private String said(String request) throws IOException {
        try (SocketChannel channel = connect()) {
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1)));
            ByteBuffer reply = ByteBuffer.allocate(1 << 16);
            while (channel.read(reply) >= 0) {
                assertThat(reply.hasRemaining()).isTrue();
            }
            return new String(reply.array(), 0, reply.position(), StandardCharsets.UTF_8);
        }
    }

    private static String refused(String reason) {
        return "refused " + reason.getBytes(StandardCharsets.UTF_8).length + "\n" + reason;
    }

    @Test
    void whatIsNoRequestIsRefused() throws IOException {
        ready("some");
        awaitSockets(1);
        String headReply = refused("a request begins with ‘espalier 1 VERB LENGTH’");
        assertThat(said("GET / HTTP/1.1\r\n\r\n")).isEqualTo(headReply);
        assertThat(said("espalier 2 state 0\n")).isEqualTo(headReply);
        assertThat(said("espalier 1 state -1\n")).isEqualTo(headReply);
        assertThat(said("espalier 1 state 4294967296\n")).isEqualTo(headReply);
        assertThat(said("\n")).isEqualTo(headReply);
        assertThat(said("\u0000\u00ff".repeat(100)))
                .isEqualTo(refused("a request begins with a line of at most 64 bytes"));
        assertThat(said("espalier 1 apply 4194305\n"))
                .isEqualTo(refused("a request has at most 4194304 bytes, and this one has 4194305"));
        assertThat(said("espalier 1 reboot 0\n")).startsWith("refused ").contains("there is no request ‘reboot’");
        assertThat(said("espalier 1 apply 3\nabc")).contains("a configuration comes after its name and a line end");
        assertThat(said("espalier 1 apply 10\nx\n<config "))
                .startsWith("refused ")
                .contains("x:1:");
        assertThat(said("espalier 1 config 0\nand more that nobody reads")).startsWith("ok ");
    }

    @Test
    void aProgramThatEmbedsASystemHasAChannelOnlyIfItOpensOne() throws IOException {
        try (Running running = Running.start(SOME)) {
            assertThat(channelThreads()).isZero();
            Node report = Node.named("state").attribute("version", "1").build();
            Path socket;
            switch (ControlChannel.open(running.system, "embedded", () -> Optional.of(report))) {
                case ControlChannel.Opening.Failed(String reason) -> throw new AssertionError(reason);
                case ControlChannel.Opening.Opened(ControlChannel channel) -> {
                    try (channel) {
                        socket = channel.socket();
                        RunningSystem own =
                                new RunningSystem(ProcessHandle.current().pid(), "embedded", socket);
                        assertThat(RunningSystem.all()).contains(own);
                        assertThat(own.view())
                                .isInstanceOfSatisfying(
                                        RunningSystem.Reply.Given.class,
                                        given -> assertThat(((SystemView) given.value()).report())
                                                .hasValueSatisfying(tree -> assertThat(tree.sameContent(report))
                                                        .isTrue()));
                        crowd(socket);
                    }
                }
            }
            assertThat(socket).doesNotExist();
            assertThat(channelThreads()).isZero();
        }
    }

    /** However many come, there is one thread. */
    private static void crowd(Path socket) throws IOException {
        List<SocketChannel> peers = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                SocketChannel peer = SocketChannel.open(StandardProtocolFamily.UNIX);
                peers.add(peer);
                peer.connect(UnixDomainSocketAddress.of(socket));
                assertThat(channelThreads()).isEqualTo(1);
            }
        } finally {
            for (SocketChannel peer : peers) {
                peer.close();
            }
        }
    }

    private static long channelThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("espalier-control"))
                .count();
    }

    @Test
    void peersThatSayNothingOrTooMuchHoldUpNobody() throws IOException {
        Host host = ready("some");
        awaitSockets(1);
        List<SocketChannel> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 60; i++) {
                SocketChannel channel = connect();
                channel.configureBlocking(false);
                silent.add(channel);
                String start = i % 3 == 0 ? "" : i % 3 == 1 ? "espalier 1 apply 4194304\n<" : "espalier";
                try {
                    channel.write(ByteBuffer.wrap(start.getBytes(StandardCharsets.US_ASCII)));
                } catch (IOException e) {
                    // Sent away already for one who came later.
                }
            }
            Command command = command("ps");
            assertThat(command.code()).isZero();
            assertThat(command.out())
                    .startsWith("some: process " + host.process().pid());
        } finally {
            for (SocketChannel channel : silent) {
                channel.close();
            }
        }
        assertThat(command("ps").code()).isZero();
    }
}
