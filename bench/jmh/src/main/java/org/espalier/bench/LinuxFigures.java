package org.espalier.bench;

import java.io.IOException;
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
 * programs in C that exchange as many bytes in the same run.
 */
final class LinuxFigures {
    private static final int ROUNDS = 30;
    /** So many in a round that what begins a round, some calls by way of the kernel, does not count. */
    private static final int CALLS = 1000;

    private static final int SESSIONS = 20;
    private static final int STARTS = 15;
    private static final int WARM_STARTS = 500;
    private static final int PAUSE_SECONDS = 1;
    private static final int JVMS = 30;
    private static final int WARM_UP = 200;
    private static final double FUTEX_LIMIT = 1.6;
    private static final double SOCKET_LIMIT = 1.5;
    private static final double SIGNAL_MICROS = 20;
    private static final double SESSION_MICROS = 200;
    private static final int PACKETS = 100_000;
    private static final double PACKETS_PER_MICRO = 4;
    private static final double JVM_MILLIS = 10;
    private static final double ELF_MILLIS = 3;
    private static final double JVM_MEGABYTES = 25;

    private LinuxFigures() {}

    /**
     * Measures and prints, both ends where the host puts them and then pinned to one processor; false when a figure is above its limit, or
     * this host cannot run the kernel.
     */
    static boolean measure() throws Exception {
        Optional<String> obstacle = Kernels.named("linux").flatMap(Kernel::obstacle);
        if (obstacle.isPresent()) {
            System.out.println("linux: n/a: " + obstacle.get());
            return false;
        }
        System.out.println("unpinned, for comparison");
        boolean _ = exchanges();
        // All threads and processes that this thread starts from now on stay where it is.
        Affinity.pinToOneProcessor();
        System.out.println("pinned to one processor");
        boolean good = exchanges();
        Affinity.unpin();
        good &= starts();
        BlockingQueue<String> log = new LinkedBlockingQueue<>();
        try (TwoComponents components = new TwoComponents("linux", line -> log.add(line.toString()))) {
            good &= memory(components, log);
        }
        return good;
    }

    private static boolean exchanges() throws Exception {
        BlockingQueue<String> log = new LinkedBlockingQueue<>();
        try (CompiledPeer futex = new CompiledPeer("futex");
                CompiledPeer socket = new CompiledPeer("socket");
                CompiledPeer packet = new CompiledPeer("packets");
                TwoComponents components = new TwoComponents("linux", line -> log.add(line.toString()))) {
            for (int i = 0; i < WARM_UP; i++) {
                components.blocks(CALLS);
                components.signals(CALLS / 4);
                components.packets(PACKETS / 50);
                components.sessions(SESSIONS);
            }
            long[] calls = new long[ROUNDS];
            long[] futexes = new long[ROUNDS];
            long[] sockets = new long[ROUNDS];
            long[] signals = new long[ROUNDS];
            long[] sessions = new long[ROUNDS];
            long[] streams = new long[ROUNDS];
            long[] packets = new long[ROUNDS];
            for (int round = -ROUNDS; round < ROUNDS; round++) {
                int at = Math.floorMod(round, ROUNDS);
                calls[at] = time(() -> components.blocks(CALLS)) / CALLS;
                futexes[at] = futex.exchange(CALLS) / CALLS;
                sockets[at] = socket.exchange(CALLS) / CALLS;
                signals[at] = time(() -> components.signals(CALLS)) / CALLS;
                sessions[at] = time(() -> components.sessions(SESSIONS)) / SESSIONS;
                streams[at] = time(() -> components.packets(PACKETS)) * 1000 / PACKETS;
                packets[at] = packet.exchange(PACKETS) * 1000 / PACKETS;
            }
            show("a call between two components, 64 bytes each way", calls);
            show("the same bytes through a futex, two processes in C", futexes);
            show("the same bytes through a Unix socket, two processes in C", sockets);
            boolean good = within("a call, in exchanges by futex", ratio(calls, futexes), FUTEX_LIMIT, "×");
            good &= within("a call, in exchanges by socket", ratio(calls, sockets), 1 / SOCKET_LIMIT, "×");
            show("signal round trip", signals);
            good &= within("signal round trip", median(signals) / 1e3, SIGNAL_MICROS, "µs");
            show("session open and close", sessions);
            good &= within("session open and close", median(sessions) / 1e3, SESSION_MICROS, "µs");
            double stream = 1e6 / median(streams);
            double peer = 1e6 / median(packets);
            System.out.printf(
                    "packets of 1500 bytes, copied in and out: median %.2f and at best %.2f million a second;"
                            + " two processes in C: %.2f and %.2f%n",
                    stream,
                    1e6 / Arrays.stream(streams).min().orElseThrow(),
                    peer,
                    1e6 / Arrays.stream(packets).min().orElseThrow());
            boolean enough = stream >= PACKETS_PER_MICRO;
            System.out.printf(
                    "  %-44s %10.2f M/s  %s %.2f M/s%n",
                    "packets of a stream", stream, enough ? "at least" : "BELOW", PACKETS_PER_MICRO);
            return good && enough;
        }
    }

    private static double ratio(long[] figure, long[] peer) {
        return (double) median(figure) / median(peer);
    }

    private static boolean within(String what, double figure, double limit, String unit) {
        boolean within = figure <= limit;
        System.out.printf(
                "  %-44s %10.2f %s  %s %.2f %s%n", what, figure, unit, within ? "within" : "ABOVE", limit, unit);
        return within;
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

    private static String hello(String name, String binary) {
        return "<start name=\"" + name + "\"> <binary name=\"" + binary + "\"/> </start>\n";
    }

    /** From the decision of a parent, which keeps its children as init does, to the first line of the child. */
    private static boolean starts() throws Exception {
        BlockingQueue<String> log = new LinkedBlockingQueue<>();
        try (StartingHost host = new StartingHost("linux", log::add)) {
            // What the parent and the kernel do at a start is compiled when they have done it some times; programs in C
            // are started quickest.
            for (int i = 0; i < WARM_STARTS; i++) {
                long _ = start(host, log, true, 0);
            }
            long[] jars = new long[STARTS];
            long[] natives = new long[STARTS];
            for (int i = 0; i < STARTS; i++) {
                jars[i] = start(host, log, false, PAUSE_SECONDS);
                natives[i] = start(host, log, true, PAUSE_SECONDS);
            }
            show("a pooled JVM, from the parent's decision to the first log line", jars);
            boolean good = within("pooled JVM, start to first log line", median(jars) / 1e6, JVM_MILLIS, "ms");
            show("a native component, the same", natives);
            good &= within("ELF, start to first log line", median(natives) / 1e6, ELF_MILLIS, "ms");
            return good;
        }
    }

    /** After a pause the component before is gone, and the pool is full again: that is what one finds that starts alone. */
    private static long start(StartingHost host, BlockingQueue<String> log, boolean isNative, int pause)
            throws Exception {
        TimeUnit.SECONDS.sleep(pause);
        log.clear();
        long nanos = time(() -> {
            host.start(isNative);
            await(log, "Hello");
        });
        host.end();
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
    private static boolean memory(TwoComponents components, BlockingQueue<String> log) throws Exception {
        StringBuilder children = new StringBuilder();
        for (int i = 0; i < JVMS; i++) {
            children.append("<start name=\"idle_")
                    .append(i)
                    .append(
                            "\"> <binary name=\"bench_rpc\"/> <config role=\"server\"/> <provides> <service name=\"Idle\"/>"
                                    + " </provides> </start>\n");
        }
        components.beside(children + hello("last", "hello"));
        await(log, "last] Hello");
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
            return true;
        }
        return within(
                "proportional set size of " + kib.size() + " JVMs, median",
                kib.get(kib.size() / 2) / 1024.0,
                JVM_MEGABYTES,
                "MB");
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
}
