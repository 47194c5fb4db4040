package org.espalier.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.espalier.config.ConfigReader;
import org.espalier.config.ReadResult;
import org.espalier.core.EspalierSystem;
import org.espalier.kernel.spi.HeldCapability;
import org.jspecify.annotations.Nullable;

/**
 * A system that the user of this process has running, as its socket tells. Immutable; asking it waits, but not for ever.
 *
 * @param pid its process
 * @param name of its scenario; what its socket's file says of it when it does not answer
 * @param socket where it listens
 */
public record RunningSystem(long pid, String name, Path socket) {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration PATIENCE_FOR_NAME = Duration.ofSeconds(2);

    /** What a system answered. */
    public sealed interface Reply<T> {
        /** What was asked for. */
        record Given<T>(T value) implements Reply<T> {}

        /** It does not do what was asked for, and nothing has changed. */
        record Refused<T>(String reason) implements Reply<T> {}

        /** It has ended, or does not answer; whether it did what was asked for is not known. */
        record Unreachable<T>(String reason) implements Reply<T> {}
    }

    /**
     * All systems of the user that have a control channel, by process number.
     *
     * @throws IOException when this host has no such channels, or a folder cannot be read
     */
    public static List<RunningSystem> all() throws IOException {
        List<RunningSystem> all = new ArrayList<>();
        for (Path folder : ControlFolder.here().existing()) {
            for (SocketFile file : SocketFile.alive(folder)) {
                RunningSystem nameless = new RunningSystem(file.pid(), file.name(), file.path());
                all.add(
                        nameless.view(Wire.INFO, PATIENCE_FOR_NAME) instanceof Reply.Given<SystemView>(SystemView view)
                                ? new RunningSystem(file.pid(), view.name(), file.path())
                                : nameless);
            }
        }
        return all;
    }

    /** What the system is at this moment. */
    public Reply<SystemView> view() {
        return view(Wire.STATE, PATIENCE);
    }

    private Reply<SystemView> view(String verb, Duration patience) {
        return switch (ask(verb, "", patience)) {
            case Reply.Refused<String>(String reason) -> new Reply.Refused<>(reason);
            case Reply.Unreachable<String>(String reason) -> new Reply.Unreachable<>(reason);
            case Reply.Given<String>(String text) ->
                switch (ConfigReader.read("the state of process " + pid, text)) {
                    case ReadResult.Malformed malformed -> new Reply.Unreachable<>(malformed.toString());
                    case ReadResult.Parsed parsed -> new Reply.Given<>(SystemView.of(parsed.root()));
                };
        };
    }

    /** The capabilities of the kernel beneath it; refused where there is no such kernel. */
    public Reply<List<HeldCapability>> capabilities() {
        return switch (ask(Wire.OBJECTS, "", PATIENCE)) {
            case Reply.Refused<String>(String reason) -> new Reply.Refused<>(reason);
            case Reply.Unreachable<String>(String reason) -> new Reply.Unreachable<>(reason);
            case Reply.Given<String>(String text) ->
                switch (ConfigReader.read("the objects of process " + pid, text)) {
                    case ReadResult.Malformed malformed -> new Reply.Unreachable<>(malformed.toString());
                    case ReadResult.Parsed parsed -> new Reply.Given<>(KernelObjects.of(parsed.root()));
                };
        };
    }

    /** The configuration that its init has. */
    public Reply<EspalierSystem.Configuration> configuration() {
        return configuration(ask(Wire.CONFIG, "", PATIENCE));
    }

    /** Hands its init a configuration; the reply is the one that there was before. */
    public Reply<EspalierSystem.Configuration> apply(EspalierSystem.Configuration configuration) {
        return configuration(ask(Wire.APPLY, Wire.named(configuration.name(), configuration.text()), PATIENCE));
    }

    private static Reply<EspalierSystem.Configuration> configuration(Reply<String> reply) {
        return switch (reply) {
            case Reply.Refused<String>(String reason) -> new Reply.Refused<>(reason);
            case Reply.Unreachable<String>(String reason) -> new Reply.Unreachable<>(reason);
            case Reply.Given<String>(String text) -> {
                int end = text.indexOf('\n');
                yield end < 0
                        ? new Reply.Unreachable<>("it sent no configuration")
                        : new Reply.Given<>(
                                new EspalierSystem.Configuration(text.substring(0, end), text.substring(end + 1)));
            }
        };
    }

    private Reply<String> ask(String verb, String content, Duration patience) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > Wire.MAX_REQUEST) {
            return new Reply.Refused<>(
                    "a request has at most " + Wire.MAX_REQUEST + " bytes, and this one has " + bytes.length);
        }
        CountDownLatch done = new CountDownLatch(1);
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            Thread.ofVirtual().start(() -> closeUnless(done, patience, channel));
            channel.connect(UnixDomainSocketAddress.of(socket));
            write(channel, ByteBuffer.wrap(Wire.request(verb, bytes)));
            return read(channel);
        } catch (ClosedChannelException e) {
            return new Reply.Unreachable<>("it did not answer within " + patience.toSeconds() + " seconds");
        } catch (IOException e) {
            return new Reply.Unreachable<>("it does not answer: " + e.getMessage());
        } finally {
            done.countDown();
        }
    }

    /** Ends the wait of another thread at {@code channel}, which has no time-out of its own. */
    private static void closeUnless(CountDownLatch done, Duration patience, SocketChannel channel) {
        try {
            if (!done.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                channel.close();
            }
        } catch (InterruptedException | IOException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends as much as the system takes: one that refuses early does not read on, and its answer says why. */
    private static void write(SocketChannel channel, ByteBuffer request) throws IOException {
        try {
            while (request.hasRemaining()) {
                channel.write(request);
            }
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            // The reply tells, if there is one.
        }
    }

    private static Reply<String> read(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int room = Wire.MAX_LINE + Wire.MAX_REPLY;
        while (bytes.size() <= room && channel.read(buffer.clear()) >= 0) {
            bytes.write(buffer.array(), 0, buffer.position());
        }
        String text = bytes.toString(StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\n');
        Wire.@Nullable Head head = end < 0 ? null : Wire.reply(text.substring(0, end));
        if (head == null || head.length() != bytes.size() - end - 1) {
            return new Reply.Unreachable<>("it ended the connection");
        }
        String content = new String(bytes.toByteArray(), end + 1, head.length(), StandardCharsets.UTF_8);
        return head.word().equals("ok") ? new Reply.Given<>(content) : new Reply.Refused<>(content);
    }
}
