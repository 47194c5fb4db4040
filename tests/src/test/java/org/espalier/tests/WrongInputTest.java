package org.espalier.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.espalier.tests.Running.hostile;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Mistakes in a configuration: each is named with its position, and the rest of the system goes on. */
final class WrongInputTest {
    private static final String HELLO = "<start name=\"hello\"/>\n";
    private static final String GOES_ON =
            "[init -> hello] Hello from a component that has nothing but its environment.";

    /** Line of the first text after the head. */
    private static final int FIRST = Running.HEAD.lines().toList().size() + 1;

    private static Running start(String mistake) {
        return Running.start(
                mistake + "\n" + HELLO, Map.of("text", "no JAR", "truncated", "PK\u0003\u0004 and no more"));
    }

    private static void names(Running running, String message) {
        running.awaits("[init] Warning: " + message).awaits(GOES_ON);
    }

    @Test
    void aBinaryThatDoesNotExist() {
        try (Running running = start("<start name=\"nowhere\"/>")) {
            names(
                    running,
                    "test.xml:" + FIRST
                            + ":1: child ‘nowhere’ is not started: its binary ‘nowhere’ is not available: ROM"
                            + " module ‘nowhere’ does not exist.");
        }
    }

    @Test
    void aBinaryThatIsNoJar() {
        try (Running running = start("<start name=\"a\"><binary name=\"text\"/></start>")) {
            names(
                    running,
                    "test.xml:" + FIRST
                            + ":1: child ‘a’ is not started: its binary ‘text’ cannot run: The binary is neither"
                            + " a JAR nor an ELF file.");
        }
    }

    @Test
    void aBinaryThatHoldsNoComponent() {
        try (Running running = start("<start name=\"a\"><binary name=\"truncated\"/></start>")) {
            names(
                    running,
                    "test.xml:" + FIRST + ":1: child ‘a’ is not started: its binary ‘truncated’ cannot run: The JAR *");
        }
    }

    @Test
    void twoChildrenOfOneName() {
        try (Running running = start(hostile("twin", "nothing").strip() + "\n" + hostile("twin", "nothing"))) {
            names(
                    running,
                    "test.xml:" + (FIRST + 1)
                            + ":1: two children are named ‘twin’; this one is left out, the first is at" + " test.xml:"
                            + FIRST + ":1");
        }
    }

    @Test
    void aQuotaAboveWhatThereIs() {
        try (Running running =
                Running.start(HELLO + "<start name=\"greedy\" ram=\"1G\" caps=\"100000\"> <binary name=\"hostile\"/>"
                        + " <config act=\"nothing\"/> </start>")) {
            running.awaits(GOES_ON)
                    .awaits("[init] Warning: test.xml:" + (FIRST + 1)
                            + ":1: child ‘greedy’ is to have 1G of RAM, and * is available and given to it")
                    .awaits("[init] Warning: test.xml:" + (FIRST + 1)
                            + ":1: child ‘greedy’ is to have 100000 capabilities, and * are available and given to it");
        }
    }

    @Test
    void aRouteToNobody() {
        String route = "<route> <service name=\"Probe\"> <child name=\"nobody\"/> </service> <any-service> <parent/>"
                + " </any-service> </route>";
        try (Running running = start(hostile("client", "connect", route))) {
            names(running, "the Probe session ‘client’ is denied: *leads to child ‘nobody’, which does not exist");
            running.awaits("[init -> client] Denied[reason=*which does not exist]");
        }
    }

    @Test
    void aRouteToAChildThatDoesNotProvideIt() {
        String route = "<route> <service name=\"Probe\"> <child name=\"hello\"/> </service> <any-service> <parent/>"
                + " </any-service> </route>";
        try (Running running = start(hostile("client", "connect", route))) {
            names(running, "the Probe session ‘client’ is denied: *leads to child ‘hello’, which does not provide it");
        }
    }

    @Test
    void aServiceThatTwoChildrenProvide() {
        String provides = "<provides> <service name=\"Probe\"/> </provides>";
        try (Running running = start(
                hostile("one", "serve", provides) + hostile("two", "serve", provides) + hostile("client", "connect"))) {
            names(
                    running,
                    "the Probe session ‘client’ is denied: **any child, and more than one provides it:" + " one, two");
        }
    }

    @Test
    void nodesAndAttributesThatNobodyKnows() {
        try (Running running =
                start("<strat name=\"a\"/>\n<start name=\"b\" rma=\"1M\"><binary name=\"hostile\"/><config"
                        + " act=\"nothing\"/></start>")) {
            names(running, "test.xml:" + FIRST + ":1: unknown node <strat>; did you mean <start>?");
            names(running, "test.xml:" + (FIRST + 1) + ":17: unknown attribute ‘rma’ of <start>; did you mean ‘ram’?");
        }
    }

    @Test
    void aChildWithoutNameOrQuota() {
        try (Running running = start("<start/>\n<start name=\"b\" ram=\"0\"/>\n<start name=\"c\" caps=\"many\"/>")) {
            names(running, "test.xml:" + FIRST + ":1: a child without a name is not started");
            names(running, "test.xml:" + (FIRST + 1) + ":17: child ‘b’ has a RAM quota of 0; it is not started");
            names(running, "test.xml:" + (FIRST + 2) + ":17: *; child ‘c’ is not started");
        }
    }

    @Test
    void aQuotaThatIsTooSmallToStart() {
        try (Running running = start("<start name=\"tiny\" ram=\"1\" caps=\"1\"><binary name=\"hostile\"/><config"
                + " act=\"nothing\"/></start>")) {
            running.awaits(GOES_ON).awaits("[init] *tiny*");
            assertThat(running.count("*IllegalStateException*OUT_OF*")).isLessThanOrEqualTo(1);
        }
    }
}
