package org.espalier.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.espalier.core.SystemState;
import org.junit.jupiter.api.Test;

/** Whose byte code is not verified: a component that a trusted parent calls trusted, and nobody else. */
final class TrustTest {
    private static final String SPEAKS = "[init%s -> speaker] the line ends with *";
    private static final String TRUSTED = "[init%s] *child ‘speaker’ is trusted: its byte code is not verified";
    private static final String REJECTED =
            "[init] *its code is rejected: org.espalier.tests.Speaker.construct(Speaker.java:10):"
                    + " java.lang.System.lineSeparator() is not among the JDK members that a component may use*";

    private static final String IDLE = Running.hostile("idle", "nothing");

    private static Running start(String body) {
        return Running.start(body, Map.of("speaker", new String(Jar.of(Speaker.class), StandardCharsets.ISO_8859_1)));
    }

    /** The labels of the components that core started without verification, itself included. */
    private static List<String> trusted(Running running) {
        return running.system.state().domains().stream()
                .filter(SystemState.Domain::trusted)
                .map(domain -> domain.label().text())
                .toList();
    }

    private static String nested(String trust, String body) {
        return "<start name=\"sub\" ram=\"8M\" caps=\"1000\"" + trust + "> <binary name=\"init\"/>"
                + Running.HEAD.replace("<config>", "<config> ") + body + "</config> </start>";
    }

    @Test
    void aChildIsVerified() {
        try (Running running = start("<start name=\"speaker\"/>")) {
            running.awaits(REJECTED);
            assertThat(running.count(SPEAKS.formatted(""))).isZero();
            assertThat(trusted(running)).containsExactly("core", "init");
        }
    }

    @Test
    void aChildThatInitCallsTrustedIsNotVerifiedAndTheLogSaysSo() {
        try (Running running = start("<start name=\"speaker\" trusted=\"yes\"/>")) {
            running.awaits(TRUSTED.formatted("")).awaits(SPEAKS.formatted(""));
            assertThat(trusted(running)).containsExactly("core", "init", "init -> speaker");
        }
    }

    @Test
    void anUntrustedParentMakesNoTrustedChildren() {
        try (Running running = start(nested("", "<start name=\"speaker\" trusted=\"yes\"/>"))) {
            running.awaits("[init -> sub] *child ‘speaker’ is not started: its binary ‘speaker’ cannot run:"
                    + " It is to be trusted, and its parent is not.");
            assertThat(running.count(SPEAKS.formatted(" -> sub"))).isZero();
            assertThat(trusted(running)).containsExactly("core", "init");
        }
    }

    @Test
    void aTrustedParentHandsTrustDown() {
        try (Running running = start(nested(" trusted=\"yes\"", "<start name=\"speaker\" trusted=\"yes\"/>"))) {
            running.awaits(TRUSTED.formatted(" -> sub")).awaits(SPEAKS.formatted(" -> sub"));
            assertThat(trusted(running)).containsExactly("core", "init", "init -> sub", "init -> sub -> speaker");
        }
    }

    @Test
    void theStateReportSaysOfTrustedChildrenThatTheyAreAndOfOthersNothing() {
        try (Running running = start("<report/> <start name=\"speaker\" trusted=\"yes\"/> " + IDLE)) {
            running.await(
                    "a report of both children at work",
                    () -> report(running).contains("\"idle\"")
                            && !report(running).contains("state="));
            assertThat(report(running)).isEqualTo("""
                            <state>
                              <child name="speaker" binary="speaker" trusted="yes"/>
                              <child name="idle" binary="hostile"/>
                            </state>
                            """);
        }
    }

    private static String report(Running running) {
        return running.system.report("init -> state").orElse("");
    }
}
