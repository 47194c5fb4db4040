package org.espalier.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a text beside its tree, in order: comments and disabled nodes. One parser fills it, one writer empties it
 * while it writes the same tree. Both count the nodes in the order of the text, and so agree on where a remark belongs.
 */
final class Remarks {

    private final boolean kept;
    private final ArrayList<Remark> remarks = new ArrayList<>();
    private int taken;

    /**
     * One comment, or one disabled node. Whoever adds a comment may add lines to it later.
     *
     * @param lines of the comment, or of the node in HID with its {@code x} in the first column
     * @param after how many nodes were opened before it
     * @param level how many nodes are around it
     */
    record Remark(List<String> lines, boolean disabled, int after, int level) {}

    private Remarks(boolean kept) {
        this.kept = kept;
    }

    static Remarks kept() {
        return new Remarks(true);
    }

    /** For those who want the tree only. */
    static Remarks dropped() {
        return new Remarks(false);
    }

    /** Whether it is worth the effort to add anything. */
    boolean areKept() {
        return kept;
    }

    void add(Remark remark) {
        if (!kept) {
            return;
        }
        // What stands between a node and a remark in it is in it as well, however far to the left somebody put it.
        for (int i = remarks.size() - 1; i >= 0; i--) {
            Remark before = remarks.get(i);
            if (before.after != remark.after || before.level >= remark.level) {
                break;
            }
            remarks.set(i, new Remark(before.lines, before.disabled, before.after, remark.level));
        }
        remarks.add(remark);
    }

    /** Takes the next remark if it has its place in front of what comes next on {@code level}, {@code written} nodes being out. */
    @Nullable Remark take(int written, int level) {
        return areNone(written, level) ? null : remarks.get(taken++);
    }

    /** Whether {@link #take} with the same numbers would take none. */
    boolean areNone(int written, int level) {
        return taken == remarks.size() || remarks.get(taken).after > written || remarks.get(taken).level < level;
    }

    /** The lines of a comment without the layout around them. */
    static List<String> tidy(String text) {
        String comment = text.replace("\r\n", "\n").replace('\r', '\n');
        int firstEnd = comment.indexOf('\n');
        List<String> lines = new ArrayList<>();
        lines.add((firstEnd < 0 ? comment : comment.substring(0, firstEnd)).strip());
        if (firstEnd >= 0) {
            comment.substring(firstEnd + 1)
                    .stripTrailing()
                    .stripIndent()
                    .lines()
                    .forEach(lines::add);
        }
        return withoutMargin(lines);
    }

    /** {@code lines} without the blank ones at both ends. */
    static List<String> withoutMargin(List<String> lines) {
        int from = 0;
        int to = lines.size();
        while (from < to && lines.get(from).isBlank()) {
            from++;
        }
        while (to > from && lines.get(to - 1).isBlank()) {
            to--;
        }
        return lines.subList(from, to);
    }
}
