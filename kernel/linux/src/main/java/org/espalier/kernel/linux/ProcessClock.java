package org.espalier.kernel.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.kernel.spi.RunningKernel.Activity;

/**
 * Tells how much processor time a component's process has taken, and how many threads it has, as the host counts them. Source: proc(5),
 * {@code /proc/PID/stat}; times there are in ticks, of which every Linux on x86-64 shows a hundred a second.
 */
final class ProcessClock {
    private static final long NANOS_OF_A_TICK = 10_000_000;

    // Fields behind the name of the program, which stands in parentheses and may hold anything.
    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;
    private static final int THREADS = 17;

    private ProcessClock() {}

    /** What the one child of the process {@code monitor} takes; {@link Activity#NONE} where the host does not tell, or it has ended. */
    static Activity ofChildOf(long monitor) {
        try {
            String state = read("/proc/" + childOf(monitor) + "/stat");
            List<String> fields =
                    List.of(state.substring(state.lastIndexOf(')') + 2).split(" "));
            long ticks = Long.parseLong(fields.get(USER_TIME)) + Long.parseLong(fields.get(SYSTEM_TIME));
            return new Activity(Integer.parseInt(fields.get(THREADS)), ticks * NANOS_OF_A_TICK);
        } catch (IOException e) {
            return Activity.NONE;
        }
    }

    /**
     * The number of the one child of the process {@code monitor}.
     *
     * @throws IOException if it has none, or not one alone
     */
    static long childOf(long monitor) throws IOException {
        List<Long> children = childrenOf(monitor);
        if (children.size() != 1) {
            throw new IOException("process " + monitor + " has " + children.size() + " children, and not one");
        }
        return children.getFirst();
    }

    /** The numbers of the children that the first thread of a process has. */
    static List<Long> childrenOf(long process) throws IOException {
        String children = read("/proc/" + process + "/task/" + process + "/children");
        return Stream.of(children.strip().split(" "))
                .filter(number -> !number.isEmpty())
                .map(Long::valueOf)
                .toList();
    }

    private static String read(String path) throws IOException {
        return Files.readString(Path.of(path), StandardCharsets.ISO_8859_1);
    }
}
