package org.espalier.config;

import org.espalier.config.Remarks.Remark;

/**
 * Writes a tree in the XML notation: {@link XmlReader} makes a tree of the same content from it, whatever the tree.
 * Stateless.
 */
public final class XmlWriter {

    private static final String INDENT = "  ";

    private XmlWriter() {}

    /**
     * The text of {@code root}, ending with a line end. Each node starts on a line of its own, except below a node with
     * text, where an added line end would be part of the text.
     */
    public static String write(Node root) {
        return write(root, Remarks.dropped());
    }

    /** The text of what is inside of {@code node}, ending with a line end; empty if there is nothing inside. */
    public static String writeInside(Node node) {
        return new Indented(Remarks.dropped()).inside(node);
    }

    static String write(Node root, Remarks remarks) {
        return new Indented(remarks).document(root);
    }

    /** One node to a line, with remarks among them. Used once. */
    private static final class Indented {
        private final StringBuilder out = new StringBuilder();
        private final Remarks remarks;
        private int written;

        Indented(Remarks remarks) {
            this.remarks = remarks;
        }

        String document(Node root) {
            for (Remark remark = remarks.take(0, 0); remark != null; remark = remarks.take(0, 0)) {
                comment(remark, "");
                out.append('\n');
            }
            node(root, "", 0);
            remarks(0, "\n", "");
            return out.append('\n').toString();
        }

        String inside(Node parent) {
            XmlWriter.text(out, parent.text());
            for (Node child : parent.children()) {
                node(child, "", 0);
                out.append(parent.text().isEmpty() ? "\n" : "");
            }
            boolean ends = out.isEmpty() || out.charAt(out.length() - 1) == '\n';
            return out.append(ends ? "" : "\n").toString();
        }

        // Recursion is safe, because a tree has at most Node.MAX_DEPTH levels.
        private void node(Node node, String indent, int level) {
            startTag(node);
            written++;
            boolean bare = node.text().isEmpty() && node.children().isEmpty();
            if (bare && remarks.areNone(written, level + 1)) {
                out.append("/>");
                return;
            }
            out.append('>');
            boolean layout = node.text().isEmpty();
            String deeper = layout ? indent + INDENT : indent;
            String line = layout ? "\n" + deeper : "";
            remarks(level + 1, line, deeper);
            XmlWriter.text(out, node.text());
            for (Node child : node.children()) {
                out.append(line);
                node(child, deeper, level + 1);
                remarks(level + 1, line, deeper);
            }
            out.append(layout ? "\n" + indent : "")
                    .append("</")
                    .append(node.name())
                    .append('>');
        }

        private void startTag(Node node) {
            out.append('<').append(node.name());
            for (Attribute attribute : node.attributes()) {
                out.append(' ');
                XmlWriter.attribute(out, attribute);
            }
        }

        private void remarks(int level, String line, String indent) {
            for (Remark remark = remarks.take(written, level); remark != null; remark = remarks.take(written, level)) {
                out.append(line);
                comment(remark, indent);
            }
        }

        /** XML wants no {@code --} in a comment, so blanks go between. A disabled node becomes a comment. */
        private void comment(Remark remark, String indent) {
            String text = String.join("\n" + indent + "     ", Remarks.withoutMargin(remark.lines()));
            // Twice, because of three in a row.
            out.append("<!-- ")
                    .append(text.replace("--", "- -").replace("--", "- -"))
                    .append(" -->");
        }
    }

    static void attribute(StringBuilder out, Attribute attribute) {
        out.append(attribute.name()).append("=\"");
        attribute.value().codePoints().forEach(c -> {
            switch (c) {
                case '"' -> out.append("&quot;");
                case '\t', '\n' -> reference(out, c); // would be read as a space
                default -> character(out, c);
            }
        });
        out.append('"');
    }

    static void text(StringBuilder out, String text) {
        int start = 0;
        if (!text.isEmpty() && Characters.isWhite(text)) {
            // One reference says that the white space is meant.
            reference(out, text.charAt(0));
            start = 1;
        }
        text.codePoints().skip(start).forEach(c -> character(out, c));
    }

    private static void character(StringBuilder out, int c) {
        switch (c) {
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '&' -> out.append("&amp;");
            case '\r' -> reference(out, c); // would be read as a line end
            default -> {
                if (Characters.isLiteral(c)) {
                    out.appendCodePoint(c);
                } else {
                    reference(out, c);
                }
            }
        }
    }

    private static void reference(StringBuilder out, int c) {
        out.append("&#").append(c).append(';');
    }
}
