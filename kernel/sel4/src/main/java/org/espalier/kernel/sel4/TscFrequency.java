package org.espalier.kernel.sel4;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The frequency of the processor's time-stamp counter, which programs read by {@code rdtsc} as it is. The host knows it, but tells
 * only that of the processor, which is the same on processors whose counter does not change its pace.
 */
final class TscFrequency {
    private static final Pattern LINE = Pattern.compile("^cpu MHz\\s*:\\s*(\\d+)", Pattern.MULTILINE);
    private static final long WHERE_UNKNOWN = 1000;

    private TscFrequency() {}

    /** In MHz; a plausible value where the host tells none. */
    static long megahertz() {
        try {
            Matcher line = LINE.matcher(Files.readString(Path.of("/proc/cpuinfo")));
            return line.find() ? Long.parseLong(line.group(1)) : WHERE_UNKNOWN;
        } catch (IOException e) {
            return WHERE_UNKNOWN;
        }
    }
}
