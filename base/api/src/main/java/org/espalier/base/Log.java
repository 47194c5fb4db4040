package org.espalier.base;

import java.nio.charset.StandardCharsets;

/**
 * Writes lines to a LOG session. A line that is longer than one call carries goes out in several. Thread-safe; a log that is
 * gone loses the line and nothing else.
 */
public final class Log {
    private final LogSession session;

    Log(LogSession session) {
        this.session = session;
    }

    /** A log that writes to {@code session}. */
    public static Log to(LogSession session) {
        return new Log(session);
    }

    /** Writes a line. */
    public void info(String text) {
        write(text + "\n");
    }

    /** Writes a line that says that something is not as it should be. */
    public void warning(String text) {
        write("Warning: " + text + "\n");
    }

    /** Writes a line that says that something failed. */
    public void error(String text) {
        write("Error: " + text + "\n");
    }

    /** Writes text as it is. */
    public void write(String text) {
        int from = 0;
        while (from < text.length()) {
            int end = fitting(text, from);
            session.write(text.substring(from, end));
            from = end;
        }
    }

    /** The end of the longest part from {@code from} on that one call carries, never inside a surrogate pair. */
    private static int fitting(String text, int from) {
        int end = Math.min(text.length(), from + LogSession.MAX_BYTES / 3);
        if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        if (text.length() - from <= LogSession.MAX_BYTES
                && text.substring(from).getBytes(StandardCharsets.UTF_8).length <= LogSession.MAX_BYTES) {
            return text.length();
        }
        return end;
    }
}
