package org.espalier.kernel.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Tells how much of the host's memory a process has for itself, where no control group counts it. Dataspaces are not in it, nor files that
 * others have as well. Source: proc(5), {@code /proc/PID/status}.
 */
final class ProcessMemory {
    /** Pages of its own, and the tables by which it has those and others. */
    private static final List<String> COUNTED = List.of("RssAnon:", "VmPTE:");

    private static final long KIB = 1024;

    private ProcessMemory() {}

    /**
     * Bytes that {@code process} has.
     *
     * @throws IOException if it has ended
     */
    static long of(long process) throws IOException {
        return of(Files.readAllLines(Path.of("/proc/" + process + "/status"), StandardCharsets.ISO_8859_1));
    }

    /** The same, of what the host says. */
    static long of(List<String> status) throws IOException {
        long sum = 0;
        for (String field : COUNTED) {
            String line = status.stream()
                    .filter(each -> each.startsWith(field))
                    .findFirst()
                    .orElseThrow(() -> new IOException("the process has ended"));
            sum += Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB;
        }
        return sum;
    }
}
