package org.espalier.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.check.Json;
import org.espalier.kernel.spi.HeldCapability;

/** Shows capabilities as a tree, as JSON, or as a graph. Stateless. */
final class CapabilityText {
    private static final String[] UNITS = {"", "K", "M", "G"};

    private CapabilityText() {}

    /** Those of one holder, and all that they were derived from. */
    static List<HeldCapability> heldBy(List<HeldCapability> all, String holder) {
        Map<Long, HeldCapability> bySlot = new HashMap<>();
        all.forEach(one -> bySlot.put(one.slot(), one));
        Set<Long> kept = new HashSet<>();
        for (HeldCapability one : all) {
            if (one.holder().equals(holder)) {
                HeldCapability up = one;
                while (up != null && kept.add(up.slot())) {
                    up = bySlot.get(up.parent());
                }
            }
        }
        return all.stream().filter(one -> kept.contains(one.slot())).toList();
    }

    /** A line for each, below the one that it was derived from. */
    static List<String> tree(List<HeldCapability> all) {
        List<String> lines = new ArrayList<>();
        Map<Long, Integer> depths = new HashMap<>();
        for (HeldCapability one : all) {
            Integer above = depths.get(one.parent());
            int depth = above == null ? 0 : above + 1;
            depths.put(one.slot(), depth);
            lines.add("  ".repeat(depth) + described(one) + "  [" + one.holder() + "]");
        }
        return lines;
    }

    private static String described(HeldCapability one) {
        StringBuilder text = new StringBuilder(one.type());
        if (one.count() > 1) {
            text.append(" × ").append(one.count());
        }
        if (one.bytes() > 0) {
            text.append(" 0x")
                    .append(Long.toHexString(one.object()))
                    .append(' ')
                    .append(size(one.bytes()));
        }
        if (one.badge() != 0) {
            text.append(" badge 0x").append(Long.toHexString(one.badge()));
        }
        if (!one.rights().isEmpty()) {
            text.append(' ').append(one.rights());
        }
        return text.toString();
    }

    private static String size(long bytes) {
        int unit = 0;
        long left = bytes;
        while (left % 1024 == 0 && unit < UNITS.length - 1) {
            left /= 1024;
            unit++;
        }
        return left + UNITS[unit];
    }

    /** One array on one line. */
    static String json(List<HeldCapability> all) {
        return all.stream()
                .map(one -> "{\"slot\":" + one.slot() + ",\"parent\":" + one.parent() + ",\"holder\":"
                        + Json.string(one.holder()) + ",\"type\":" + Json.string(one.type()) + ",\"object\":"
                        + one.object()
                        + ",\"bytes\":" + one.bytes() + ",\"badge\":" + one.badge() + ",\"rights\":"
                        + Json.string(one.rights()) + ",\"count\":" + one.count() + "}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    /** As it stands between quotation marks of a graph. */
    private static String quoted(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    /** A graph with an edge from each capability to those that were derived from it. */
    static List<String> dot(List<HeldCapability> all) {
        List<String> lines = new ArrayList<>();
        lines.add("digraph capabilities {");
        lines.add("  rankdir=LR;");
        lines.add("  node [shape=box, fontname=\"sans-serif\"];");
        for (HeldCapability one : all) {
            lines.add(
                    "  c" + one.slot() + " [label=\"" + quoted(described(one)) + "\\n" + quoted(one.holder()) + "\"];");
            if (one.parent() != 0) {
                lines.add("  c" + one.parent() + " -> c" + one.slot() + ";");
            }
        }
        lines.add("}");
        return lines;
    }
}
