package org.espalier.tests.reconfigurer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What ought to become of children when the configuration of their parent changes, by the rules of docs/reconfiguration.md and
 * nothing of the sandbox. Each child may serve, and may use the service of one that comes before it.
 */
final class Population {
    private static final int MOST = 7;

    /**
     * What a start node says.
     *
     * @param version starts the child anew when it changes
     * @param note something in its configuration, which it need not start anew for
     * @param megabytes its RAM
     * @param serves whether it declares the service
     * @param target whose service it is routed to; negative for nobody's
     */
    private record Wanted(int version, int note, int megabytes, boolean serves, int target) {
        String xml(int number) {
            return "<start name=\"c" + number + "\" version=\"v" + version + "\" ram=\"" + megabytes + "M\">"
                    + "<binary name=\"hostile\"/>"
                    + (serves ? "<provides><service name=\"Probe\"/></provides>" : "")
                    + "<config act=\"" + act() + "\" note=\"" + note + "\"/>"
                    + "<route>"
                    + (target < 0 ? "" : "<service name=\"Probe\"><child name=\"c" + target + "\"/></service>")
                    + "<any-service><parent/></any-service></route></start>\n";
        }

        /** Version 0 never announces what it declares, and those who want a session wait. */
        private String act() {
            return version == 0 ? "nothing" : connects() ? "relay" : "offer";
        }

        /** The same without a session: one that is denied would not show. */
        Wanted alone() {
            return new Wanted(version - 1, note, megabytes, serves, target);
        }

        boolean connects() {
            return version % 2 != 0;
        }
    }

    /** A child that runs: its number of start and whose session it has asked for, negative for nobody's. */
    private record Running(int id, int uses) {}

    private final SplittableRandom random;
    private SortedMap<Integer, Wanted> wanted = new TreeMap<>();
    private Map<Integer, Running> running = new LinkedHashMap<>();
    private int lastId;

    Population(long seed) {
        random = new SplittableRandom(seed);
    }

    /** The next configuration; what is expected follows it. */
    String next() {
        SortedMap<Integer, Wanted> next = new TreeMap<>(wanted);
        for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
            int number = random.nextInt(MOST);
            Wanted changed = change(number, next.get(number));
            if (changed == null) {
                next.remove(number);
            } else {
                next.put(number, changed);
            }
        }
        next.replaceAll((number, start) -> start.connects() && !isServed(start.target, next) ? start.alone() : start);
        follow(next);
        StringBuilder text = new StringBuilder("<config><parent-provides>");
        for (String service : List.of("ROM", "LOG", "PD", "CPU")) {
            text.append("<service name=\"").append(service).append("\"/>");
        }
        text.append("</parent-provides><default caps=\"100\"/>\n");
        next.forEach((number, start) -> text.append(start.xml(number)));
        return text.append("</config>\n").toString();
    }

    private @Nullable Wanted change(int number, @Nullable Wanted old) {
        if (old == null) {
            return new Wanted(randomVersion(), 0, 1, random.nextInt(5) > 0, random.nextInt(number + 1) - 1);
        }
        return switch (random.nextInt(6)) {
            case 0 -> null;
            case 1 -> new Wanted(randomVersion(), old.note, old.megabytes, old.serves, old.target);
            case 2 -> new Wanted(old.version, old.note + 1, old.megabytes, old.serves, old.target);
            case 3 -> new Wanted(old.version, old.note, 1 + random.nextInt(3), old.serves, old.target);
            case 4 -> new Wanted(old.version, old.note, old.megabytes, !old.serves, old.target);
            default -> new Wanted(old.version, old.note, old.megabytes, old.serves, random.nextInt(number + 1) - 1);
        };
    }

    /** Mostly one that uses another's service. */
    private int randomVersion() {
        return random.nextInt(4) == 0 ? 2 * random.nextInt(3) : 1 + 2 * random.nextInt(3);
    }

    private void follow(SortedMap<Integer, Wanted> next) {
        Set<Integer> ended = new HashSet<>();
        // In order: whoever uses another comes after it.
        for (Map.Entry<Integer, Wanted> entry : wanted.entrySet()) {
            int number = entry.getKey();
            Wanted now = next.get(number);
            Running child = running.get(number);
            if (now == null
                    || child == null
                    || now.version != entry.getValue().version
                    || isCutOff(now, child, next, ended)) {
                ended.add(number);
            }
        }
        Map<Integer, Running> after = new LinkedHashMap<>();
        next.forEach((number, start) -> {
            Running child = running.get(number);
            after.put(
                    number,
                    child != null && !ended.contains(number)
                            ? child
                            : new Running(++lastId, start.connects() ? start.target : -1));
        });
        wanted = next;
        running = after;
    }

    private static boolean isServed(int target, Map<Integer, Wanted> next) {
        Wanted server = next.get(target);
        return server != null && server.serves;
    }

    private static boolean isCutOff(Wanted now, Running child, Map<Integer, Wanted> next, Set<Integer> ended) {
        return child.uses >= 0
                && (now.target != child.uses || !isServed(child.uses, next) || ended.contains(child.uses));
    }

    /** A line for each child: name, number of start, version, RAM, and whether it has asked for a session. */
    List<String> expected() {
        List<String> lines = new ArrayList<>();
        wanted.forEach((number, start) -> {
            Running child = running.get(number);
            lines.add(line(
                    "c" + number,
                    child == null ? "" : Integer.toString(child.id),
                    "v" + start.version,
                    start.megabytes + "M",
                    child != null && child.uses >= 0));
        });
        return lines;
    }

    static String line(String name, String id, String version, String ram, boolean asked) {
        return name + " " + id + " " + version + " " + ram + (asked ? " asked" : "");
    }
}
