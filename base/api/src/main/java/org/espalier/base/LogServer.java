package org.espalier.base;

import java.util.function.BiConsumer;

/**
 * A LOG service for components that offer one: makes whole lines of what clients write, each with the label of its client.
 * Runs in the entrypoint that announced it. A session costs one capability.
 *
 * <p>A line has no control characters but tabs: they are escaped, so that nobody can rewrite the lines of others. One that
 * is longer than {@value #MAX_LINE} characters goes on as another. The unterminated tail of a client that is gone gets its
 * line break.
 */
public final class LogServer implements Root<LogSession> {
    /** Longest line in characters. */
    public static final int MAX_LINE = 4096;

    private static final CapQuota COST = new CapQuota(1);

    private final BiConsumer<Label, String> sink;

    /** A service that hands each line with the label of its client to {@code sink}. */
    public LogServer(BiConsumer<Label, String> sink) {
        this.sink = sink;
    }

    @Override
    public Creation<LogSession> create(SessionRequest request) {
        return request.caps().count() < COST.count()
                ? new Creation.InsufficientCaps<>()
                : new Creation.Created<>(new Session(request.label(), sink));
    }

    @Override
    public void closed(LogSession session) {
        ((Session) session).finish();
    }

    private static final class Session implements LogSession {
        private final Label label;
        private final BiConsumer<Label, String> sink;
        private final StringBuilder tail = new StringBuilder();

        Session(Label label, BiConsumer<Label, String> sink) {
            this.label = label;
            this.sink = sink;
        }

        @Override
        public Result<Done> write(String text) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\n') {
                    flush();
                } else if (Character.isISOControl(c) && c != '\t') {
                    tail.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
                } else {
                    tail.append(c);
                }
                if (tail.length() > MAX_LINE || (tail.length() == MAX_LINE && !Character.isHighSurrogate(c))) {
                    flush();
                }
            }
            return Result.done();
        }

        private void flush() {
            String line = tail.toString();
            tail.setLength(0);
            sink.accept(label, line);
        }

        void finish() {
            if (!tail.isEmpty()) {
                flush();
            }
        }
    }
}
