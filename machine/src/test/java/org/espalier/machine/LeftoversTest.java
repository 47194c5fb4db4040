package org.espalier.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is left of an engine, however it ends. */
@Timeout(120)
final class LeftoversTest {
    @ParameterizedTest
    @ValueSource(strings = {"ptrace", "kvm"})
    void closedEnginesLeaveNoDescriptorNoProcessNoThreadAndNoMapping(String engine)
            throws IOException, InterruptedException {
        if (engine.equals("kvm")) {
            KvmHost.assume();
        }
        Process counter = Processes.java(ChildPrograms.Counter.class, engine);
        List<String> counts;
        try (BufferedReader output = counter.inputReader()) {
            counts = output.lines().toList();
        }
        assertThat(counter.waitFor()).isZero();
        assertThat(counts).hasSize(2);
        assertThat(counts.get(1)).isEqualTo(counts.get(0)).endsWith("children 0, mappings 0, threads 0");
    }

    @Test
    void killedJvmLeavesNoProcess() throws IOException, InterruptedException {
        Process spinner = Processes.java(ChildPrograms.Spinner.class);
        List<Long> stubs;
        try (BufferedReader output = spinner.inputReader()) {
            stubs = Arrays.stream(String.valueOf(output.readLine()).split(" "))
                    .map(Long::valueOf)
                    .toList();
            assertThat(stubs).hasSize(3).allMatch(Processes::isAlive);
            spinner.destroyForcibly().waitFor();
        }
        assertThat(Processes.eventually(() -> stubs.stream().noneMatch(Processes::isAlive)))
                .as("processes %s", stubs)
                .isTrue();
    }

    @Test
    void jvmThatIsKilledAtAnyMomentLeavesNoProcess() throws IOException, InterruptedException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 8; round++) {
            Process opener = Processes.java(ChildPrograms.Opener.class);
            try (BufferedReader output = opener.inputReader()) {
                assertThat(output.readLine()).isEqualTo("begun");
                assertThat(opener.waitFor(random.nextInt(400_000), TimeUnit.MICROSECONDS))
                        .isFalse();
                opener.destroyForcibly().waitFor();
            }
        }
        assertThat(Processes.eventually(() -> Processes.orphans().isEmpty()))
                .as("orphans %s, seed %s", Processes.orphans(), seed)
                .isTrue();
    }

    @Test
    void threadThatEndsTakesItsEnginesProcessesAlong() throws InterruptedException {
        int[] process = new int[1];
        PhysicalMemory memory = PhysicalMemory.allocate(16L * Frame.BYTES);
        Thread owner = Thread.ofPlatform().start(() -> {
            Engine engine = Engines.ptrace(memory);
            process[0] = Processes.of(engine.space(new Frame(0)));
        });
        owner.join();
        assertThat(Processes.eventually(() -> !Processes.isAlive(process[0]))).isTrue();
        memory.close();
    }
}
