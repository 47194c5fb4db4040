package org.espalier.core;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.espalier.base.Done;
import org.espalier.base.Label;
import org.espalier.base.LogSession;
import org.espalier.base.Result;
import org.espalier.base.Root;
import org.espalier.kernel.spi.RunningKernel;

/**
 * The LOG service: makes lines of what clients write and hands them to the sink on a thread of its own. A sink that is slow
 * holds up those who log, and nobody else: the service has an entrypoint of its own.
 */
final class LogService implements Root<LogSession>, AutoCloseable {
    private static final int QUEUE = 1024;
    private static final int MAX_LINE = 4096;

    private final RunningKernel kernel;
    private final BlockingQueue<LogSink.Line> lines = new ArrayBlockingQueue<>(QUEUE);
    private final LogSink.Line end = new LogSink.Line(0, Label.NONE, "");
    private final Thread writer;

    LogService(RunningKernel kernel, LogSink sink) {
        this.kernel = kernel;
        this.writer = Thread.ofPlatform().daemon().name("espalier-log").start(() -> write(sink));
    }

    private void write(LogSink sink) {
        try {
            for (LogSink.Line line = lines.take(); line != end; line = lines.take()) {
                try {
                    sink.line(line);
                } catch (RuntimeException | Error e) {
                    // A sink that fails loses its line; the components must not notice.
                    System.getLogger(LogService.class.getName())
                            .log(System.Logger.Level.WARNING, "A log sink failed", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Queues a line, waiting while the queue is full. */
    void line(Label label, String text) {
        LogSink.Line line = new LogSink.Line(kernel.clock(), label, text);
        boolean interrupted = false;
        while (true) {
            try {
                lines.put(line);
                break;
            } catch (InterruptedException e) {
                // Meant for the component whose thread this is; it finds out when it leaves core.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Creation<LogSession> create(SessionRequest request) {
        return new Creation.Created<>(new Session(request.label()));
    }

    @Override
    public void closed(LogSession session) {
        ((Session) session).finish();
    }

    /** Writes what is queued and ends the writer. */
    @Override
    public void close() {
        try {
            lines.put(end);
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Session implements LogSession {
        private final Label label;
        private final StringBuilder tail = new StringBuilder();

        Session(Label label) {
            this.label = label;
        }

        @Override
        public synchronized Result<Done> write(String text) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\n') {
                    flush();
                } else if (Character.isISOControl(c) && c != '\t') {
                    // Escape sequences and carriage returns would let a component rewrite the lines of others.
                    tail.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
                } else {
                    tail.append(c);
                }
                if (tail.length() >= MAX_LINE) {
                    flush();
                }
            }
            return Result.done();
        }

        private void flush() {
            line(label, tail.toString());
            tail.setLength(0);
        }

        /** The line break that a client did not live to write. */
        synchronized void finish() {
            if (!tail.isEmpty()) {
                flush();
            }
        }
    }
}
