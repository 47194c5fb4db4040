package org.espalier.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.espalier.core.Kernels;
import org.espalier.kernel.spi.Kernel;

/**
 * What the steps in the life of one session cost on each kernel of this host, measured by the same components in turn, and written as the page
 * {@code docs/session-costs.md}. It has no limits: the page is there to compare.
 */
final class SessionLife {
    private static final int ROUNDS = 31;
    private static final int WARM_UP = 40;
    private static final String DOCS = "docs";
    private static final String PAGE = "session-costs.md";

    private SessionLife() {}

    /** Does a step some times. */
    private interface Deed {
        void run(TwoComponents components, int count);
    }

    /**
     * What is measured.
     *
     * @param steps of docs/session.md that consist of it
     * @param what it is
     * @param where what happens there, for each of the kernels in the order hw, linux, sel4
     */
    private record Step(String steps, String what, List<String> where, int count, Deed deed) {}

    private static final List<Step> STEPS = List.of(
            new Step(
                    "1, 9, 11",
                    "a call to a sibling, 64 bytes there and back",
                    List.of(
                            "the caller's thread runs the server's code",
                            "a slot of shared memory and a futex",
                            "`Call` and `ReplyRecv` at a badged endpoint"),
                    50,
                    TwoComponents::blocks),
            new Step(
                    "3",
                    "a call to core",
                    List.of(
                            "as to a sibling",
                            "a packet to the kernel's process and back",
                            "as to a sibling; core has threads of its own"),
                    50,
                    TwoComponents::questions),
            new Step(
                    "5, 7",
                    "a signal to a sibling, and one back",
                    List.of(
                            "a counter, and a borrowed thread",
                            "a counter in the slot, and a futex",
                            "a notification that is bound to the entrypoint"),
                    50,
                    TwoComponents::signals),
            new Step(
                    "8",
                    "an object is made, and dissolved",
                    List.of(
                            "an entry of a table",
                            "a packet, and the entry",
                            "the entry, and a badged capability that is minted and revoked"),
                    50,
                    TwoComponents::objects),
            new Step(
                    "12",
                    "a page is attached, and detached",
                    List.of(
                            "a window",
                            "a packet with a descriptor, which is mapped",
                            "a window on the machine's memory"),
                    50,
                    TwoComponents::attachments),
            new Step(
                    "1 to 10, and the end",
                    "a session is opened, and closed",
                    List.of("the steps above, by way of init", "the same", "the same"),
                    10,
                    TwoComponents::sessions));

    private static final List<String> ORDER = List.of("hw", "linux", "sel4");

    /** Measures, prints the page and writes it; false where nothing could be measured. */
    static boolean measure() throws Exception {
        List<String> names = new ArrayList<>();
        for (String name : ORDER) {
            Optional<String> obstacle =
                    Kernels.named(name).map(Kernel::obstacle).orElse(Optional.of("it is not installed"));
            obstacle.ifPresentOrElse(why -> System.out.println(name + ": n/a: " + why), () -> names.add(name));
        }
        List<TwoComponents> systems = new ArrayList<>();
        try {
            for (String name : names) {
                systems.add(new TwoComponents(name, line -> {}));
            }
            double[][] micros = new double[STEPS.size()][names.size()];
            for (int step = 0; step < STEPS.size(); step++) {
                measure(STEPS.get(step), systems, micros[step]);
            }
            String page = page(names, micros);
            System.out.println(page);
            write(page);
        } finally {
            for (TwoComponents system : systems) {
                system.close();
            }
        }
        return !names.isEmpty();
    }

    /** The kernels take turns in each round, so that what else the host does meets all of them. */
    private static void measure(Step step, List<TwoComponents> systems, double[] medians) {
        long[][] nanos = new long[systems.size()][ROUNDS];
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            for (int i = 0; i < systems.size(); i++) {
                long begin = System.nanoTime();
                step.deed().run(systems.get(i), step.count());
                if (round >= 0) {
                    nanos[i][round] = (System.nanoTime() - begin) / step.count();
                }
            }
        }
        for (int i = 0; i < systems.size(); i++) {
            Arrays.sort(nanos[i]);
            medians[i] = nanos[i][ROUNDS / 2] / 1e3;
        }
    }

    private static String page(List<String> names, double[][] micros) {
        StringBuilder page =
                new StringBuilder("""
                # What one session costs on each kernel

                Written by `./espalier bench life`, which measures the steps of [the life of one session](session.md) with the same two components on all kernels
                that the host has, in turn, in one run: microseconds, the median of %d rounds, on %d processors. A figure says how
                kernels compare, and not what another host would show.

                """.formatted(ROUNDS, Runtime.getRuntime().availableProcessors()));
        page.append("| step | what |");
        names.forEach(name -> page.append(' ').append(name).append(" | µs |"));
        page.append("\n|---|---|").append("---|---:|".repeat(names.size())).append('\n');
        for (int i = 0; i < STEPS.size(); i++) {
            Step step = STEPS.get(i);
            page.append("| ")
                    .append(step.steps())
                    .append(" | ")
                    .append(step.what())
                    .append(" |");
            for (int k = 0; k < names.size(); k++) {
                page.append(String.format(
                        Locale.ROOT, " %s | %.1f |", step.where().get(ORDER.indexOf(names.get(k))), micros[i][k]));
            }
            page.append('\n');
        }
        return page.toString();
    }

    private static void write(String page) throws IOException {
        Path docs = Path.of(System.getProperty("espalier.home", "."), DOCS);
        if (Files.isDirectory(docs)) {
            Files.writeString(docs.resolve(PAGE), page);
        }
    }
}
