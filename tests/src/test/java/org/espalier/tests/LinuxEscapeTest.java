package org.espalier.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.espalier.core.Kernels;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a hostile JAR gets out of its process on kernel linux: nothing, and each attempt ends in the way that is written here. */
final class LinuxEscapeTest {
    private static final String NOT_PERMITTED = "-1";
    private static final String NO_SUCH_CALL = "-38";
    private static final String BAD_ADDRESS = "-14";

    /** System calls that do not answer that they are not permitted. */
    private static final Map<String, String> OTHERWISE = Map.of(
            "clone3", NO_SUCH_CALL,
            "futex on foreign memory", BAD_ADDRESS,
            "descriptors that can be guessed", "0",
            "list the root", "reached: null",
            "a thread that the kernel does not know", "reached: its own");

    /** What the JDK throws. */
    private static final Map<String, String> THROWN = Map.of(
            "read a file", "FileNotFoundException",
            "read the JVM", "FileNotFoundException",
            "write a file", "FileNotFoundException",
            "look at a process", "FileSystemException",
            "start a program", "InternalError",
            "connect", "InternalError",
            "name a kernel's class", "ClassNotFoundException",
            "name a class for kernels", "ClassNotFoundException");

    private static final Map<String, String> LETHAL = lethal();

    private static Map<String, String> lethal() {
        String length = "it broke the protocol: it sent a packet whose length is not what it says";
        String packet = "it broke the protocol: it sent more than a packet";
        Map<String, String> lethal = new LinkedHashMap<>();
        lethal.put("exit", "its process ended with the code 0");
        lethal.put("unknown operation", "it broke the protocol: it asked for the operation 99");
        lethal.put("wrong length", length);
        lethal.put("short packet", length);
        lethal.put("huge packet", packet);
        lethal.put("descriptors in a packet", packet);
        lethal.put("ten thousand descriptors in a packet", packet);
        lethal.put("too many capabilities", length);
        lethal.put("reply without a request", "it broke the protocol: it asked for the operation 2");
        lethal.put("closed channel", "it broke the protocol: it closed a channel");
        return lethal;
    }

    @BeforeEach
    void leaveOutWhereTheHostLacksSomething() {
        assumeThat(Kernels.named("linux").orElseThrow().obstacle().orElse("")).isEmpty();
    }

    @Test
    void noSystemCallAndNothingOfTheJdkLeadsOutOfAProcess() {
        try (Running running = start(List.of("survive"))) {
            await(running, () -> running.count("[init -> survive] nothing left to try") == 1);
            Map<String, String> found = new TreeMap<>();
            String head = "[init -> survive] ";
            for (String line : running.log) {
                int colon = line.indexOf(": ");
                if (line.startsWith(head) && colon > 0) {
                    found.put(line.substring(head.length(), colon), line.substring(colon + 2));
                }
            }
            Map<String, String> expected = new TreeMap<>();
            found.keySet()
                    .forEach(name ->
                            expected.put(name, OTHERWISE.getOrDefault(name, THROWN.getOrDefault(name, NOT_PERMITTED))));
            assertThat(found).hasSizeGreaterThan(60).isEqualTo(expected);
            assertThat(found).containsKeys(OTHERWISE.keySet().toArray(String[]::new));
            assertThat(found).containsKeys(THROWN.keySet().toArray(String[]::new));
        }
    }

    @Test
    void whoBreaksTheProtocolIsStoppedAndItsParentIsToldWhy() {
        try (Running running = start(List.copyOf(LETHAL.keySet()))) {
            LETHAL.forEach((act, fault) ->
                    await(running, () -> running.count("[init] Error: child ‘" + act + "’ faulted: " + fault) == 1));
        }
    }

    private static Running start(List<String> acts) {
        String children = acts.stream()
                .map(act -> "<start name=\"" + act + "\" ram=\"2M\"> <binary name=\"escape\"/> <config act=\"" + act
                        + "\"/> </start>\n")
                .collect(Collectors.joining());
        return Running.of(Running.HEAD + children + "</config>", Map.of(), builder -> builder.kernel("linux"));
    }

    private static void await(Running running, BooleanSupplier happened) {
        long deadline = System.nanoTime() + LinuxTest.PATIENCE.toNanos();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("It did not happen in time; the log:\n" + String.join("\n", running.log));
            }
            LockSupport.parkNanos(2_000_000);
        }
    }
}
