package org.espalier.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Where a command writes: what it was asked for to standard output, what it has to say besides to standard error. */
@Command
final class Output {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    /** For picocli. */
    Output() {}

    /** Standard output in UTF-8. It stays open; whoever writes to it flushes it. */
    static PrintStream standard() {
        return new PrintStream(System.out, false, StandardCharsets.UTF_8);
    }

    /** Says something to people. */
    void say(String text) {
        Objects.requireNonNull(command, "picocli fills in the spec before it runs a command")
                .commandLine()
                .getErr()
                .println("espalier: " + text);
    }
}
