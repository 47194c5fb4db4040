package org.espalier.sandbox;

import org.espalier.base.Placement;
import org.espalier.base.Placement.Range;
import org.espalier.config.Attribute;
import org.espalier.config.Node;

/** Reads priorities and affinities. Belongs to one reading. */
final class PlacementReader {
    private static final int MAX_LEVELS = 1 << 10;
    private static final int MAX_SPACE = 1 << 10;

    private final Notices notices;
    private final int levels;
    private final boolean hasSpace;
    private final int width;
    private final int height;

    PlacementReader(Node config, Notices notices) {
        this.notices = notices;
        this.levels = levels(config);
        this.hasSpace = config.child("affinity-space").isPresent();
        this.width = config.child("affinity-space")
                .map(space -> side(space, "width"))
                .orElse(1);
        this.height = config.child("affinity-space")
                .map(space -> side(space, "height"))
                .orElse(1);
    }

    private int levels(Node config) {
        int given = (int) notices.number(config, "prio_levels", 0, MAX_LEVELS, 0);
        if (Integer.bitCount(given) <= 1) {
            return Math.max(1, given);
        }
        notices.add(
                config.attribute("prio_levels").map(Attribute::position).orElse(config.position()),
                "‘prio_levels’ is " + given + " and must be a power of two; all children have one priority");
        return 1;
    }

    private int side(Node node, String attribute) {
        return (int) notices.number(node, attribute, 1, MAX_SPACE, 1);
    }

    /** What a {@code <start>} node says; a level or a place that there is not is left out. */
    Placement read(Node start) {
        int level = (int) -notices.number(start, "priority", 1 - levels, 0, 0);
        Range priority = Range.part(level, 1, levels);
        return start.child("affinity")
                .filter(affinity -> isInSpace(affinity, start.string("name", "")))
                .map(affinity -> new Placement(
                        priority, range(affinity, "xpos", "width", width), range(affinity, "ypos", "height", height)))
                .orElse(new Placement(priority, Placement.WHOLE.x(), Placement.WHOLE.y()));
    }

    private boolean isInSpace(Node affinity, String child) {
        if (!hasSpace) {
            notices.add(affinity.position(), "without an <affinity-space> this <affinity> has no effect");
            // Scripts wait for this very line of Genode's init.
            notices.add("affinity-space configuration missing, but affinity defined for child " + child);
        }
        return hasSpace;
    }

    private Range range(Node affinity, String position, String size, int whole) {
        int first = (int) notices.number(affinity, position, 0, whole - 1L, 0);
        int count = (int) notices.number(affinity, size, 1, whole - first, whole - first);
        return Range.part(first, count, whole);
    }
}
