package org.espalier.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.espalier.tests.Running.hostile;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What components can do to others: nothing. */
final class AttackTest {
    private static final String PROBE = "<provides> <service name=\"Probe\"/> </provides>";
    private static final String FLOODED = "<provides> <service name=\"Flooded\"/> </provides>";
    private static final String BYSTANDER = hostile("bystander", "bystander", "<exit propagate=\"yes\"/>");

    @Test
    void forgedIndicesAndMalformedMessagesAreRefusedOneByOne() {
        try (Running running = Running.start(hostile("server", "serve", PROBE) + hostile("client", "forge"))) {
            running.awaits("[init -> client] refused true, Probes found 0")
                    .awaits("[init -> client] unknown operation: true")
                    .awaits("[init -> client] too short: true")
                    .awaits("[init -> client] too long: true")
                    .awaits("[init -> client] sum 3");
            assertThat(running.count("*faulted*")).isZero();
        }
    }

    @Test
    void whatIsTooLargeIsRefusedAsAValue() {
        try (Running running = Running.start(hostile("server", "serve", PROBE) + hostile("client", "oversize"))) {
            running.awaits("[init -> client] sum 3");
            assertThat(running.log)
                    .contains(
                            "[init -> client] echo of 10000: TOO_LARGE",
                            "[init -> client] echo of 892: Ok[value=892]",
                            "[init -> client] echo of 893: TOO_LARGE",
                            "[init -> client] Denied[reason=The parent did not take the session request: TOO_LARGE]",
                            "[init -> client] Denied[reason=A session label has at most 320 characters with the names of"
                                    + " its parents in front, and no control characters.]",
                            "[init -> client] Denied[reason=Service, label and parameters of a session request have at most"
                                    + " 832 bytes together, with the names of its parents in front.]",
                            "[init -> client] Denied[reason=Session parameters have at most 192 characters.]");
            assertThat(running.count("*faulted*")).isZero();
        }
    }

    @Test
    void aComponentWritesNoLineButItsOwn() throws InterruptedException {
        try (Running running = Running.start(hostile("client", "inject", "<exit propagate=\"yes\"/>"))) {
            running.exits(0);
            running.system.close();
            assertThat(running.log)
                    .contains(
                            "[init -> client] first",
                            "[init -> client] [core] forged\\x0d\\x1b[2J\\x07\\x85end",
                            "[init -> client -> x -> init -> other] under my own name",
                            "[init -> client] without an end");
            assertThat(running.count(
                            "[init -> client] Denied[reason=A session label has at most 320 characters with the"
                                    + " names of its parents in front, and no control characters.]"))
                    .isEqualTo(4);
            assertThat(running.log).allMatch(line -> line.codePoints().noneMatch(Character::isISOControl));
            assertThat(running.log).noneMatch(line -> line.startsWith("[core] forged"));
        }
    }

    @Test
    void theNameOfAServiceMakesNoLineInTheLogOfTheParent() {
        try (Running running = Running.start(hostile("client", "announce"))) {
            running.awaits("[init -> client] announced: Failed[failure=DENIED]")
                    .awaits(
                            "[init -> client] connected: Denied[reason=A service name has 1 to 64 characters, none of them"
                                    + " a control character.]");
            assertThat(running.count("[init] [core] forged*")).isZero();
        }
    }

    @Test
    void serversThatCallEachOtherWithoutEndAreToldOfTheDeadlock() {
        String route = """
                <route>
                  <service name="Probe" label="ping"> <child name="ping"/> </service>
                  <service name="Probe" label="pong"> <child name="pong"/> </service>
                  <any-service> <parent/> </any-service>
                </route>""";
        try (Running running = Running.start(hostile("ping", "serve", PROBE)
                + hostile("pong", "serve", PROBE)
                + hostile("client", "recurse", route))) {
            running.awaits("[init -> client] depth Ok[value=1]").awaits("[init -> client] sums 3 7");
        }
    }

    @Test
    void aClientAtTheEndOfItsStackLeavesItsServersUnharmed() {
        try (Running running = Running.start(hostile("server", "serve", PROBE) + hostile("client", "exhaust"))) {
            running.awaits("[init -> client] came back, sum 3");
            assertThat(running.count("*faulted*")).isZero();
            assertThat(running.system.reconfigure(
                            "test.xml",
                            Running.HEAD + hostile("server", "serve", PROBE) + hostile("other", "connect")
                                    + "</config>"))
                    .isEmpty();
            running.awaits("[init -> other] sum 42");
        }
    }

    @Test
    void aClientOfAServerThatNeverAnswersCanStillBeKilled() {
        String server = hostile("server", "mute", PROBE);
        try (Running running = Running.start(server + hostile("client", "connect"))) {
            running.awaits("[init -> client] asks").awaits("[init] child ‘server’ requests resources: *");

            assertThat(running.system.reconfigure("test.xml", Running.HEAD + server + "</config>"))
                    .isEmpty();

            running.await(
                    "the end of the client",
                    () -> running.system.state().domains().stream()
                            .noneMatch(domain -> domain.label().text().equals("init -> client")));
            running.await(
                    "an empty quarantine",
                    () -> running.system.state().quarantine().isEmpty());
            String others = hostile("another", "serve", PROBE) + hostile("client", "connect");
            assertThat(running.system.reconfigure("test.xml", Running.HEAD + others + "</config>"))
                    .isEmpty();
            running.awaits("[init -> client] sum 42");
        }
    }

    @Test
    void whoWaitsForAServerThatNeverAnswersIsToldWhenThatExits() {
        try (Running running = Running.start(hostile("server", "mute briefly", PROBE) + hostile("client", "connect"))) {
            running.awaits("[init -> client] Denied[reason=The server ended before it answered.]");
        }
    }

    @Test
    void whoCallsAServerThatHasEndedIsToldSoAndABystanderGoesOn() {
        String servers = hostile("server", "serve briefly", PROBE) + hostile("other", "serve", PROBE);
        String client = hostile("client", "call on", route("server"));
        try (Running running = Running.start(servers + client)) {
            running.awaits("[init -> client] calls")
                    .awaits("[init -> client] the last calls: Failed[failure=GONE], Failed[failure=GONE],"
                            + " Failed[failure=GONE]");
            String bystander = hostile("bystander", "connect", route("other"));
            assertThat(running.system.reconfigure(
                            "test.xml", Running.HEAD + servers + client + bystander + "</config>"))
                    .isEmpty();
            running.awaits("[init -> bystander] sum 42");
        }
    }

    private static String route(String server) {
        return "<route> <service name=\"Probe\"> <child name=\"" + server
                + "\"/> </service> <any-service> <parent/> </any-service> </route>";
    }

    @Test
    void everyThreadOfACrowdHearsOfItsOwnSessions() {
        try (Running running = Running.start(
                hostile("server", "serve", PROBE) + hostile("client", "crowd\" threads=\"8\" sessions=\"250"))) {
            running.awaits("[init -> client] 8 threads have had 250 sessions each");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "flood sessions, sessions end with OutOfCaps",
        "flood objects, objects end with OUT_OF_CAPS",
        "flood signals, signals end with OUT_OF_CAPS",
        "flood memory, memory ends with OutOfRam"
    })
    void aFloodEndsAtTheQuotaOfItsCauserAndABystanderGoesOn(String act, String outcome) throws InterruptedException {
        try (Running running = Running.start(hostile("flooder", act, FLOODED) + BYSTANDER)) {
            running.exits(0);
            running.system.close();
            assertThat(running.log)
                    .contains(
                            "[init -> flooder] " + outcome,
                            "[init -> bystander -> own] in a session",
                            "[init -> bystander] goes on");
        }
    }

    @Test
    void capabilitiesThatAServerKeepsAreItsOwnLossAlone() throws InterruptedException {
        try (Running running = Running.start(
                hostile("server", "serve", PROBE) + hostile("flooder", "flood keeper", FLOODED) + BYSTANDER)) {
            running.exits(0);
            running.awaits("[init -> flooder] keeping ends with SERVER_OUT_OF_CAPS")
                    .awaits("[init -> flooder] sum 3");
        }
    }

    @Test
    void aComponentThatLoopsWhereverItCanIsGoneWhenItIsKilledAndItsServerServesOthers() {
        String server = hostile("server", "serve", PROBE);
        try (Running running = Running.start(server + hostile("looper", "loop"))) {
            running.awaits("[init -> looper] loops");
            for (int round = 0; round < 5; round++) {
                long begin = System.nanoTime();
                assertThat(running.system.reconfigure("test.xml", Running.HEAD + server + "</config>"))
                        .isEmpty();
                running.await(
                        "the end of the looper",
                        () -> running.system.state().domains().stream()
                                .noneMatch(domain -> domain.label().text().equals("init -> looper")));
                running.await(
                        "an empty quarantine",
                        () -> running.system.state().quarantine().isEmpty());
                System.out.printf(
                        "all threads had left %.1f ms after the decision%n", (System.nanoTime() - begin) / 1e6);
                String others = server + hostile("client", "connect") + hostile("looper", "loop");
                assertThat(running.system.reconfigure("test.xml", Running.HEAD + others + "</config>"))
                        .isEmpty();
                running.awaits("[init -> client] sum 42", round + 1);
                running.awaits("[init -> looper] loops", round + 2);
            }
            assertThat(running.count("*faulted*")).isZero();
        }
    }

    @Test
    void whoTakesMoreThanItsLimitsIsStoppedAndItsParentIsTold() {
        String server = hostile("server", "serve", PROBE);
        String looper = hostile("looper", "loop", "<limits cpu=\"30\" threads=\"3\"/>");
        // The crowd goes on for good: threads that end soon might never be four at once.
        String crowd = hostile("crowd", "crowd\" threads=\"4\" sessions=\"1000000000", "<limits threads=\"3\"/>");
        try (Running running = Running.start(server + looper + crowd)) {
            running.awaits("*child ‘looper’ faulted: limit: the component took more than 30 % of a processor within a"
                            + " second*")
                    .awaits("*child ‘crowd’ faulted: *Starting a thread*DENIED*");
            assertThat(running.system.reconfigure("test.xml", Running.HEAD + server + looper + "</config>"))
                    .isEmpty();
            // The one that waits in the JDK, unless it was stopped before it did, runs no code and goes with its
            // component.
            running.await(
                    "the end of all threads but one",
                    () -> running.system.state().threads() <= 1);
            assertThat(running.system.reconfigure("test.xml", Running.HEAD + server + "</config>"))
                    .isEmpty();
            running.await("the end of that one", () -> running.system.state().threads() == 0);
        }
    }

    @Test
    void aComponentThatHoardsTheHeapIsStoppedAndTheSystemGoesOn() throws IOException {
        Command hoard = Command.await(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-XX:+UseSerialGC",
                        "-XX:+UseCountedLoopSafepoints",
                        "-XX:LoopStripMiningIter=1000",
                        "-Despalier.dist=" + Place.DIST,
                        "-Despalier.root=" + Place.ROOT,
                        "-p",
                        Place.DIST.resolve("lib").toString(),
                        "--add-modules",
                        "ALL-MODULE-PATH",
                        "-cp",
                        Path.of("target", "test-classes").toString(),
                        Hoard.class.getName())
                .start());
        assertThat(hoard.err()).contains("quarantine is empty");
        assertThat(hoard.out()).contains("[init -> looker] sum 42");
        assertThat(hoard.code()).isZero();
    }
}
