package org.espalier.cli;

import org.espalier.check.Json;
import org.espalier.core.LogSink;

/** How a log line is written. Stateless. */
final class LineFormat {
    private LineFormat() {}

    /**
     * The line as it is written, without line end: {@code [init -> client] text}, after the seconds since the start if {@code
     * timestamps}; or a JSON object with the members {@code nanos}, {@code label} and {@code text}.
     */
    static String line(Format format, LogSink.Line line, boolean timestamps) {
        return switch (format) {
            case TEXT -> timestamps ? "%12.6f %s".formatted(line.nanos() / 1e9, line) : line.toString();
            case JSON ->
                "{\"nanos\":" + line.nanos() + ",\"label\":"
                        + Json.string(line.label().text()) + ",\"text\":" + Json.string(line.text()) + "}";
        };
    }
}
