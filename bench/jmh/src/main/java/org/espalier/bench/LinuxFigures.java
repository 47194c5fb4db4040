package org.espalier.bench;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.espalier.core.Kernels;
import org.espalier.kernel.spi.Kernel;

/**
 * What kernel {@code linux} takes for a call, a signal, a session and the start of a component, and what its processes hold of memory, beside
 * a ping-pong through a Unix socket in the same run. Whoever wants both ends on one processor starts this with {@code taskset}.
 */
final class LinuxFigures {
    private static final int ROUNDS = 30;
    private static final int CALLS = 300;
    private static final int SESSIONS = 20;
    private static final int STARTS = 15;
    private static final int JVMS = 10;
    private static final int MESSAGE_BYTES = 64;

    private LinuxFigures() {}

    /** Measures and prints; false when this host cannot run the kernel. */
    static boolean measure() throws Exception {
        Optional<String> obstacle = Kernels.named("linux").flatMap(Kernel::obstacle);
        if (obstacle.isPresent()) {
            System.out.println("linux: n/a: " + obstacle.get());
            return false;
        }
        BlockingQueue<String> log = new LinkedBlockingQueue<>();
        try (Peer peer = new Peer();
                TwoComponents components = new TwoComponents("linux", line -> log.add(line.toString()))) {
            long[] calls = new long[ROUNDS];
            long[] peers = new long[ROUNDS];
            long[] signals = new long[ROUNDS];
            long[] sessions = new long[ROUNDS];
            for (int round = -ROUNDS; round < ROUNDS; round++) {
                int at = Math.floorMod(round, ROUNDS);
                calls[at] = time(() -> components.blocks(CALLS)) / CALLS;
                peers[at] = time(() -> peer.exchange(CALLS)) / CALLS;
                signals[at] = time(() -> components.signals(CALLS)) / CALLS;
                sessions[at] = time(() -> components.sessions(SESSIONS)) / SESSIONS;
            }
            show("a call between two components, 64 bytes each way", calls);
            show("the same bytes through a Unix socket, two threads of this JVM", peers);
            System.out.printf("  a call takes %.2f × the peer%n", (double) median(calls) / median(peers));
            show("signal round trip", signals);
            show("session open and close", sessions);
            show("component start to its first log line", starts(components, log));
            memory(components, log);
        }
        return true;
    }

    private interface Step {
        void run() throws Exception;
    }

    private static long time(Step step) throws Exception {
        long begin = System.nanoTime();
        step.run();
        return System.nanoTime() - begin;
    }

    private static long median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void show(String what, long[] nanos) {
        System.out.printf(
                "%s: median %.1f µs, minimum %.1f µs%n",
                what, median(nanos) / 1e3, Arrays.stream(nanos).min().orElse(0) / 1e3);
    }

    private static String hello(int number) {
        return "<start name=\"hello_" + number + "\"> <binary name=\"hello\"/> </start>\n";
    }

    private static long[] starts(TwoComponents components, BlockingQueue<String> log) throws Exception {
        long[] nanos = new long[STARTS];
        for (int i = 0; i < STARTS; i++) {
            // A pool that is full again is what a component finds that starts alone.
            TimeUnit.SECONDS.sleep(1);
            log.clear();
            int number = i;
            nanos[i] = time(() -> {
                components.beside(hello(number));
                await(log, "hello_" + number + "] Hello");
            });
        }
        return nanos;
    }

    private static void await(BlockingQueue<String> log, String part) throws InterruptedException {
        String line;
        do {
            line = log.poll(1, TimeUnit.MINUTES);
            if (line == null) {
                throw new IllegalStateException("Nobody has logged ‘" + part + "’.");
            }
        } while (!line.contains(part));
    }

    /** The share of physical memory that is theirs, of processes that run a JVM and wait. */
    private static void memory(TwoComponents components, BlockingQueue<String> log) throws Exception {
        StringBuilder children = new StringBuilder();
        for (int i = 0; i < JVMS; i++) {
            children.append("<start name=\"idle_")
                    .append(i)
                    .append(
                            "\"> <binary name=\"bench_rpc\"/> <config role=\"server\"/> <provides> <service name=\"Idle\"/>"
                                    + " </provides> </start>\n");
        }
        components.beside(children + hello(STARTS));
        await(log, "hello_" + STARTS + "] Hello");
        TimeUnit.SECONDS.sleep(3);
        List<Long> kib = descendants().stream()
                .filter(pid -> lines(pid, "comm").findFirst().orElse("").equals("java"))
                .map(LinuxFigures::proportionalSet)
                .filter(size -> size > 0)
                .sorted()
                .toList();
        if (kib.isEmpty()) {
            System.out.println(
                    "proportional set size of a JVM: n/a, the host shows it to nobody but its administrator");
        } else {
            System.out.printf(
                    "proportional set size of %d JVMs: median %.1f MB, largest %.1f MB%n",
                    kib.size(), kib.get(kib.size() / 2) / 1024.0, kib.getLast() / 1024.0);
        }
    }

    private static long proportionalSet(long pid) {
        return lines(pid, "smaps_rollup")
                .filter(line -> line.startsWith("Pss:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                .findFirst()
                .orElse(0);
    }

    /** The processes that this one has started, and those that they have, as far as they are there now. */
    private static List<Long> descendants() throws IOException {
        Map<Long, Long> parents = new HashMap<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            processes
                    .map(process -> process.getFileName().toString())
                    .filter(name -> name.matches("[0-9]+"))
                    .map(Long::valueOf)
                    .forEach(pid -> lines(pid, "status")
                            .filter(line -> line.startsWith("PPid:"))
                            .forEach(line -> parents.put(pid, Long.valueOf(line.replaceAll("\\D+", "")))));
        }
        long self =
                Long.parseLong(Path.of("/proc/self").toRealPath().getFileName().toString());
        return parents.keySet().stream()
                .filter(pid -> Stream.iterate(parents.get(pid), Objects::nonNull, parents::get)
                        .anyMatch(ancestor -> ancestor == self))
                .toList();
    }

    /** Of a process; none if it has ended meanwhile, or is not to be looked at. */
    private static Stream<String> lines(long pid, String file) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid, file)).stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    /** The other end of a Unix socket, which sends back what it receives. */
    private static final class Peer implements AutoCloseable {
        private final Path path = Files.createTempDirectory("espalier-bench").resolve("peer");
        private final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        private final SocketChannel here;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(MESSAGE_BYTES);

        Peer() throws IOException {
            server.bind(UnixDomainSocketAddress.of(path));
            here = SocketChannel.open(UnixDomainSocketAddress.of(path));
            SocketChannel there = server.accept();
            Thread.ofPlatform().daemon().name("peer").start(() -> echo(there));
        }

        private static void echo(SocketChannel there) {
            ByteBuffer received = ByteBuffer.allocateDirect(MESSAGE_BYTES);
            try (there) {
                while (there.read(received.clear()) > 0) {
                    there.write(received.flip());
                }
            } catch (IOException e) {
                // The other side has gone, which ends this one.
            }
        }

        void exchange(int times) throws IOException {
            for (int i = 0; i < times; i++) {
                here.write(buffer.clear());
                here.read(buffer.clear());
            }
        }

        @Override
        public void close() throws IOException {
            here.close();
            server.close();
            Files.delete(path);
            Files.delete(path.getParent());
        }
    }
}
