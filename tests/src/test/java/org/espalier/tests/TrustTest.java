package org.espalier.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;

/** Whose byte code is not verified: a component that a trusted parent calls trusted, and nobody else. */
final class TrustTest {
    private static final String SPEAKS = "[init%s -> speaker] the line ends with *";
    private static final String TRUSTED = "[init%s] *child ‘speaker’ is trusted: its byte code is not verified";
    private static final String REJECTED =
            "[init] *its code is rejected: org.espalier.tests.Speaker.construct(Speaker.java:10):"
                    + " java.lang.System.lineSeparator() is not among the JDK members that a component may use*";

    private static Running start(String body) throws IOException {
        String name = Speaker.class.getName().replace('.', '/') + ".class";
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(file);
                InputStream code = Objects.requireNonNull(TrustTest.class.getResourceAsStream("Speaker.class"))) {
            jar.putNextEntry(new JarEntry("META-INF/MANIFEST.MF"));
            jar.write(("Manifest-Version: 1.0\r\nEspalier-Component: " + Speaker.class.getName() + "\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            jar.putNextEntry(new JarEntry(name));
            code.transferTo(jar);
        }
        return Running.start(body, Map.of("speaker", file.toString(StandardCharsets.ISO_8859_1)));
    }

    private static String nested(String trust, String body) {
        return "<start name=\"sub\" ram=\"8M\" caps=\"1000\"" + trust + "> <binary name=\"init\"/>"
                + Running.HEAD.replace("<config>", "<config> ") + body + "</config> </start>";
    }

    @Test
    void aChildIsVerified() throws IOException {
        try (Running running = start("<start name=\"speaker\"/>")) {
            running.awaits(REJECTED);
            assertThat(running.count(SPEAKS.formatted(""))).isZero();
        }
    }

    @Test
    void aChildThatInitCallsTrustedIsNotVerifiedAndTheLogSaysSo() throws IOException {
        try (Running running = start("<start name=\"speaker\" trusted=\"yes\"/>")) {
            running.awaits(TRUSTED.formatted("")).awaits(SPEAKS.formatted(""));
        }
    }

    @Test
    void anUntrustedParentMakesNoTrustedChildren() throws IOException {
        try (Running running = start(nested("", "<start name=\"speaker\" trusted=\"yes\"/>"))) {
            running.awaits("[init -> sub] *child ‘speaker’ is not started: its binary ‘speaker’ cannot run:"
                    + " It is to be trusted, and its parent is not.");
            assertThat(running.count(SPEAKS.formatted(" -> sub"))).isZero();
        }
    }

    @Test
    void aTrustedParentHandsTrustDown() throws IOException {
        try (Running running = start(nested(" trusted=\"yes\"", "<start name=\"speaker\" trusted=\"yes\"/>"))) {
            running.awaits(TRUSTED.formatted(" -> sub")).awaits(SPEAKS.formatted(" -> sub"));
        }
    }
}
