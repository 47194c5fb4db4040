package org.espalier.kernel.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.kernel.linux.StartFailure.Step;
import org.espalier.testkit.Choices;
import org.espalier.testkit.ForAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Whatever file is to be started, and whenever something is killed: there is an answer, and nothing is left at the host. Alone, for
 * descriptors and processes of this JVM are counted.
 */
@Isolated
final class ConfinementTest {
    private static final Confinement.Limits LIMITS = new Confinement.Limits(16, 1L << 30);
    private static final int HEADER_BYTES = 64;
    private static final int SEGMENT_BYTES = 56;

    @BeforeEach
    void onThisHost() {
        Hosts.assumeConfinement();
    }

    private static Start start(Confinement confinement, byte[] file) throws IOException {
        try (MemoryFile program = MemoryFile.holding("test", file)) {
            return confinement.start(program, LIMITS);
        }
    }

    private static Step refused(Confinement confinement, byte[] file) throws IOException {
        return ((Start.Failed) start(confinement, file)).failure().step();
    }

    private static byte[] changed(byte[] file, int at, long value, int bytes) {
        byte[] copy = file.clone();
        ByteBuffer buffer = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < bytes; i++) {
            buffer.put(at + i, (byte) (value >>> (8 * i)));
        }
        return copy;
    }

    @Test
    void aFileThatIsNoProgramIsRefusedWithTheStepAndTheReason() throws IOException {
        byte[] good = Hosts.attempts();
        int address = HEADER_BYTES + 16;
        try (Confinement confinement = new Confinement()) {
            assertThat(refused(confinement, new byte[0])).isEqualTo(Step.HEADER);
            assertThat(refused(confinement, "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(Step.HEADER);
            assertThat(refused(confinement, Arrays.copyOf(good, HEADER_BYTES))).isEqualTo(Step.HEADER);
            assertThat(refused(confinement, changed(good, 4, 1, 1)))
                    .as("32 bits")
                    .isEqualTo(Step.HEADER);
            assertThat(refused(confinement, changed(good, 18, 183, 2)))
                    .as("another machine")
                    .isEqualTo(Step.HEADER);
            assertThat(refused(confinement, changed(good, 32, -1, 8)))
                    .as("segments nowhere")
                    .isEqualTo(Step.HEADER);
            assertThat(refused(confinement, changed(good, 56, 0xffff, 2)))
                    .as("too many segments")
                    .isEqualTo(Step.HEADER);
            assertThat(refused(confinement, changed(good, HEADER_BYTES, 3, 4)))
                    .as("an interpreter")
                    .isEqualTo(Step.HEADER);
            assertThat(refused(confinement, changed(good, HEADER_BYTES + 4, 7, 4)))
                    .as("written code")
                    .isEqualTo(Step.SEGMENT);
            assertThat(refused(confinement, changed(good, address, 0x70000000L, 8)))
                    .as("over the starter")
                    .isEqualTo(Step.SEGMENT);
            assertThat(refused(confinement, changed(good, address, 0, 8)))
                    .as("at null")
                    .isEqualTo(Step.SEGMENT);
            assertThat(refused(confinement, changed(good, address, -4096, 8)))
                    .as("the host's")
                    .isEqualTo(Step.SEGMENT);
            assertThat(refused(confinement, changed(good, HEADER_BYTES + 40, -1, 8)))
                    .as("without end")
                    .isEqualTo(Step.SEGMENT);
            assertThat(((Start.Failed) start(confinement, new byte[0])).failure())
                    .hasToString("The program did not begin, at the step header: it is not as it has to be");
        }
    }

    @Test
    void anyDamagedFileIsRefusedOrHarmsOnlyItself() throws IOException {
        byte[] good = Hosts.attempts();
        int table = HEADER_BYTES
                + SEGMENT_BYTES
                        * ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getShort(56);
        long descriptors = Hosts.descriptors();
        try (Confinement confinement = new Confinement()) {
            ForAll.forAll(
                    choices -> {
                        byte[] damaged = good;
                        for (int i = choices.below(3); i >= 0; i--) {
                            damaged = changed(
                                    damaged,
                                    choices.below(table - 8),
                                    choices.between(Long.MIN_VALUE, Long.MAX_VALUE),
                                    1 << choices.below(4));
                        }
                        return damaged;
                    },
                    100,
                    damaged -> {
                        if (start(confinement, damaged) instanceof Start.Started(ConfinedProcess process)) {
                            process.close();
                        }
                    });
        }
        assertThat(Hosts.descriptors()).isEqualTo(descriptors);
        assertThat(Hosts.children()).isZero();
    }

    /** Starts, talks and kills in random order and at random moments. */
    @Test
    void afterAnyOrderOfStartsAndKillsNothingIsLeft() throws IOException {
        long descriptors = Hosts.descriptors();
        byte[] file = Hosts.attempts();
        ForAll.forAll(ConfinementTest::deeds, 10, deeds -> {
            List<ConfinedProcess> alive = new ArrayList<>();
            try (Confinement confinement = new Confinement();
                    MemoryFile program = MemoryFile.holding("attempts", file)) {
                for (int deed : deeds) {
                    switch (deed) {
                        case 0, 1 -> alive.add(((Start.Started) confinement.start(program, LIMITS)).process());
                        case 2 -> alive.forEach(process -> say(process, "nothing"));
                        case 3 -> alive.forEach(process -> say(process, "never return"));
                        case 4 -> {
                            if (!alive.isEmpty()) {
                                alive.getFirst().kill();
                            }
                        }
                        default -> {
                            if (!alive.isEmpty()) {
                                alive.removeFirst().close();
                            }
                        }
                    }
                }
                alive.forEach(ConfinedProcess::close);
            }
            assertThat(Hosts.descriptors()).isEqualTo(descriptors);
            assertThat(Hosts.children()).isZero();
        });
    }

    private static List<Integer> deeds(Choices choices) {
        List<Integer> deeds = new ArrayList<>();
        for (int i = choices.below(20); i >= 0; i--) {
            deeds.add(choices.below(6));
        }
        return deeds;
    }

    private static void say(ConfinedProcess process, String word) {
        try {
            // One that was killed is not there any more, which is as good.
            assertThat(process.channel().send(word.getBytes(StandardCharsets.UTF_8)))
                    .isNotEqualTo(Channel.Sent.FULL);
        } catch (HostException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whenItsSpawnerEndsAllThatItStartedEnds() throws IOException {
        ConfinedProcess process;
        try (Confinement confinement = new Confinement()) {
            process = ((Start.Started) start(confinement, Hosts.attempts())).process();
        }
        assertThat(process.channel().receive()).isInstanceOf(Channel.Received.Closed.class);
        process.close();
        assertThat(Hosts.children()).isZero();
    }

    @Test
    void noProgramBeginsInASandboxWhoseMakerIsGone() throws IOException {
        Sandbox sandbox;
        try (Confinement confinement = new Confinement()) {
            sandbox = confinement.prepare();
            // Complete by then; otherwise its parts would be left by bubblewrap: see docs/linux.md.
            LockSupport.parkNanos(200_000_000);
        }
        try (MemoryFile program = MemoryFile.holding("attempts", Hosts.attempts())) {
            assertThat(sandbox.begin(program, LIMITS)).isInstanceOf(Start.Failed.class);
        }
        assertThat(Hosts.children()).isZero();
    }

    @Test
    void aProgramThatCanStillBeWrittenIsRefused() throws IOException {
        try (Confinement confinement = new Confinement();
                Sandbox sandbox = confinement.prepare();
                MemoryFile program = MemoryFile.create("writable", MemoryFile.PAGE)) {
            assertThatThrownBy(() -> sandbox.begin(program, LIMITS)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** What the host itself says of a running component, beside what seccomp lets it try. */
    @Test
    void theHostSeesAProcessWithoutAnything() throws IOException {
        try (Confinement confinement = new Confinement();
                ConfinedProcess process = ((Start.Started) start(confinement, Hosts.attempts())).process()) {
            say(process, "nothing");
            process.channel().receive();
            // Another system on this host has such processes as well.
            Set<String> own = ProcessHandle.current()
                    .descendants()
                    .map(each -> Long.toString(each.pid()))
                    .collect(Collectors.toSet());
            Path component = Hosts.components().stream()
                    .filter(each -> own.contains(each.getFileName().toString()))
                    .findFirst()
                    .orElseThrow();
            Map<String, String> status = new HashMap<>();
            for (String line : Files.readAllLines(component.resolve("status"))) {
                status.put(
                        line.substring(0, line.indexOf(':')),
                        line.substring(line.indexOf(':') + 1).strip());
            }
            for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
                assertThat(status.get(set)).as(set).isEqualTo("0000000000000000");
            }
            assertThat(status)
                    .containsEntry("NoNewPrivs", "1")
                    .containsEntry("Seccomp", "2")
                    .containsEntry("Seccomp_filters", "2")
                    .containsEntry("Threads", "1");
            assertThat(status.get("Uid")).doesNotMatch("(.*\\s)?0(\\s.*)?");
            assertThat(status.get("Gid")).doesNotMatch("(.*\\s)?0(\\s.*)?");
            assertThat(status.get("NSpid")).endsWith("\t1");
            for (String space : List.of("user", "pid", "net", "ipc", "uts", "mnt")) {
                assertThat(Files.readSymbolicLink(component.resolve("ns").resolve(space)))
                        .as(space)
                        .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns", space)));
            }
            try (Stream<Path> open = Files.list(component.resolve("fd"))) {
                assertThat(open.map(each -> each.getFileName().toString())).containsExactly("3");
            }
            assertThat(Files.readAllLines(component.resolve("mountinfo")).stream()
                            .map(ConfinementTest::mount))
                    .containsExactlyInAnyOrder("/ ro", "/start ro");
            assertThat(Files.readAllLines(component.resolve("limits")).stream()
                            .map(line -> line.replaceAll("\\s+", " ")))
                    .contains(
                            "Max file size 0 0 bytes ",
                            "Max core file size 1 1 bytes ",
                            "Max locked memory 0 0 bytes ",
                            "Max open files 16 16 files ",
                            "Max address space 1073741824 1073741824 bytes ");
        }
    }

    /** Place and first option of a line of {@code mountinfo}. */
    private static String mount(String line) {
        List<String> fields = List.of(line.split(" ", -1));
        return fields.get(4) + " " + fields.get(5).substring(0, 2);
    }
}
