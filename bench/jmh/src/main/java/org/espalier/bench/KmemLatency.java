package org.espalier.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.espalier.core.EspalierSystem;
import org.espalier.core.Kernels;
import org.espalier.core.LogSink;
import org.espalier.kernel.spi.Kernel;

/**
 * What the victim of scenario {@code kmem} (KMEM-1) sees of the attacks on each kernel of this host: how long its calls to the service take
 * while an attack that has reached its limit goes on, beside how long they take while the attacker computes, which takes as much of the
 * processors and no memory of the kernel. All in one run of the scenario.
 */
final class KmemLatency {
    /** As {@link Sel4Victim} has it for the raw kernel. */
    private static final double LIMIT = 2;

    private static final int PROBES = 300;
    private static final int LONGEST_MINUTES = 10;
    private static final String ROLE = "role=\"referee\"";
    private static final String ATTACKER = "init -> kmem -> attacker";
    private static final String VICTIM = "init -> kmem -> victim";
    private static final String COMPUTING = "P0 computing";
    private static final Pattern LATENCY = Pattern.compile("\\d+ calls took (\\d+) µs in the middle, .* (\\d+) µs");
    private static final Pattern STEP = Pattern.compile("(P\\d [A-Za-z ]+): (.*)");

    private KmemLatency() {}

    /** What the victim has seen in one step, in microseconds. */
    private record Seen(String step, long median, long percentile) {}

    /** Takes the lines of a run; called by one thread. */
    private static final class Lines implements LogSink {
        private final List<Seen> seen = new ArrayList<>();
        private final List<String> log = new ArrayList<>();
        private String step = "nobody else is there";

        @Override
        public synchronized void line(Line line) {
            log.add(line.toString());
            String label = line.label().toString();
            Matcher latency = LATENCY.matcher(line.text());
            Matcher next = STEP.matcher(line.text());
            if (label.equals(ATTACKER) && next.matches()) {
                step = next.group(1);
            } else if (label.equals(VICTIM) && latency.matches()) {
                seen.add(new Seen(step, Long.parseLong(latency.group(1)), Long.parseLong(latency.group(2))));
                step = "P5, after it";
            }
        }

        synchronized List<Seen> all() {
            return List.copyOf(seen);
        }

        synchronized String text() {
            return String.join("\n", log);
        }
    }

    /** Measures and prints; true when all is within the limit. */
    static boolean measure() throws Exception {
        boolean good = true;
        for (Kernel kernel : Kernels.all()) {
            Optional<String> obstacle = kernel.obstacle();
            if (obstacle.isPresent()) {
                System.out.println(kernel.name() + ": n/a: " + obstacle.get());
            } else {
                good &= measure(kernel.name());
            }
        }
        return good;
    }

    private static boolean measure(String kernel) throws Exception {
        Lines lines = new Lines();
        try (EspalierSystem system = EspalierSystem.builder()
                .kernel(kernel)
                .config("kmem", config())
                .roms(Components.roms())
                .log(lines)
                .start()
                .orThrow()) {
            if (system.exit().get(LONGEST_MINUTES, TimeUnit.MINUTES) != 0) {
                throw new IllegalStateException("The scenario has failed on " + kernel + ":\n" + lines.text());
            }
        } catch (TimeoutException e) {
            throw new IllegalStateException("The scenario does not end on " + kernel + ":\n" + lines.text(), e);
        }
        return print(kernel, lines.all());
    }

    private static String config() throws IOException {
        String text =
                Files.readString(Path.of(System.getProperty("espalier.home", "."), "scenarios", "kmem", "config.xml"));
        if (!text.contains(ROLE)) {
            throw new IllegalStateException("The scenario kmem has no referee.");
        }
        return text.replace(ROLE, ROLE + " probes=\"" + PROBES + '"');
    }

    private static boolean print(String kernel, List<Seen> all) {
        // The worse of the two: the host's turns alone make more of a difference between them than most attacks.
        long base = all.stream()
                .filter(seen -> seen.step().equals(COMPUTING))
                .mapToLong(Seen::percentile)
                .max()
                .orElseThrow(() -> new IllegalStateException("The victim has said nothing of how it was on " + kernel));
        System.out.printf(
                "%nkmem on %s: calls of the victim to its service and to the timer, %d in each step%n", kernel, PROBES);
        boolean good = true;
        for (Seen seen : all) {
            double ratio = (double) seen.percentile() / base;
            boolean isAttack = seen.step().startsWith("P") && !seen.step().equals(COMPUTING);
            boolean within = ratio <= LIMIT;
            good &= within || !isAttack;
            System.out.printf(
                    "  %-24s median %7d µs  p99 %7d µs  ratio of p99 %5.2f  %s%n",
                    seen.step(),
                    seen.median(),
                    seen.percentile(),
                    ratio,
                    isAttack ? (within ? "within " : "ABOVE ") + LIMIT : "no attack");
        }
        return good;
    }
}
