package org.espalier.config;

import org.espalier.config.Remarks.Remark;

/**
 * Writes a tree in the HID notation: {@link HidReader} makes a tree of the same content from it, attributes in the same
 * order. Stateless.
 *
 * <p>HID has no way to quote or to escape, and so it cannot express every tree. What it cannot express is refused, never
 * changed: names other than HID's; values with {@code |}, control characters, or a blank at either end; text beside nodes;
 * text with control characters other than tab and LF; and the characters U+FFFE and U+FFFF.
 */
public final class HidWriter {

    /** Longer lines are broken where HID allows it. */
    private static final int WIDTH = 80;

    private static final String INDENT = "  ";
    private static final String DELIMITER = " | ";
    private static final String ANCHOR = "+ ";

    private final StringBuilder out = new StringBuilder();
    private final Remarks remarks;
    private int written;

    private HidWriter(Remarks remarks) {
        this.remarks = remarks;
    }

    /** The text of {@code root}, or the first thing in it that HID cannot express. */
    public static WriteResult write(Node root) {
        return write(root, Remarks.dropped());
    }

    static WriteResult write(Node root, Remarks remarks) {
        return HidLimits.exceeded(root)
                .<WriteResult>map(refused -> refused)
                .orElseGet(() -> new WriteResult.Written(new HidWriter(remarks).text(root)));
    }

    private String text(Node root) {
        node(root, "", "", 0);
        remarks("", 0);
        return out.append("-\n").toString();
    }

    /**
     * One node with all that is in it.
     *
     * @param indent of the line of this node
     * @param anchor what comes in front of its type
     * @param level how many nodes are around it
     */
    // Recursion is safe, because a tree has at most Node.MAX_DEPTH levels.
    private void node(Node node, String indent, String anchor, int level) {
        String inside = anchor.isEmpty() ? "" : indent + INDENT;
        String line = indent + anchor + head(node);
        String attributes = attributes(node, DELIMITER);
        written++;
        if (line.length() + attributes.length() <= WIDTH) {
            String rest = rest(node, WIDTH - line.length() - attributes.length(), level == 0 ? 0 : level + 1);
            out.append(line).append(attributes).append(rest).append('\n');
            if (!rest.isEmpty()) {
                return;
            }
        } else {
            String below = "\n" + inside + " ".repeat(node.name().length() + 1);
            out.append(line).append(attributes(node, below)).append('\n');
        }
        // Those in front of the top-level node come below its line.
        remarks(inside, level == 0 ? 0 : level + 1);
        text(node, inside);
        for (Node child : node.children()) {
            node(child, inside, ANCHOR, level + 1);
            remarks(inside, level + 1);
        }
    }

    /** The type of a node, with its name if that comes first and cannot be taken for another attribute. */
    private static String head(Node node) {
        return HidSyntax.isNamed(node)
                ? node.name() + " " + node.attributes().getFirst().value()
                : node.name();
    }

    private static String attributes(Node node, String delimiter) {
        StringBuilder text = new StringBuilder();
        node.attributes().stream()
                .skip(HidSyntax.isNamed(node) ? 1 : 0)
                .forEach(attribute -> text.append(delimiter).append(HidSyntax.attribute(attribute)));
        return text.toString();
    }

    /** All that is in {@code node}, to stand on its own line; empty if it does not fit there. */
    private String rest(Node node, int room, int level) {
        String rest = "";
        if (!node.text().isEmpty()) {
            boolean fits = node.text().indexOf('\n') < 0 && remarks.areNone(written, level);
            rest = fits ? DELIMITER + ": " + node.text() : "";
        } else if (node.children().size() == 1) {
            Node child = node.children().getFirst();
            boolean fits = child.text().isEmpty() && child.children().isEmpty() && remarks.areNone(written + 1, level);
            rest = fits ? DELIMITER + ANCHOR + head(child) + attributes(child, DELIMITER) : "";
        }
        if (rest.isEmpty() || rest.length() > room) {
            return "";
        }
        written += node.children().size();
        return rest;
    }

    private void text(Node node, String indent) {
        if (!node.text().isEmpty()) {
            for (String line : node.text().split("\n", -1)) {
                out.append(indent)
                        .append(line.isEmpty() ? ":" : ": ")
                        .append(line)
                        .append('\n');
            }
        }
    }

    private void remarks(String indent, int level) {
        for (Remark remark = remarks.take(written, level); remark != null; remark = remarks.take(written, level)) {
            for (String line : remark.lines()) {
                String text = remark.disabled() ? line : line.isEmpty() ? "." : ". " + line;
                out.append(text.isEmpty() ? "" : indent).append(text).append('\n');
            }
        }
    }
}
