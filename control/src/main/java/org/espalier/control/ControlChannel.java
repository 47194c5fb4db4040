package org.espalier.control;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import jdk.net.ExtendedSocketOptions;
import org.espalier.config.Node;
import org.espalier.config.XmlWriter;
import org.espalier.core.EspalierSystem;

/**
 * Lets the user of this process see and change one system. Has one thread and at most {@value #MAX_PEERS} connections, each with
 * {@link #PATIENCE} from its begin to its end and with at most one request in memory; who comes when all are taken replaces the oldest
 * that has not asked yet. Nothing that a peer does or leaves undone holds up the system.
 *
 * <p>Thread-safe. Whoever opens it closes it, before or after the system.
 */
public final class ControlChannel implements AutoCloseable {
    private static final int MAX_PEERS = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** For how long a new connection cannot be replaced, so that one who asks at once is always heard. */
    private static final Duration GRACE = Duration.ofMillis(100);

    private static final int TICK_MILLIS = 50;
    private static final int CLOSE_MILLIS = 5_000;

    private final EspalierSystem system;
    private final Supplier<Optional<Node>> report;
    private final SocketFile file;
    private final long pid;
    private final String name;
    private final String owner;
    private final ServerSocketChannel server;
    private final Selector selector;
    private final Thread thread;
    private final long epoch = System.nanoTime();
    private final ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
    private final List<Peer> peers = new ArrayList<>();
    private volatile boolean closed;

    /** Whether a channel was opened. */
    public sealed interface Opening {
        /** It is there, and whoever asked for it closes it. */
        record Opened(ControlChannel channel) implements Opening {}

        /** It is not, and nothing is left of the attempt. */
        record Failed(String reason) implements Opening {}
    }

    private ControlChannel(
            EspalierSystem system,
            Supplier<Optional<Node>> report,
            SocketFile file,
            String name,
            ServerSocketChannel server,
            Selector selector)
            throws IOException {
        this.system = system;
        this.report = report;
        this.file = file;
        this.pid = file.pid();
        this.name = name;
        this.server = server;
        this.selector = selector;
        this.owner = Files.getOwner(file.path()).getName();
        this.thread = Thread.ofPlatform().daemon().name("espalier-control").unstarted(this::run);
    }

    /** Opens a channel for {@code system}, which is called {@code name}. */
    public static Opening open(EspalierSystem system, String name) {
        return open(system, name, Optional::empty);
    }

    /**
     * The same, with what the program around the system knows of sessions: core does not know those between init's children. The
     * supplier runs on the channel's thread for each request and must return at once.
     */
    public static Opening open(EspalierSystem system, String name, Supplier<Optional<Node>> report) {
        List<String> obstacles = new ArrayList<>();
        try {
            for (ControlFolder.Verdict verdict : ControlFolder.here().make()) {
                if (verdict.obstacle().isPresent()) {
                    obstacles.add(verdict.obstacle().get());
                    continue;
                }
                try {
                    ControlChannel channel = listen(system, name, report, verdict.folder());
                    channel.thread.start();
                    return new Opening.Opened(channel);
                } catch (IOException e) {
                    obstacles.add(reason(e));
                }
            }
        } catch (IOException e) {
            obstacles.add(reason(e));
        }
        return new Opening.Failed(String.join("; ", obstacles));
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private static ControlChannel listen(
            EspalierSystem system, String name, Supplier<Optional<Node>> report, Path folder) throws IOException {
        SocketFile.alive(folder);
        SocketFile file =
                SocketFile.of(folder, ManagementFactory.getRuntimeMXBean().getPid(), name);
        if (Files.exists(file.path())) {
            throw new IOException(file.path() + " is in use");
        }
        Files.deleteIfExists(file.unfinished());
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        Selector selector = Selector.open();
        try {
            server.configureBlocking(false);
            server.bind(UnixDomainSocketAddress.of(file.unfinished()), 2 * MAX_PEERS);
            Files.setPosixFilePermissions(file.unfinished(), PosixFilePermissions.fromString("rw-------"));
            server.register(selector, SelectionKey.OP_ACCEPT);
            Files.move(file.unfinished(), file.path(), StandardCopyOption.ATOMIC_MOVE);
            return new ControlChannel(system, report, file, name, server, selector);
        } catch (IOException e) {
            server.close();
            selector.close();
            Files.deleteIfExists(file.unfinished());
            throw e;
        }
    }

    /** The socket's file. */
    public Path socket() {
        return file.path();
    }

    /** Takes the socket away and ends all connections. Closing twice does nothing. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            Files.deleteIfExists(file.path());
        } catch (IOException e) {
            // Somebody removed the folder; or else the file is recognised as one that nobody listens at.
        }
        selector.wakeup();
        boolean interrupted = false;
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- the channel's thread

    private void run() {
        try (selector;
                server) {
            while (!closed) {
                selector.select(peers.isEmpty() && isListening() ? 0 : TICK_MILLIS);
                turn(System.nanoTime());
            }
        } catch (IOException e) {
            // The host lets nobody wait for sockets any more. The system goes on without being controlled.
        } finally {
            peers.forEach(Peer::close);
        }
    }

    private boolean isListening() {
        SelectionKey key = server.keyFor(selector);
        return key != null && key.isValid() && key.interestOps() != 0;
    }

    private void turn(long now) {
        boolean news = false;
        for (SelectionKey key : selector.selectedKeys()) {
            if (key.attachment() instanceof Peer peer) {
                serve(peer, key);
            } else {
                news = true;
            }
        }
        selector.selectedKeys().clear();
        for (Peer peer : List.copyOf(peers)) {
            if (peer.age(now) > PATIENCE.toNanos()) {
                end(peer);
            }
        }
        if (news || !isListening()) {
            listen(accept(now));
        }
    }

    /** Takes in who waits; whether more can be taken in before the next turn. */
    private boolean accept(long now) {
        try {
            while (true) {
                if (peers.size() >= MAX_PEERS && !makeRoom(now)) {
                    return false;
                }
                SocketChannel socket = server.accept();
                if (socket == null) {
                    return true;
                }
                admit(socket, now);
            }
        } catch (IOException e) {
            // Out of descriptors, which the host may have again after a while.
            return false;
        }
    }

    private void listen(boolean on) {
        SelectionKey key = server.keyFor(selector);
        if (key != null && key.isValid()) {
            key.interestOps(on ? SelectionKey.OP_ACCEPT : 0);
        }
    }

    /** Sends away the oldest that is not being answered, or else the oldest; false when all are too new. */
    private boolean makeRoom(long now) {
        Peer oldest =
                peers.stream().filter(peer -> !peer.isAnswered()).findFirst().orElseGet(peers::getFirst);
        if (oldest.age(now) < GRACE.toNanos()) {
            return false;
        }
        end(oldest);
        return true;
    }

    private void admit(SocketChannel socket, long now) {
        Peer peer = new Peer(socket, now);
        peers.add(peer);
        try {
            if (!isOwner(socket)) {
                end(peer);
                return;
            }
            socket.configureBlocking(false);
            serve(peer, socket.register(selector, SelectionKey.OP_READ, peer));
        } catch (IOException e) {
            end(peer);
        }
    }

    /** The folder keeps others out; this holds even where somebody has changed its mode. */
    private boolean isOwner(SocketChannel socket) throws IOException {
        return !socket.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED)
                || socket.getOption(ExtendedSocketOptions.SO_PEERCRED)
                        .user()
                        .getName()
                        .equals(owner);
    }

    private void serve(Peer peer, SelectionKey key) {
        try {
            if (key.isValid() && peer.proceed(buffer, this::answer)) {
                key.interestOps(peer.isAnswered() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
                return;
            }
        } catch (IOException e) {
            // It has gone.
        }
        end(peer);
    }

    private void end(Peer peer) {
        peer.close();
        peers.remove(peer);
    }

    // ---- requests

    private byte[] answer(String verb, byte[] content) {
        try {
            return switch (verb) {
                case Wire.INFO -> Wire.reply(true, XmlWriter.write(info()));
                case Wire.STATE -> Wire.reply(true, XmlWriter.write(view().node()));
                case Wire.OBJECTS ->
                    system.capabilities()
                            .map(all -> Wire.reply(true, XmlWriter.write(KernelObjects.node(all))))
                            .orElseGet(() -> Wire.reply(
                                    false,
                                    "kernel " + system.kernelName()
                                            + " has no kernel beneath whose objects could be shown, as sel4 has"));
                case Wire.CONFIG -> Wire.reply(true, configuration());
                case Wire.APPLY -> apply(new String(content, StandardCharsets.UTF_8));
                default -> Wire.reply(false, "there is no request ‘" + verb + "’");
            };
        } catch (RuntimeException e) {
            // A system that is being closed, or a mistake in the program around it: neither may end the channel.
            return Wire.reply(false, String.valueOf(e.getMessage()));
        }
    }

    private Node info() {
        return new SystemView(pid, name, system.kernelName(), clock(), 0, List.of(), List.of(), Optional.empty())
                .node();
    }

    private SystemView view() {
        return SystemView.of(pid, name, system.kernelName(), clock(), system.state(), report.get());
    }

    private Duration clock() {
        return Duration.ofNanos(System.nanoTime() - epoch);
    }

    private String configuration() {
        EspalierSystem.Configuration configuration = system.configuration();
        return Wire.named(configuration.name(), configuration.text());
    }

    /** Answers with the configuration that there was before, so that whoever asked can tell what has changed. */
    private byte[] apply(String content) {
        int end = content.indexOf('\n');
        if (end < 0) {
            return Wire.reply(false, "a configuration comes after its name and a line end");
        }
        String before = configuration();
        return system.reconfigure(content.substring(0, end), content.substring(end + 1))
                .map(refusal -> Wire.reply(false, refusal))
                .orElseGet(() -> Wire.reply(true, before));
    }
}
