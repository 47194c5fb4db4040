package org.espalier.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.espalier.tests.Running.HEAD;
import static org.espalier.tests.Running.hostile;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.espalier.base.CapQuota;
import org.espalier.base.RamQuota;
import org.espalier.core.Boot;
import org.espalier.core.EspalierSystem;
import org.espalier.core.SystemState;
import org.junit.jupiter.api.Test;

/** Systems as objects of a program: how they start, change, and end. */
final class SystemTest {
    private static final String PROBE = "<provides> <service name=\"Probe\"/> </provides>";

    private static final String FLOODER =
            "<start name=\"flooder\" ram=\"8M\"> <binary name=\"hostile\"/> <config act=\"flood"
                    + " memory\"/> <provides> <service name=\"Flooded\"/> </provides> </start>";

    private static Boot boot(String kernel, String config) {
        return EspalierSystem.builder()
                .kernel(kernel)
                .config("broken.xml", config)
                .roms(Place.COMPONENTS)
                .start();
    }

    @Test
    void anUnknownKernelIsRefusedWithThoseThatThereAre() {
        assertThat(boot("hurd", "<config/>"))
                .isEqualTo(new Boot.Refused("There is no kernel ‘hurd’ here; there are hw, linux, sel4."));
    }

    @Test
    void aMalformedConfigurationIsRefusedWithItsPosition() {
        assertThat(boot("hw", "<config>\n  <start name=\"a\">\n</config>\n"))
                .isInstanceOfSatisfying(
                        Boot.Refused.class,
                        refused -> assertThat(refused.reason()).startsWith("broken.xml:3:"));
    }

    @Test
    void aSystemWithoutInitOrConfigurationIsRefused() {
        assertThat(EspalierSystem.builder().config("c", "<config/>").start())
                .isEqualTo(new Boot.Refused("There is no ROM module ‘init’, which core is to start."));
        assertThat(EspalierSystem.builder().roms(Place.COMPONENTS).start())
                .isEqualTo(new Boot.Refused("A system needs a configuration for init."));
    }

    @Test
    void anInitThatIsNoComponentEndsTheSystem() throws InterruptedException {
        try (Running running = Running.of("<config/>", Map.of("init", "not a JAR"), builder -> builder)) {
            running.exits(-1);
            running.awaits(
                    "[core] Warning: *child ‘init’ is not started: its binary ‘init’ cannot run: The binary is neither"
                            + " a JAR nor an ELF file.");
        }
    }

    @Test
    void whatInitMayGiveIsWhatTheSystemWasGiven() {
        try (Running running = Running.of(
                HEAD + "</config>",
                Map.of(),
                builder -> builder.ram(new RamQuota(8 << 20)).caps(new CapQuota(500)))) {
            running.awaits("[core] Espalier *, 8M of RAM and 500 capabilities for init");
        }
    }

    @Test
    void twoSystemsRunSideBySideAndShareNothing() throws InterruptedException {
        String exit = "<exit propagate=\"yes\"/>";
        try (Running first = Running.start("<start name=\"hello\">" + exit + "</start>");
                Running second = Running.start(hostile("server", "serve", PROBE) + hostile("client", "connect"))) {
            first.exits(0);
            first.system.close();
            second.awaits("[init -> client] sum 42");
            assertThat(first.count("*client*")).isZero();
            assertThat(second.count("*hello*")).isZero();
        }
    }

    @Test
    void theExitValueOfAChildIsThatOfTheSystemWhenItPropagates() throws InterruptedException {
        String child = "<start name=\"a\"> <binary name=\"hostile\"/> <config act=\"exit\" value=\"42\"/>"
                + " <exit propagate=\"yes\"/> </start>";
        try (Running running = Running.start(child)) {
            running.exits(42);
            running.awaits("[init] child ‘a’ exited with exit value 42");
        }
    }

    @Test
    void whoseLimitsNobodyCanHoldIsNotStarted() {
        String body = hostile("hurried", "nothing", "<limits cpu=\"50\"/>")
                + hostile("fat", "nothing", "<limits heap_total=\"8M\"/>")
                + hostile("crowd", "crowd\" threads=\"4\" sessions=\"1000000000", "<limits threads=\"3\"/>")
                + hostile("server", "serve", PROBE);
        try (Running running =
                Running.of(HEAD + body + "</config>", Map.of(), builder -> builder.virtualThreads(true))) {
            running.awaits("[init] Warning: *child ‘hurried’ is not started: *limit ‘cpu’ cannot be held.")
                    .awaits("[init] Warning: *child ‘fat’ is not started: *limits of the heap cannot be held.")
                    .awaits("*child ‘crowd’ faulted: *Starting a thread*DENIED*");
        }
    }

    @Test
    void aFaultIsLoggedOnceInOneLineAndTheOthersGoOn() {
        try (Running running = Running.start(
                hostile("bad", "fault") + hostile("server", "serve", PROBE) + hostile("client", "connect"))) {
            running.awaits(
                            "[init] Error: child ‘bad’ faulted: thread ‘ep’: java.lang.IllegalStateException: told to [core]"
                                    + " fail at *")
                    .awaits("[init -> client] sum 42");
            assertThat(running.count("*faulted*")).isEqualTo(1);
            assertThat(running.system.state().domains().stream()
                            .filter(domain -> !domain.fault().isEmpty())
                            .map(domain -> domain.label().text()))
                    .containsExactly("init -> bad");
        }
    }

    @Test
    void aWatcherIsToldOfEachChangeThatLastsAndOfTheEnd() throws Exception {
        BlockingQueue<SystemState> states = new LinkedBlockingQueue<>();
        try (Running running = Running.of(
                HEAD + hostile("bad", "fault") + "</config>",
                Map.of(),
                builder -> builder.watch(state -> {
                    states.add(state);
                    if (state.domains().isEmpty()) {
                        throw new IllegalStateException("A watcher that fails harms nobody.");
                    }
                }))) {
            SystemState faulted = next(
                    states,
                    state -> state.domains().stream()
                            .anyMatch(domain -> domain.label().toString().equals("init -> bad")
                                    && !domain.fault().isEmpty()));
            assertThat(faulted.domains())
                    .extracting(domain -> domain.label().toString())
                    .containsExactly("core", "init", "init -> bad");
            assertThat(running.system.reconfigure("new.xml", HEAD + "</config>"))
                    .isEmpty();
            next(states, state -> state.domains().size() == 2);
        }
        next(states, state -> state.domains().isEmpty());
        assertThat(states).isEmpty();
    }

    @Test
    void aWatcherMayCloseTheSystem() throws Exception {
        CompletableFuture<EspalierSystem> system = new CompletableFuture<>();
        CompletableFuture<Integer> last = new CompletableFuture<>();
        try (Running running = Running.of(
                HEAD + "<start name=\"hello\"/></config>",
                Map.of(),
                builder -> builder.watch(state -> {
                    system.join().close();
                    if (state.domains().isEmpty()) {
                        last.complete(state.threads());
                    }
                }))) {
            system.complete(running.system);
            last.get(Running.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static SystemState next(BlockingQueue<SystemState> states, Predicate<SystemState> wanted)
            throws InterruptedException {
        while (true) {
            SystemState state = states.poll(Running.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(state).isNotNull();
            if (wanted.test(state)) {
                return state;
            }
        }
    }

    @Test
    void closingTwiceDoesNothingAndAClosedSystemIsEmpty() {
        Running running = Running.start(hostile("a", "nothing"));
        running.close();
        running.close();

        // A thread that was inside when its domain ended may still be on its way out.
        running.await("an empty system", () -> running.system.state().equals(new SystemState(List.of(), 0, List.of())));
        assertThat(running.system.reconfigure("x", "<config/>")).isEqualTo(Optional.of("The system is closed."));
    }

    @Test
    void theReadOnlyNamesOfMemoryEndWithIt() {
        try (Running running = Running.start(hostile("a", "read only"))) {
            running.awaits("[init -> a] quota as before: true");
        }
    }

    // ---- reconfiguration

    @Test
    void aMalformedNewConfigurationChangesNothing() {
        try (Running running = Running.start(hostile("server", "serve", PROBE) + hostile("client", "connect"))) {
            running.awaits("[init -> client] sum 42");
            List<SystemState.Domain> before = atRest(running);

            Optional<String> refusal = running.system.reconfigure("new.xml", "<config>\n<start name=>\n</config>");

            assertThat(refusal).hasValueSatisfying(reason -> assertThat(reason).startsWith("new.xml:2:13: "));
            assertThat(atRest(running)).isEqualTo(before);
        }
    }

    @Test
    void aNewConfigurationStartsAndStopsChildrenAndLeavesTheOthersAlone() {
        String server = hostile("server", "serve", PROBE);
        try (Running running = Running.start(server + hostile("old", "connect"))) {
            running.awaits("[init -> old] sum 42");

            assertThat(running.system.reconfigure("new.xml", HEAD + server + hostile("new", "connect") + "</config>"))
                    .isEmpty();

            running.awaits("[init -> new] sum 42");
            assertThat(running.system.state().domains())
                    .extracting(domain -> domain.label().text())
                    .containsExactly("core", "init", "init -> server", "init -> new");
            assertThat(running.count("[init -> old] asks")).isEqualTo(1);
        }
    }

    @Test
    void twentyReconfigurationsLeaveWhatOneLeaves() {
        String server = hostile("server", "serve", PROBE);
        String one = HEAD + server + hostile("a", "connect") + "</config>";
        String other = HEAD + server + "</config>";
        try (Running running = Running.of(other, Map.of(), builder -> builder)) {
            List<SystemState.Domain> first = List.of();
            for (int round = 1; round <= 20; round++) {
                running.system.reconfigure("test.xml", one);
                running.awaits("[init -> a] sum 42", round);
                running.system.reconfigure("test.xml", other);
                running.await(
                        "the end of a", () -> running.system.state().domains().size() == 3);
                first = round == 1 ? running.system.state().domains() : first;
            }
            // The first reading may show a session that its server has not closed yet, so later ones may be below.
            List<Long> most = used(first);
            running.await("no more in use than " + most, () -> {
                List<Long> last = used(running.system.state().domains());
                return IntStream.range(0, most.size()).allMatch(i -> last.get(i) <= most.get(i));
            });
        }
    }

    private static List<Long> used(List<SystemState.Domain> domains) {
        return domains.stream()
                .flatMap(domain -> Stream.of(
                        domain.quotas().ramUsed().bytes(),
                        domain.quotas().capsUsed().count()))
                .toList();
    }

    // ---- nothing is left

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("espalier-"))
                .sorted()
                .toList();
    }

    /** The domains without what changes whenever they do anything. */
    private static List<SystemState.Domain> atRest(Running running) {
        return running.system.state().domains().stream()
                .map(domain -> new SystemState.Domain(
                        domain.number(),
                        domain.label(),
                        domain.started(),
                        domain.trusted(),
                        domain.quotas(),
                        domain.fault(),
                        0,
                        Optional.empty(),
                        Optional.empty()))
                .toList();
    }

    @Test
    void tenThousandSessionsLeaveNothing() {
        String stress = "<start name=\"stress\"> <binary name=\"hostile\"/> <config act=\"stress\" sessions=\"%d\"/>"
                + " </start>";
        String server = hostile("server", "serve", PROBE);
        Map<String, String> data = Map.of("data", "some content");
        try (Running running = Running.start(server + stress.formatted(3000), data)) {
            running.awaits("[init -> stress] 3000 sessions, quota as before: true");
            List<SystemState.Domain> before = atRest(running);
            long heapBefore = smallestHeap();
            int threadsBefore = threads().size();

            running.system.reconfigure("test.xml", HEAD + server + stress.formatted(10_000) + "</config>");
            running.awaits("[init -> stress] 10000 sessions, quota as before: true");

            List<SystemState.Domain> after = atRest(running);
            assertThat(after.subList(1, after.size())).as("all but core").isEqualTo(before.subList(1, before.size()));
            assertThat(after.getFirst().quotas().capsUsed())
                    .isEqualTo(before.getFirst().quotas().capsUsed());
            awaitHeapBelow(heapBefore + (1 << 20), running);
            assertThat(threads()).hasSizeLessThanOrEqualTo(threadsBefore + 2);
        }
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** The heap as it is when nothing more comes free: the smallest of some readings. */
    private static long smallestHeap() {
        return LongStream.generate(SystemTest::heap).limit(8).min().orElseThrow();
    }

    /** Waits until the heap is no larger: threads of what was closed may be inside the JDK, and hold on to it until they come back. */
    private static void awaitHeapBelow(long bound, Running running) {
        running.await("a heap of less than " + bound + " bytes, but of " + heap(), () -> heap() < bound);
    }

    private static void startAndClose(int times) {
        for (int round = 0; round < times; round++) {
            try (Running running = Running.start(FLOODER)) {
                running.awaits("[init -> flooder] memory ends with *");
            }
        }
    }

    @Test
    void systemsThatWereClosedLeaveNoThreadAndNoMemory() {
        startAndClose(20);
        long heapBefore = smallestHeap();
        long outsideBefore = outsideOfTheHeap();
        startAndClose(40);
        try (Running last = Running.start("")) {
            // Each that stays would keep its classes at least, some 300 KiB.
            awaitHeapBelow(heapBefore + (4 << 20), last);
        }
        assertThat(outsideOfTheHeap())
                .as("resident memory outside of the heap after 40 systems that held 320 MiB")
                .isLessThan(outsideBefore + (128 << 20));
        try (Running last = Running.start("")) {
            last.system.close();
            last.await(
                    "no thread of a system is left, but " + threads(),
                    () -> threads().isEmpty());
        }
    }

    /** Resident memory of the process beside what the JVM manages, in bytes; 0 where the host does not tell. */
    private static long outsideOfTheHeap() {
        Path status = Path.of("/proc/self/statm");
        if (!Files.isReadable(status)) {
            return 0;
        }
        String text = new String(Place.read(status), StandardCharsets.US_ASCII);
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        return Long.parseLong(text.split(" ", -1)[1]) * 4096
                - memory.getHeapMemoryUsage().getCommitted()
                - memory.getNonHeapMemoryUsage().getCommitted();
    }
}
