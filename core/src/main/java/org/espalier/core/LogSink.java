package org.espalier.core;

import org.espalier.base.Label;

/** Takes the lines that components log. Called by one thread of the system, in order; may block that thread only. */
public interface LogSink {
    /** Takes one line. */
    void line(Line line);

    /**
     * A complete line.
     *
     * @param nanos when it was written, on the kernel's clock
     * @param label who wrote it
     * @param text without line end and without control characters
     */
    record Line(long nanos, Label label, String text) {
        /** The form that people read: {@code [init -> client] text}. */
        @Override
        public String toString() {
            return "[" + label + "] " + text;
        }
    }
}
