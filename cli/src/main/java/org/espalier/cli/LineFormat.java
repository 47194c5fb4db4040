package org.espalier.cli;

import org.espalier.core.LogSink;

/** How a log line is written. */
public enum LineFormat {
    /** {@code [init -> client] text} */
    TEXT {
        @Override
        String format(LogSink.Line line, boolean timestamps) {
            return timestamps ? "%12.6f %s".formatted(line.nanos() / 1e9, line) : line.toString();
        }
    },
    /** One JSON object a line with the members {@code nanos}, {@code label} and {@code text}. */
    JSON {
        @Override
        String format(LogSink.Line line, boolean timestamps) {
            return "{\"nanos\":" + line.nanos() + ",\"label\":"
                    + quoted(line.label().text()) + ",\"text\":" + quoted(line.text()) + "}";
        }
    };

    /** The line as it is written, without line end. */
    abstract String format(LogSink.Line line, boolean timestamps);

    /** {@code text} as a string in JSON. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.chars().forEach(c -> {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (c < 0x20 || Character.isSurrogate((char) c)) {
                        out.append("\\u%04x".formatted(c));
                    } else {
                        out.append((char) c);
                    }
                }
            }
        });
        return out.append('"').toString();
    }
}
