package org.espalier.kernel.sel4;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Objects of user land live in its own memory: however many are made and revoked, the kernel takes nothing of the host for them. Nor does
 * it for system calls.
 */
@Timeout(600)
final class KernelAllocationTest {
    /** A flood of 65536 objects is some 260 system calls, all of which may be interpreted yet; an object is much more than that. */
    private static final long MOST_BYTES = 1L << 20;

    private static final int MOST_NEW_DESCRIPTORS = 8;

    /** Of the task {@code calls}: a call and a reply for each of 5000 round trips. */
    private static final int TRAPS_OF_A_BATCH = 10_000;

    private static final int BATCHES = 3;

    @Test
    void floodOfObjectsAllocatesNothingForThem() {
        Map<String, Long> allocated = new HashMap<>();
        Map<String, Integer> descriptors = new HashMap<>();
        String[] flood = {""};
        long[] start = {0};
        RootTaskRun.on("ptrace").unchecked().run("exhaust", line -> {
            if (line.startsWith("flood of ")) {
                flood[0] = line.substring("flood of ".length());
                start[0] = allocatedBytes();
            } else if (line.startsWith("made: ")) {
                allocated.put(flood[0], allocatedBytes() - start[0]);
                descriptors.put(flood[0], openFiles());
            }
        });
        assertThat(allocated)
                .hasSize(12)
                .allSatisfy((_, bytes) -> assertThat(bytes).isLessThan(MOST_BYTES));
        int least =
                descriptors.values().stream().mapToInt(Integer::intValue).min().orElseThrow();
        assertThat(descriptors.values())
                .allSatisfy(count -> assertThat(count).isLessThan(least + MOST_NEW_DESCRIPTORS));
    }

    /**
     * From the trap to the next entry, engine and kernel. The least of the batches counts, for what is interpreted yet allocates; less than
     * a byte for each trap is none at all.
     */
    @Test
    void callsAndRepliesAllocateNothing() {
        List<Long> ends = new ArrayList<>();
        RootTaskRun.Result result = RootTaskRun.on("ptrace").unchecked().run("calls", line -> {
            if (line.equals("batch")) {
                ends.add(allocatedBytes());
            }
        });
        assertThat(result.lines()).contains("answers: " + BATCHES * TRAPS_OF_A_BATCH / 2, "end");
        assertThat(ends).hasSize(BATCHES);
        long least = Long.MAX_VALUE;
        for (int i = 1; i < BATCHES; i++) {
            least = Math.min(least, ends.get(i) - ends.get(i - 1));
        }
        assertThat(least).isLessThan(TRAPS_OF_A_BATCH);
    }

    /** Of the calling thread; by reflection, because the module under test does not read the one of the management beans. */
    private static long allocatedBytes() {
        try {
            Object threads = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            Method bytes = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
            return (long) bytes.invoke(threads);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("The management beans are not there.", e);
        }
    }

    private static int openFiles() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return (int) files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
